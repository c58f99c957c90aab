/* SPDX-License-Identifier: MIT
 * The benchmark (make bench): the real loader on the virtual board, each figure beside what flash
 * and bus need at least. Fails when a limit is broken. */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"

static const char help[] = "bench - how fast the loader is, on the virtual board\n"
                           "\n"
                           "  bench [--quick] [--json FILE]\n"
                           "\n"
                           "  --quick      one upgrade, the starts, one rate of USB, the sizes\n"
                           "  --json FILE  the rows as a JSON array, too\n"
                           "\n"
                           "Exit status: 0, or 1 when a row is beyond its limit.\n";

static void quick_part(void)
{
    bench_main_upgrade(&scene_typical, 1.03);
    bench_starts(&scene_typical);
    bench_usb(true);
    bench_sizes();
}

static void everything(void)
{
    bench_main_upgrade(&scene_typical, 1.03);
    bench_all_upgrades(&scene_typical);
    bench_main_upgrade(&scene_fast, 1.03);
    bench_main_upgrade(&scene_slow, 1.06);
    bench_main_upgrade(&scene_maximum, 1.03);
    bench_all_upgrades(&scene_maximum);
    bench_starts(&scene_typical);
    bench_starts(&scene_fast);
    bench_starts(&scene_slow);
    bench_usb(false);
    bench_primitives();
    bench_sizes();
    bench_cuts();
}

int main(int argc, char *argv[])
{
    const char *json = NULL;
    bool quick = false;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            quick = true;
        } else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            json = argv[++i];
        } else {
            fputs(help, strcmp(argv[i], "--help") == 0 ? stdout : stderr);
            return strcmp(argv[i], "--help") == 0 ? 0 : 2;
        }
    }
    if (quick)
        quick_part();
    else
        everything();
    if (json != NULL)
        row_write_json(json);
    if (row_broken() != 0)
        printf("\n%u rows are beyond their limit\n", row_broken());
    return row_broken() != 0;
}
