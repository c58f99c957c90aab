/* SPDX-License-Identifier: MIT
 * The file of units that are done; state.h. */
#include "power/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS        (sizeof(struct count) / sizeof(uint64_t))
#define NAME_MAX_CHARS 40

struct done {
    char name[NAME_MAX_CHARS]; /* "suite unit" */
};

static const char *state_path;
static struct done *done;
static uint32_t done_count;

static void note(const char *suite, uint32_t unit)
{
    if ((done_count & (done_count - 1)) == 0)
        done = realloc(done, (done_count == 0 ? 1u : 2u * done_count) * sizeof *done);
    if (done == NULL)
        abort();
    (void)snprintf(done[done_count++].name, NAME_MAX_CHARS, "%.20s %" PRIu32, suite, unit);
}

/* Adds one line's counters; the numbers follow the suite and the unit. */
static void add_line(const char *numbers)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        char *end;

        ((uint64_t *)&count)[i] += strtoull(numbers, &end, 10);
        numbers = end;
    }
}

static uint32_t read_lines(const char *path, bool add)
{
    FILE *file = fopen(path, "r");
    char line[500];
    uint32_t units = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *space = strchr(line, ' ');
        char *end = line;
        unsigned long unit = space != NULL ? strtoul(space, &end, 10) : 0;

        if (end == line || end == space || strchr(line, '\n') == NULL)
            continue; /* cut off, or another kind of line */
        *space = 0;
        units++;
        if (add)
            add_line(end);
        else
            note(line, (uint32_t)unit);
    }
    if (file != NULL)
        (void)fclose(file);
    return units;
}

void state_open(const char *path)
{
    state_path = path;
    (void)read_lines(path, false);
}

bool state_is_done(const char *suite, uint32_t unit)
{
    char name[NAME_MAX_CHARS];

    (void)snprintf(name, sizeof name, "%.20s %" PRIu32, suite, unit);
    for (uint32_t i = 0; i < done_count; i++)
        if (strcmp(done[i].name, name) == 0)
            return true;
    return false;
}

void state_done(const char *suite, uint32_t unit, const struct count *before)
{
    FILE *file = state_path != NULL ? fopen(state_path, "a") : NULL;

    if (file == NULL)
        return;
    (void)fprintf(file, "%s %" PRIu32, suite, unit);
    for (size_t i = 0; i < NUMBERS; i++)
        (void)fprintf(file, " %" PRIu64,
                      ((const uint64_t *)&count)[i] - ((const uint64_t *)before)[i]);
    (void)fprintf(file, "\n");
    (void)fclose(file);
}

uint32_t state_sum(const char *path)
{
    return read_lines(path, true);
}
