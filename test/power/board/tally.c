/* SPDX-License-Identifier: MIT
 * The counters over files of results. */
#include "tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *const tally_image_names[] = {"old", "new", "other", "none"};

int tally_by_value(const void *a, const void *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

void *tally_grow(void *list, unsigned count, unsigned *room, size_t each)
{
    if (count < *room)
        return list;
    *room = *room * 2 + 1024;
    list = realloc(list, *room * each);
    if (list == NULL)
        abort();
    return list;
}

/* "name=value" in a line; 0 when it is not there. */
static uint64_t field(const char *line, const char *name, int base)
{
    const char *at = strstr(line, name);

    return at != NULL ? strtoull(at + strlen(name), NULL, base) : 0;
}

static void tally_failure(struct tally *t, const char *line, FILE *out)
{
    t->failed++;
    t->bricks += strstr(line, ": brick") != NULL;
    t->unverified += strstr(line, ": started") != NULL;
    if (out != NULL)
        fprintf(out, "  %s", line);
}

static void tally_line(struct tally *t, const char *line, FILE *out)
{
    const char *last = strstr(line, " last=");

    if (last == NULL || strchr(line, '\n') == NULL)
        return; /* the heading, or the end of a run that was stopped */
    t->cuts++;
    t->fired += (unsigned)field(line, " fired=", 10);
    t->resets += (unsigned)field(line, " resets=", 10);
    t->waits += (unsigned)field(line, " waits=", 10);
    t->operations += field(line, " ops=", 10);
    t->starts[SWEEP_OLD] += (unsigned)field(line, " old=", 10);
    t->starts[SWEEP_NEW] += (unsigned)field(line, " new=", 10);
    t->starts[SWEEP_OTHER] += (unsigned)field(line, " other=", 10);
    for (unsigned i = 0; i < SWEEP_IMAGES; i++)
        t->ends[i] += strncmp(last + 6, tally_image_names[i], strlen(tally_image_names[i])) == 0;
    t->states = tally_grow(t->states, t->state_count, &t->state_room, sizeof t->states[0]);
    t->states[t->state_count++] = field(line, " state=", 16);
    if (strstr(line, " ok ") == NULL)
        tally_failure(t, line, out);
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
        qsort(t->states, t->state_count, sizeof t->states[0], tally_by_value);
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
