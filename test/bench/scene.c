/* SPDX-License-Identifier: MIT
 * Boards, images and sticks for the benchmark, made with the packager and the ordinary tools. */
#include "bench/scene.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "config/layout.h"

#define HEADER_BYTES  0x200u
#define RESERVE_BYTES 0x200u /* TLVs */

/* Datasheet times of DS11532, as docs/hardware-notes.md has them; unverified, as all of it. */
const struct scene_speed scene_typical = {"typical, 1 cycle", 1000, 16, 200, 500, 1000};
const struct scene_speed scene_maximum = {"maximum, 1 cycle", 1000, 100, 800, 2400, 4000};
const struct scene_speed scene_fast = {"typical, 0.7 cycles", 700, 16, 200, 500, 1000};
const struct scene_speed scene_slow = {"typical, 2 cycles", 2000, 16, 200, 500, 1000};

_Noreturn static void give_up(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

static void write_program(const struct rig *rig, unsigned version, uint32_t bytes)
{
    char name[64];
    char path[512];
    uint32_t noise = version;

    snprintf(name, sizeof name, "apps/sample/sample_v%u_signed.bin", version);
    struct rig_file code = rig_read_build(name);

    snprintf(path, sizeof path, "%s/program.bin", rig->dir);
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(code.bytes, 1, code.length, file) != code.length)
        give_up("cannot write the program");
    for (uint32_t i = code.length; i < bytes; i++) {
        noise = noise * 1664525u + 1013904223u;
        fputc((int)(noise >> 24), file);
    }
    if (fclose(file) != 0)
        give_up("cannot write the program");
    rig_file_free(&code);
}

struct scene_image scene_image_make(struct rig *rig, unsigned version, unsigned kb,
                                    const char *more)
{
    struct scene_image image = {.kb = kb};

    write_program(rig, version, kb * 1024u - HEADER_BYTES - RESERVE_BYTES);
    image.file = rig_packager(rig, "image.img",
                              "sign program.bin --key \"$DATA\"/imgtool/sign-p256.pem "
                              "--version %u.0.0 --out image.img %s > sign.txt",
                              version, more);
    return image;
}

void scene_installed(struct rig *rig)
{
    struct rig_file flash =
        rig_packager(rig, "factory.bin",
                     "factory --loader \"$FIRMWARE\"/" SCENE_LOADER ".elf "
                     "--image image.img --key \"$DATA\"/keys/sign-p256.pub.pem --out "
                     "factory.bin > factory.txt");

    rig_debugger(rig, FLASH_BASE_ADDR, flash.bytes, flash.length);
    rig_file_free(&flash);
}

uint32_t scene_words(const struct scene_image *image)
{
    uint32_t words = 0;

    for (uint32_t off = 0; off < image->file.length; off += 4) {
        uint8_t word[4] = {0xFF, 0xFF, 0xFF, 0xFF};
        uint32_t left = image->file.length - off;

        memcpy(word, image->file.bytes + off, left < 4 ? left : 4);
        words += (word[0] & word[1] & word[2] & word[3]) != 0xFF;
    }
    return words;
}

void scene_stick(struct rig *rig, const struct scene_image *image)
{
    rig_stick(rig);
    if (image != NULL)
        rig_stick_file(rig, "/firmware.bin", image->file.bytes, image->file.length);
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

double scene_children_s(void)
{
    struct rusage usage;

    getrusage(RUSAGE_CHILDREN, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double scene_run(struct rig *rig, const struct scene_speed *speed, const char *until,
                 const char *more, struct timeline *line)
{
    double start_s = scene_children_s();
    int status = rig_run(rig,
                         "--param cpi_milli=%u --param program_x32_us=%.0f "
                         "--param erase_32k_x32_ms=%.0f --param erase_128k_x32_ms=%.0f "
                         "--param erase_256k_x32_ms=%.0f --until '%s' --for 200000 %s",
                         speed->cpi_milli, speed->word_us, speed->erase_32k_ms,
                         speed->erase_128k_ms, speed->erase_256k_ms, until, more);
    double took_s = scene_children_s() - start_s;

    if (status != 0) {
        rig_show(rig);
        give_up("a run did not end as it should");
    }
    timeline_read(line, rig->events, speed->word_us);
    return took_s;
}

static void copy_from(void *to, const struct rig_file *file, uint32_t off, uint32_t bytes)
{
    if (off > file->length || bytes > file->length - off)
        give_up("the loader's ELF file is broken");
    memcpy(to, file->bytes + off, bytes);
}

static uint32_t symbol_in(const struct rig_file *elf, const Elf32_Shdr *table,
                          const Elf32_Shdr *names, const char *name)
{
    for (uint32_t off = 0; off + sizeof(Elf32_Sym) <= table->sh_size; off += sizeof(Elf32_Sym)) {
        Elf32_Sym symbol;

        copy_from(&symbol, elf, table->sh_offset + off, sizeof symbol);
        if (strcmp((const char *)elf->bytes + names->sh_offset + symbol.st_name, name) == 0)
            return symbol.st_value & ~1u;
    }
    give_up(name);
}

uint32_t scene_symbol(const char *name)
{
    struct rig_file elf = rig_read_build(SCENE_LOADER ".elf");
    Elf32_Ehdr head;
    Elf32_Shdr table = {0};
    Elf32_Shdr names;

    copy_from(&head, &elf, 0, sizeof head);
    for (unsigned i = 0; i < head.e_shnum && table.sh_type != SHT_SYMTAB; i++)
        copy_from(&table, &elf, head.e_shoff + i * (uint32_t)sizeof table, sizeof table);
    copy_from(&names, &elf, head.e_shoff + table.sh_link * (uint32_t)sizeof names, sizeof names);
    uint32_t addr = symbol_in(&elf, &table, &names, name);

    rig_file_free(&elf);
    return addr;
}
