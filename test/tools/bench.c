/* SPDX-License-Identifier: MIT
 * Bench for the packager; bench.h. */
#include "tools/bench.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/cmocka_all.h"

#define OUT_NAME "stdout.txt"
#define ERR_NAME "stderr.txt"

struct bench_file bench_read(const char *name)
{
    struct bench_file file = {NULL, 0};
    FILE *in = fopen(name, "rb");

    if (in == NULL)
        fail_msg("%s is not there", name);
    fseek(in, 0, SEEK_END);
    file.len = (size_t)ftell(in);
    rewind(in);
    file.at = calloc(1, file.len + 1);
    assert_non_null(file.at);
    assert_int_equal(fread(file.at, 1, file.len, in), file.len);
    fclose(in);
    return file;
}

void bench_write(const char *name, const void *bytes, size_t len)
{
    FILE *out = fopen(name, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

bool bench_exists(const char *name)
{
    return access(name, F_OK) == 0;
}

static char *bench_text(const char *name)
{
    return (char *)bench_read(name).at;
}

int bench_open(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    if (bench == NULL)
        return -1;
    snprintf(bench->dir, sizeof bench->dir, "/tmp/stickboot-tools-XXXXXX");
    *state = bench;
    return mkdtemp(bench->dir) == NULL || chdir(bench->dir) != 0 ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

int bench_close(void **state)
{
    struct bench *bench = *state;
    int failed = chdir("/") != 0 || nftw(bench->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0;

    free(bench->out);
    free(bench->err);
    free(bench);
    return failed ? -1 : 0;
}

static int run_line(struct bench *bench, const char *program, const char *words, va_list args)
{
    char line[2048];
    int head = snprintf(line, sizeof line, "%s ", program);
    int len = vsnprintf(line + head, sizeof line - (size_t)head, words, args);

    assert_true(len >= 0 && (size_t)(head + len) < sizeof line - 64);
    snprintf(line + head + len, 64, " >" OUT_NAME " 2>" ERR_NAME " </dev/null");
    int status = system(line);

    free(bench->out);
    free(bench->err);
    bench->out = bench_text(OUT_NAME);
    bench->err = bench_text(ERR_NAME);
    bench->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return bench->status;
}

int bench_run(struct bench *bench, const char *words, ...)
{
    va_list args;

    va_start(args, words);
    int status = run_line(bench, BENCH_STICKBOOT, words, args);

    va_end(args);
    return status;
}

int bench_shell(struct bench *bench, const char *words, ...)
{
    va_list args;

    va_start(args, words);
    int status = run_line(bench, "", words, args);

    va_end(args);
    return status;
}

void bench_expect(const struct bench *bench, int status, const char *text)
{
    const char *line_end = strchr(bench->err, '\n');
    bool one_line = text == NULL || (line_end != NULL && line_end[1] == '\0');

    if (bench->status != status || !one_line ||
        (text != NULL && strstr(bench->err, text) == NULL)) {
        fail_msg("exit status %d, not %d, or not: %s\n%s%s", bench->status, status,
                 text != NULL ? text : "", bench->out, bench->err);
    }
}
