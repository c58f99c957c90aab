/* SPDX-License-Identifier: MIT
 * The cells of the flash fake: what an operation does, what a cut in its middle leaves, and what the
 * next power-up reads; flash_host.h. */
#include <string.h>

#include "support/flash_host.h"

#define WORD_BYTES 4u
#define BLANK      0xFFFFFFFFu

static uint32_t random_next(void)
{
    flash_host.random = flash_host.random * 1664525u + 1013904223u;
    return flash_host.random >> 8 ^ flash_host.random << 16;
}

static uint32_t get(const uint8_t *array, uint32_t addr)
{
    uint32_t word;

    memcpy(&word, array + (addr - FLASH_BASE_ADDR), sizeof word);
    return word;
}

static void put(uint8_t *array, uint32_t addr, uint32_t word)
{
    memcpy(array + (addr - FLASH_BASE_ADDR), &word, sizeof word);
}

static void weaken(uint32_t addr, uint32_t bits)
{
    uint32_t off = addr - FLASH_BASE_ADDR;

    if (bits == 0)
        return;
    put(flash_host.weak, addr, get(flash_host.weak, addr) | bits);
    if (flash_host.weak_from == flash_host.weak_to) {
        flash_host.weak_from = off;
        flash_host.weak_to = off + WORD_BYTES;
        return;
    }
    if (off < flash_host.weak_from)
        flash_host.weak_from = off;
    if (off >= flash_host.weak_to)
        flash_host.weak_to = off + WORD_BYTES;
}

static bool is_weak_range(uint32_t addr, uint32_t end_addr)
{
    return addr - FLASH_BASE_ADDR < flash_host.weak_to &&
           end_addr - FLASH_BASE_ADDR > flash_host.weak_from;
}

bool flash_host_solid(uint32_t addr, uint32_t len)
{
    uint8_t weak = 0;

    if (is_weak_range(addr, addr + len))
        for (uint32_t i = 0; i < len; i++)
            weak |= flash_host.weak[addr - FLASH_BASE_ADDR + i];
    return weak == 0;
}

bool flash_host_takes(uint32_t addr, uint32_t word)
{
    return !is_weak_range(addr, addr + WORD_BYTES) || (get(flash_host.weak, addr) & word) == 0;
}

void flash_host_do(const struct flash_host_op *op)
{
    uint32_t off = op->addr - FLASH_BASE_ADDR;
    uint32_t len = op->end_addr - op->addr;

    if (op->erase) {
        memset(flash_host.cells + off, 0xFF, len);
        if (is_weak_range(op->addr, op->end_addr))
            memset(flash_host.weak + off, 0, len);
        return;
    }
    put(flash_host.cells, op->addr, get(flash_host.cells, op->addr) & op->word);
    if (is_weak_range(op->addr, op->end_addr))
        put(flash_host.weak, op->addr, get(flash_host.weak, op->addr) & op->word);
}

static enum flash_host_cut choose(enum flash_host_cut kind)
{
    if (kind != FLASH_HOST_CUT_FRESH)
        return kind;
    return random_next() % 2 == 0 ? FLASH_HOST_CUT_LOOKS_OLD : FLASH_HOST_CUT_LOOKS_DONE;
}

static uint32_t torn_word(uint32_t old, uint32_t word, enum flash_host_cut kind)
{
    if (kind == FLASH_HOST_CUT_LOOKS_OLD)
        return old;
    return kind == FLASH_HOST_CUT_LOOKS_DONE ? old & word : old & (word | random_next());
}

/* What a word of a sector reads whose erase was cut. */
static uint32_t torn_blank(const struct flash_host_op *op, uint32_t addr, enum flash_host_cut kind)
{
    uint32_t old = get(flash_host.cells, addr);
    uint32_t what = kind == FLASH_HOST_CUT_TORN ? random_next() % 3 : 0;

    switch (kind) {
    case FLASH_HOST_CUT_LOOKS_OLD:
        return old;
    case FLASH_HOST_CUT_LOOKS_DONE:
        return BLANK;
    case FLASH_HOST_CUT_HALF:
        return addr - op->addr < (op->end_addr - op->addr) / 2 ? BLANK : old;
    case FLASH_HOST_CUT_GARBAGE:
        return random_next();
    default:
        return what == 0 ? BLANK : what == 1 ? random_next() : old;
    }
}

void flash_host_tear(const struct flash_host_op *op, enum flash_host_cut kind)
{
    uint32_t old = get(flash_host.cells, op->addr);

    kind = choose(kind);
    if (kind == FLASH_HOST_CUT_BEFORE)
        return;
    if (!op->erase) {
        put(flash_host.cells, op->addr, torn_word(old, op->word, kind));
        weaken(op->addr, old & ~op->word);
        return;
    }
    for (uint32_t addr = op->addr; addr < op->end_addr; addr += WORD_BYTES) {
        put(flash_host.cells, addr, torn_blank(op, addr, kind));
        weaken(addr, BLANK);
    }
}

/* Half of the words hold, of the others some weak bits read differently. */
static void read_anew(uint32_t addr)
{
    uint32_t weak = get(flash_host.weak, addr);

    if (weak != 0 && random_next() % 2 == 0)
        put(flash_host.cells, addr, get(flash_host.cells, addr) ^ (weak & random_next()));
}

void flash_host_power_up(void)
{
    flash_host.doing = FLASH_HOST_IDLE;
    flash_host.cut_at = 0;
    uint32_t to = flash_host.weak_to;

    if (flash_host.hold == FLASH_HOST_HOLDS_ALL)
        return;
    if (flash_host.hold == FLASH_HOST_HOLDS_AREAS && to > RUN_ADDR - FLASH_BASE_ADDR)
        to = RUN_ADDR - FLASH_BASE_ADDR;
    for (uint32_t off = flash_host.weak_from; off < to; off += WORD_BYTES)
        read_anew(FLASH_BASE_ADDR + off);
}
