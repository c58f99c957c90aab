/* SPDX-License-Identifier: MIT
 * Runs the command `stickboot` as a user would, in a folder of the test's own: the working folder
 * during a test is a new one from mkdtemp, removed with all that is in it afterwards. */
#ifndef TOOLS_BENCH_H
#define TOOLS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench {
    char dir[64];
    int status; /* exit status of the last command */
    char *out;  /* what it printed; never NULL */
    char *err;
};

struct bench_file {
    uint8_t *at; /* from malloc */
    size_t len;
};

/* Setup and teardown of a cmocka test; *state becomes the bench. */
int bench_open(void **state);
int bench_close(void **state);

/* Runs `stickboot` with these words (printf format, split by the shell). Returns the exit status. */
int bench_run(struct bench *bench, const char *words, ...) __attribute__((format(printf, 2, 3)));
/* The same for any other command line. */
int bench_shell(struct bench *bench, const char *words, ...) __attribute__((format(printf, 2, 3)));

/* Ends the test with what was printed when the last command did not end with this status, or (text
 * not NULL) did not say this on stderr; nor may it have said more than one line there. */
void bench_expect(const struct bench *bench, int status, const char *text);

void bench_write(const char *name, const void *bytes, size_t len);
struct bench_file bench_read(const char *name);
bool bench_exists(const char *name);

#endif
