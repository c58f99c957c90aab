/* SPDX-License-Identifier: MIT
 * The file of results; results.h. */
#include "results.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const image_names[] = {"old", "new", "other", "none"};

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

bool result_parse_key(const char *key, char scenario[RESULT_KEY_MAX], bool *has_prefix,
                      struct sweep_cut *prefix, struct sweep_job *job)
{
    char first[RESULT_KEY_MAX], kind[8], stick[8];
    unsigned which;

    if (strlen(key) >= RESULT_KEY_MAX ||
        sscanf(key, "%[^/]/%" SCNu64 ":%7[^:]:%7s", first, &job->cut.at, kind, stick) != 4 ||
        !find_name(kind_names, SWEEP_KINDS, kind, &which))
        return false;
    job->cut.kind = (enum sweep_kind)which;
    if (!find_name(stick_names, SWEEP_STICKS, stick, &which))
        return false;
    job->stick = (enum sweep_stick)which;
    *has_prefix = strchr(first, '+') != NULL;
    if (!*has_prefix)
        return sscanf(first, "%s", scenario) == 1;
    if (sscanf(first, "%[^+]+%" SCNu64 ":%7s", scenario, &prefix->at, kind) != 3 ||
        !find_name(kind_names, SWEEP_KINDS, kind, &which))
        return false;
    prefix->kind = (enum sweep_kind)which;
    return true;
}

static uint64_t hash_key(const char *key, size_t length)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)key[i]) * 0x100000001B3u;
    return hash;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void *grow(void *list, unsigned count, unsigned *room, size_t each)
{
    if (count < *room)
        return list;
    *room = *room * 2 + 1024;
    list = realloc(list, *room * each);
    if (list == NULL)
        abort();
    return list;
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
        results->done = grow(results->done, results->done_count, &room, sizeof results->done[0]);
        results->done[results->done_count++] = hash_key(line, length);
    }
    if (results->done_count > 0)
        qsort(results->done, results->done_count, sizeof results->done[0], by_value);
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
           bsearch(&hash, results->done, results->done_count, sizeof hash, by_value) != NULL;
}

bool results_add(const struct results *results, const struct result *r)
{
    char line[512];
    int length =
        snprintf(line, sizeof line,
                 "%s %s fired=%u old=%u new=%u other=%u waits=%u last=%s resets=%u ops=%" PRIu64
                 " state=%016" PRIx64 " %s%s%s\n",
                 r->key, r->bad == NULL ? "ok" : "FAIL", r->fired, r->starts[SWEEP_OLD],
                 r->starts[SWEEP_NEW], r->starts[SWEEP_OTHER], r->waits, image_names[r->last],
                 r->resets, r->operations, r->state, r->where, r->bad == NULL ? "" : ": ",
                 r->bad == NULL ? "" : r->bad);

    return length > 0 && (size_t)length < sizeof line &&
           write(results->fd, line, (size_t)length) == length;
}

static unsigned image_called(const char *name)
{
    unsigned i = 0;

    while (i < SWEEP_IMAGES && strcmp(name, image_names[i]) != 0)
        i++;
    return i;
}

static void tally_line(struct tally *t, const char *line, FILE *out)
{
    char key[RESULT_KEY_MAX], verdict[8], last[8];
    unsigned fired, starts[SWEEP_IMAGES], waits, resets;
    uint64_t operations, state;

    if (sscanf(line,
               "%95s %7s fired=%u old=%u new=%u other=%u waits=%u last=%7s resets=%u ops=%" SCNu64
               " state=%" SCNx64,
               key, verdict, &fired, &starts[0], &starts[1], &starts[2], &waits, last, &resets,
               &operations, &state) != 11)
        return;
    t->cuts++;
    t->fired += fired;
    t->resets += resets;
    t->waits += waits;
    t->operations += operations;
    for (unsigned i = 0; i < SWEEP_IMAGES; i++)
        t->starts[i] += starts[i];
    if (image_called(last) < SWEEP_IMAGES)
        t->ends[image_called(last)]++;
    t->states = grow(t->states, t->state_count, &t->state_room, sizeof t->states[0]);
    t->states[t->state_count++] = state;
    if (strcmp(verdict, "ok") == 0)
        return;
    t->failed++;
    t->bricks += strstr(line, ": brick") != NULL;
    t->unverified += strstr(line, ": started") != NULL;
    if (out != NULL)
        fprintf(out, "  %s", line);
}

void tally_add(struct tally *tally, const char *path, FILE *out)
{
    FILE *file = fopen(path, "r");
    char line[512];

    if (file == NULL)
        return; /* nothing was run yet */
    while (fgets(line, sizeof line, file) != NULL)
        tally_line(tally, line, out);
    fclose(file);
}

unsigned tally_states(struct tally *t)
{
    unsigned different = 0;

    if (t->state_count > 0)
        qsort(t->states, t->state_count, sizeof t->states[0], by_value);
    for (unsigned i = 0; i < t->state_count; i++)
        different += i == 0 || t->states[i] != t->states[i - 1];
    return different;
}

void tally_print(struct tally *t, FILE *out)
{
    fprintf(out, "cuts %u, fired %u; flash states %u; flash operations after them %" PRIu64 "\n",
            t->cuts, t->fired, tally_states(t), t->operations);
    fprintf(
        out,
        "starts of the core %u; of the old image %u, the new one %u, another one %u; waits %u\n",
        t->resets, t->starts[SWEEP_OLD], t->starts[SWEEP_NEW], t->starts[SWEEP_OTHER], t->waits);
    fprintf(out, "in the end old %u, new %u, another %u\n", t->ends[SWEEP_OLD], t->ends[SWEEP_NEW],
            t->ends[SWEEP_OTHER]);
    fprintf(out, "failed %u, of them bricks %u, unverified starts %u\n", t->failed, t->bricks,
            t->unverified);
}
