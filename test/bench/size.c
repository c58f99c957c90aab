/* SPDX-License-Identifier: MIT
 * What the loaders take: flash as it is written, RAM as the program was linked. scripts/size_report tells
 * what each module has of it. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/row.h"
#include "config/layout.h"

#ifndef BENCH_SIZE_REPORT
#error "BENCH_SIZE_REPORT comes from test/bench/CMakeLists.txt"
#endif

#define KB    1024.0
#define GROUP "size by module, %s"

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

static void module_row(const char *group_of, const char *module, const char *what, double value,
                       double at_most)
{
    struct row row = {.unit = "bytes", .value = value, .at_most = at_most};

    snprintf(row.group, sizeof row.group, GROUP, group_of);
    snprintf(row.name, sizeof row.name, "%s: %s", module, what);
    row_add(row);
}

/* "  src/usb           8450    9216       0": content, budget, variables. Other lines have other things
 * in these columns. */
static void add_module(const char *group_of, const char *text)
{
    char module[16];
    char *end;

    if (strlen(text) < 40)
        return;
    memcpy(module, text + 2, 14);
    module[14] = 0;
    for (size_t last = 14; last > 0 && module[last - 1] == ' '; last--)
        module[last - 1] = 0;
    double content = (double)strtoul(text + 16, &end, 10);

    if (end != text + 24)
        return;
    double budget = (double)strtoul(end, &end, 10);
    double ram = (double)strtoul(end, &end, 10);

    module_row(group_of, module, "code and constants, packed in flash", content, budget);
    if (ram > 0)
        module_row(group_of, module, "variables and buffers", ram, 0);
}

/* Its status tells whether there is a heap. */
static void modules(const char *loader_name, const char *what)
{
    char text[512];
    struct row heap = {.name = "a heap, or too large", .unit = "", .at_most = 0.5};

    snprintf(text, sizeof text, BENCH_SIZE_REPORT " %s", loader_name);
    FILE *report = popen(text, "r");

    if (report == NULL) {
        fputs("bench: no " BENCH_SIZE_REPORT "\n", stderr);
        exit(2);
    }
    while (fgets(text, sizeof text, report) != NULL)
        add_module(what, text);
    heap.value = pclose(report) != 0;
    snprintf(heap.group, sizeof heap.group, GROUP, what);
    row_add(heap);
}

void bench_sizes(void)
{
    loader("stickboot_test_release", "release", 44);
    loader("stickboot_test_open", "open", 48);
    loader("stickboot", "open without keys", 40);
    modules("stickboot_test_release", "release");
    modules("stickboot_test_open", "open");
}
