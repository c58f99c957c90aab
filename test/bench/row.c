/* SPDX-License-Identifier: MIT
 * Table and JSON of the benchmark. */
#include "bench/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 400u

static struct row rows[ROWS_MAX];
static unsigned count;
static unsigned broken;

static double ratio(const struct row *row)
{
    return row->floor > 0 ? row->value / row->floor : 0;
}

static bool keeps_limit(const struct row *row)
{
    double held = row->floor > 0 ? ratio(row) : row->value;

    return (row->at_most <= 0 || held <= row->at_most) &&
           (row->at_least <= 0 || row->value >= row->at_least);
}

static void print_limit(const struct row *row, bool good)
{
    if (row->at_most > 0)
        printf("  at most %.5g", row->at_most);
    if (row->at_least > 0)
        printf("  at least %.7g", row->at_least);
    if (!good)
        printf("  BROKEN");
}

bool row_add(struct row row)
{
    bool good = keeps_limit(&row);

    if (count == ROWS_MAX) {
        fprintf(stderr, "bench: more than %u rows\n", ROWS_MAX);
        exit(2);
    }
    if (count == 0 || strcmp(rows[count - 1].group, row.group) != 0)
        printf("\n%-64s %10s %-7s %10s %6s\n", row.group, "", "", "floor", "ratio");
    printf("  %-62s %10.*f %-7s", row.name, row.value < 100 ? 2 : 0, row.value, row.unit);
    if (row.floor > 0)
        printf(" %10.*f %6.3f", row.floor < 100 ? 2 : 0, row.floor, ratio(&row));
    print_limit(&row, good);
    putchar('\n');
    fflush(stdout);
    rows[count++] = row;
    broken += !good;
    return good;
}

void row_write_json(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        fprintf(stderr, "bench: cannot write %s\n", path);
        exit(2);
    }
    fputs("[\n", file);
    for (unsigned i = 0; i < count; i++) {
        const struct row *row = &rows[i];

        fprintf(file, "{\"group\":\"%s\",\"name\":\"%s\",\"value\":%.9g,\"unit\":\"%s\"",
                row->group, row->name, row->value, row->unit);
        if (row->floor > 0)
            fprintf(file, ",\"floor\":%.9g,\"ratio\":%.5f", row->floor, ratio(row));
        if (row->at_most > 0)
            fprintf(file, ",\"at_most\":%.6g", row->at_most);
        if (row->at_least > 0)
            fprintf(file, ",\"at_least\":%.7g", row->at_least);
        fprintf(file, ",\"good\":%s}%s\n", keeps_limit(row) ? "true" : "false",
                i + 1 < count ? "," : "");
    }
    fputs("]\n", file);
    if (fclose(file) != 0)
        fprintf(stderr, "bench: %s is incomplete\n", path);
}

unsigned row_broken(void)
{
    return broken;
}
