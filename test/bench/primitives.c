/* SPDX-License-Identifier: MIT
 * What hashing and a signature take: the figures that primitives.elf prints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"

/* "SHA-256, 785920 bytes: 31600000 cycles (...": one row. */
static void add_line(const char *text)
{
    static const char *const wanted[] = {"MD5", "SHA-256", "ECDSA P-256"};
    unsigned bytes;
    unsigned cycles;

    for (unsigned i = 0; i < 3; i++) {
        size_t length = strlen(wanted[i]);

        if (strncmp(text, wanted[i], length) != 0 ||
            sscanf(text + length, ", %u bytes: %u cycles", &bytes, &cycles) != 2)
            continue;
        struct row row = {.group = "primitives, 1 cycle an instruction"};
        bool hash = i < 2;

        row.value = hash ? (double)cycles / bytes : cycles / 216e3;
        row.unit = hash ? "cyc/B" : "ms";
        snprintf(row.name, sizeof row.name, "%s (%u bytes: %u instructions)", wanted[i], bytes,
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
