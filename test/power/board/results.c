/* SPDX-License-Identifier: MIT
 * The file of results; results.h. */
#include "results.h"
#include "tally.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const kind_names[SWEEP_KINDS] = {"before", "torn1", "torn2",
                                                    "torn3",  "torn4", "ms"};
static const char *const stick_names[SWEEP_STICKS] = {"same", "none", "other"};

static void describe_cut(char *out, size_t room, const struct sweep_cut *cut)
{
    snprintf(out, room, "%" PRIu64 ":%s", cut->at, kind_names[cut->kind]);
}

void result_key(char key[RESULT_KEY_MAX], const char *scenario, const struct sweep_cut *prefix,
                const struct sweep_job *job)
{
    char first[32] = "", cut[32];

    if (prefix != NULL) {
        first[0] = '+';
        describe_cut(first + 1, sizeof first - 1, prefix);
    }
    describe_cut(cut, sizeof cut, &job->cut);
    snprintf(key, RESULT_KEY_MAX, "%s%s/%s:%s", scenario, first, cut, stick_names[job->stick]);
}

static bool find_name(const char *const *names, unsigned count, const char *name, unsigned *which)
{
    for (*which = 0; *which < count; ++*which)
        if (strcmp(names[*which], name) == 0)
            return true;
    return false;
}

/* "123:torn2", and *at behind it. */
static bool take_cut(const char **at, struct sweep_cut *cut)
{
    char kind[8] = "";
    char *end;
    unsigned which;

    if (**at < '0' || **at > '9')
        return false;
    cut->at = strtoull(*at, &end, 10);
    size_t length = *end == ':' ? strcspn(end + 1, ":/") : 0;

    if (length == 0 || length >= sizeof kind)
        return false;
    memcpy(kind, end + 1, length);
    *at = end + 1 + length;
    if (!find_name(kind_names, SWEEP_KINDS, kind, &which))
        return false;
    cut->kind = (enum sweep_kind)which;
    return true;
}

bool result_parse_key(const char *key, char scenario[RESULT_KEY_MAX], bool *has_prefix,
                      struct sweep_cut *prefix, struct sweep_job *job)
{
    size_t length = strcspn(key, "+/");
    const char *at = key + length;
    unsigned which;

    if (length >= RESULT_KEY_MAX)
        return false;
    memcpy(scenario, key, length);
    scenario[length] = 0;
    *has_prefix = *at == '+';
    if (*has_prefix && (at++, !take_cut(&at, prefix)))
        return false;
    if (*at++ != '/' || !take_cut(&at, &job->cut) || *at++ != ':' ||
        !find_name(stick_names, SWEEP_STICKS, at, &which))
        return false;
    job->stick = (enum sweep_stick)which;
    return true;
}

static uint64_t hash_key(const char *key, size_t length)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)key[i]) * 0x100000001B3u;
    return hash;
}

/* The first line tells what the results are of. */
static bool is_of(FILE *file, const char *digest)
{
    char line[256];

    return fgets(line, sizeof line, file) != NULL && strncmp(line, "# ", 2) == 0 &&
           strncmp(line + 2, digest, strlen(digest)) == 0;
}

static void read_keys(struct results *results, FILE *file)
{
    char line[512];
    unsigned room = 0;

    while (fgets(line, sizeof line, file) != NULL) {
        size_t length = strcspn(line, " \n");

        if (line[0] == '#' || strchr(line, '\n') == NULL)
            continue; /* the last line of a run that was ended in the middle of it */
        results->done =
            tally_grow(results->done, results->done_count, &room, sizeof results->done[0]);
        results->done[results->done_count++] = hash_key(line, length);
    }
    if (results->done_count > 0)
        qsort(results->done, results->done_count, sizeof results->done[0], tally_by_value);
}

void results_open(struct results *results, const char *path, const char *digest, bool keep)
{
    FILE *file = keep ? fopen(path, "r") : NULL;
    bool known = false;

    *results = (struct results){.fd = -1};
    snprintf(results->path, sizeof results->path, "%s", path);
    if (file != NULL) {
        known = is_of(file, digest);
        if (known)
            read_keys(results, file);
        fclose(file);
    }
    results->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | (known ? 0 : O_TRUNC), 0666);
    if (results->fd < 0 || (!known && dprintf(results->fd, "# %s\n", digest) < 0)) {
        perror(path);
        exit(2);
    }
}

void results_close(struct results *results)
{
    close(results->fd);
    free(results->done);
}

bool results_has(const struct results *results, const char *key)
{
    uint64_t hash = hash_key(key, strlen(key));

    return results->done_count > 0 &&
           bsearch(&hash, results->done, results->done_count, sizeof hash, tally_by_value) != NULL;
}

bool results_add(const struct results *results, const struct result *r)
{
    char line[512];
    int length =
        snprintf(line, sizeof line,
                 "%s %s fired=%u old=%u new=%u other=%u waits=%u last=%s resets=%u ops=%" PRIu64
                 " state=%016" PRIx64 " %s%s%s\n",
                 r->key, r->bad == NULL ? "ok" : "FAIL", r->fired, r->starts[SWEEP_OLD],
                 r->starts[SWEEP_NEW], r->starts[SWEEP_OTHER], r->waits, tally_image_names[r->last],
                 r->resets, r->operations, r->state, r->where, r->bad == NULL ? "" : ": ",
                 r->bad == NULL ? "" : r->bad);

    return length > 0 && (size_t)length < sizeof line &&
           write(results->fd, line, (size_t)length) == length;
}
