/* SPDX-License-Identifier: MIT
 * How many power cuts can be proved harmless in a time: board-sweep's own rate for a fixed handful. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"

#ifndef BENCH_SWEEP
#error "BENCH_SWEEP comes from test/bench/CMakeLists.txt"
#endif

#define CUTS "8"

void bench_cuts(void)
{
    struct row row = {.group = "virtual board", .unit = "cuts/s"};
    double start_s = scene_children_s();
    FILE *sweep = popen(BENCH_SWEEP " --scenario plain --jobs 1 --share " CUTS " 2>/dev/null", "r");
    char text[256];
    double cuts = 0;

    if (sweep == NULL) {
        fputs("bench: no " BENCH_SWEEP "\n", stderr);
        exit(2);
    }
    while (fgets(text, sizeof text, sweep) != NULL)
        if (strncmp(text, "cuts ", 5) == 0)
            cuts = strtod(text + 5, NULL);
    bool failed = pclose(sweep) != 0;

    row.value = cuts / (scene_children_s() - start_s);
    snprintf(row.name, sizeof row.name, "%.0f power cuts judged to the end, a second of one core",
             cuts);
    row_add(row);
    row_add((struct row){.group = "virtual board",
                         .name = "power cuts that did harm",
                         .value = failed,
                         .unit = "",
                         .at_most = 0.5});
}
