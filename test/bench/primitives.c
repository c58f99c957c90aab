/* SPDX-License-Identifier: MIT
 * What hashing and a signature take: the figures that primitives.elf prints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"

#define HCLK_KHZ 216e3

/* "SHA-256, 785920 bytes: 31600000 cycles (...": one row. */
static void add_line(const char *text)
{
    static const char *const wanted[] = {"MD5, ", "SHA-256, ", "ECDSA P-256, "};

    for (unsigned i = 0; i < 3; i++) {
        size_t length = strlen(wanted[i]);
        char *end;

        if (strncmp(text, wanted[i], length) != 0)
            continue;
        double bytes = strtod(text + length, &end);
        const char *colon = strchr(end, ':');
        double cycles = colon != NULL ? strtod(colon + 1, NULL) : 0;
        struct row row = {.group = "primitives, 1 cycle an instruction"};
        bool hash = i < 2;

        row.value = hash ? cycles / bytes : cycles / HCLK_KHZ;
        row.unit = hash ? "cyc/B" : "ms";
        snprintf(row.name, sizeof row.name, "%s%.0f bytes: %.0f instructions", wanted[i], bytes,
                 cycles);
        row_add(row);
    }
}

void bench_primitives(void)
{
    struct rig rig;

    rig_open_with(&rig, "bench_primitives", "primitives");
    if (rig_run(&rig, "--until 'primitives: right' --for 2000") != 0) {
        rig_show(&rig);
        exit(2);
    }
    for (const char *at = rig.console; *at != 0;) {
        add_line(at);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    rig_close(&rig);
}
