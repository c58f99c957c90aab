/* SPDX-License-Identifier: MIT
 * What the loaders take: flash as it is written, RAM as the program was linked. By module:
 * scripts/size_report. */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "config/layout.h"

#define KB 1024.0

/* Bytes of RAM that the sections of a linked program take. */
static uint32_t ram_bytes(const struct rig_file *elf, uint32_t addr, uint32_t size)
{
    Elf32_Ehdr head;
    uint32_t bytes = 0;

    memcpy(&head, elf->bytes, sizeof head);
    for (unsigned i = 0; i < head.e_shnum; i++) {
        Elf32_Shdr section;

        memcpy(&section, elf->bytes + head.e_shoff + i * sizeof section, sizeof section);
        if ((section.sh_flags & SHF_ALLOC) != 0 && section.sh_addr - addr < size)
            bytes += section.sh_size;
    }
    return bytes;
}

static void loader(const char *name, const char *what, double limit_kb)
{
    char file[64];
    struct row row = {.group = "size", .unit = "KB", .at_most = limit_kb};

    snprintf(file, sizeof file, "%s.bin", name);
    struct rig_file bin = rig_read_build(file);

    snprintf(file, sizeof file, "%s-program.elf", name);
    struct rig_file elf = rig_read_build(file);

    row.value = bin.length / KB;
    snprintf(row.name, sizeof row.name, "%s: flash", what);
    row_add(row);
    row.at_most = 0;
    row.value = ram_bytes(&elf, DTCM_ADDR, DTCM_BYTES) / KB;
    snprintf(row.name, sizeof row.name, "%s: DTCM, 8 KB of stack with it", what);
    row_add(row);
    row.value = ram_bytes(&elf, SRAM1_ADDR, SRAM1_BYTES) / KB;
    snprintf(row.name, sizeof row.name, "%s: SRAM1, code and 256 KB of ring", what);
    row_add(row);
    rig_file_free(&bin);
    rig_file_free(&elf);
}

void bench_sizes(void)
{
    loader("stickboot_test_release", "release", 44);
    loader("stickboot_test_open", "open", 48);
    loader("stickboot", "open without keys", 0);
}
