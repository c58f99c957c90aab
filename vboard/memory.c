/* SPDX-License-Identifier: MIT
 * The memories that the CPU executes from, and the flash file. */
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "board.h"

static uint8_t *page_memory(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return at == MAP_FAILED ? NULL : at;
}

bool memory_open(struct board *b)
{
    struct memory *m = &b->memory;

    m->itcm = page_memory(ITCM_BYTES);
    m->ram = page_memory(RAM_BYTES);
    b->flash.array = page_memory(FLASH_ARRAY_BYTES);
    if (!m->itcm || !m->ram || !b->flash.array) {
        fprintf(stderr, "vboard: no memory for the chip's memories\n");
        return false;
    }
    m->flash_bytes = b->options.flash_size_kb * 1024;
    memset(b->flash.array, 0xFF, FLASH_ARRAY_BYTES);
    return true;
}

void memory_close(struct board *b)
{
    if (b->memory.itcm)
        munmap(b->memory.itcm, ITCM_BYTES);
    if (b->memory.ram)
        munmap(b->memory.ram, RAM_BYTES);
    if (b->flash.array)
        munmap(b->flash.array, FLASH_ARRAY_BYTES);
}

static void fill(struct board *b, uint8_t *at, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i += 4) {
        uint32_t word = board_random(b);

        memcpy(at + i, &word, 4);
    }
}

void memory_power_on(struct board *b)
{
    fill(b, b->memory.itcm, ITCM_BYTES);
    fill(b, b->memory.ram, RAM_BYTES);
    cpu_code_changed(b, ITCM_BASE, ITCM_BYTES);
    cpu_code_changed(b, RAM_BASE, RAM_BYTES);
}

uint8_t *memory_around(const struct board *b, uint32_t addr, uint32_t *base, uint32_t *bytes)
{
    const struct {
        uint32_t base, bytes;
        uint8_t *at;
    } map[] = {
        {FLASH_AXI_BASE, b->memory.flash_bytes, b->flash.array},
        {RAM_BASE, RAM_BYTES, b->memory.ram},
        {ITCM_BASE, ITCM_BYTES, b->memory.itcm},
        {FLASH_ITCM_BASE, b->memory.flash_bytes, b->flash.array},
    };

    for (size_t i = 0; i < sizeof map / sizeof *map; i++) {
        if (addr - map[i].base >= map[i].bytes)
            continue;
        *base = map[i].base;
        *bytes = map[i].bytes;
        return map[i].at;
    }
    return NULL;
}

uint8_t *memory_at(const struct board *b, uint32_t addr, uint32_t bytes)
{
    uint32_t base, room;
    uint8_t *memory = memory_around(b, addr, &base, &room);

    if (!memory || bytes > room - (addr - base))
        return NULL;
    return memory + (addr - base);
}

bool memory_read_word(const struct board *b, uint32_t addr, uint32_t *word)
{
    const uint8_t *at = memory_at(b, addr, 4);

    if (!at)
        return false;
    memcpy(word, at, 4);
    return true;
}

bool memory_is_flash(uint32_t addr)
{
    return addr - FLASH_AXI_BASE < FLASH_ARRAY_BYTES || addr - FLASH_ITCM_BASE < FLASH_ARRAY_BYTES;
}

bool memory_load_flash(struct board *b)
{
    const char *path = b->options.flash_path;
    FILE *file;
    size_t got;
    bool longer;

    if (!path)
        return true;
    file = fopen(path, "rb");
    if (!file && errno == ENOENT)
        return memory_save_flash(b);
    if (!file) {
        fprintf(stderr, "vboard: cannot read --flash %s: %s\n", path, strerror(errno));
        return false;
    }
    got = fread(b->flash.array, 1, FLASH_ARRAY_BYTES, file);
    longer = got == FLASH_ARRAY_BYTES && fgetc(file) != EOF;
    fclose(file);
    if (got != FLASH_ARRAY_BYTES || longer) {
        fprintf(stderr,
                "vboard: --flash %s is not a flash image: it must hold exactly %u bytes (2 MB); "
                "name a missing file to get a blank one\n",
                path, FLASH_ARRAY_BYTES);
        return false;
    }
    return true;
}

bool memory_save_flash(const struct board *b)
{
    const char *path = b->options.flash_path;
    FILE *file = path ? fopen(path, "wb") : NULL;
    bool ok;

    if (!path)
        return true;
    ok = file && fwrite(b->flash.array, 1, FLASH_ARRAY_BYTES, file) == FLASH_ARRAY_BYTES;
    if (file && fclose(file) != 0)
        ok = false;
    if (!ok)
        fprintf(stderr, "vboard: cannot write --flash %s: %s\n", path, strerror(errno));
    return ok;
}
