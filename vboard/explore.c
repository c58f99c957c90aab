/* SPDX-License-Identifier: MIT
 * What tests need that explore power cuts: vboard.h, "For tests that explore power cuts". */
#include "board.h"

#include <string.h>

void vboard_on_operation(struct board *b, vboard_operation_callback *callback, void *ctx)
{
    b->run.on_operation = callback;
    b->run.on_operation_ctx = ctx;
}

void vboard_on_power_off(struct board *b, vboard_power_off_callback *callback, void *ctx)
{
    b->run.on_power_off = callback;
    b->run.on_power_off_ctx = ctx;
}

void vboard_cut_power(struct board *b)
{
    board_power_cut(b);
}

uint64_t vboard_cuts(const struct board *b)
{
    return b->run.cuts;
}

uint64_t vboard_cuts_at_operations(const struct board *b)
{
    return b->flash.cuts;
}

uint64_t vboard_resets(const struct board *b)
{
    return b->run.resets;
}

bool vboard_change_stick(struct board *b, const char *path)
{
    stick_close(b);
    b->options.stick_path = path;
    return stick_open(b);
}

void vboard_reseed(struct board *b, uint64_t seed)
{
    b->run.random = seed;
}

bool vboard_set_param(struct board *b, const char *word)
{
    return param_assign(&b->params, word);
}

static bool overlap(uint32_t off, uint32_t bytes, uint32_t other_off, uint32_t other_bytes)
{
    return off < other_off + other_bytes && other_off < off + bytes;
}

bool vboard_flash_is_weak(const struct board *b, uint32_t addr, uint32_t bytes)
{
    const struct flash_weak *weak = &b->flash.weak;
    uint32_t off = addr - FLASH_AXI_BASE;

    for (unsigned i = 0; i < FLASH_WEAK_WORDS; i++)
        if (weak->word[i].mask != 0 && overlap(off, bytes, weak->word[i].off, 4))
            return true;
    for (unsigned i = 0; i < FLASH_WEAK_SECTORS; i++)
        if (weak->sector[i].bytes != 0 &&
            overlap(off, bytes, weak->sector[i].off, weak->sector[i].bytes))
            return true;
    return false;
}

/* FNV-1a, eight bytes at a time. */
static uint64_t add_to_hash(uint64_t hash, const void *data, size_t bytes)
{
    uint64_t part;

    for (size_t i = 0; i + sizeof part <= bytes; i += sizeof part) {
        memcpy(&part, (const uint8_t *)data + i, sizeof part);
        hash = (hash ^ part) * 0x100000001B3u;
        hash ^= hash >> 29;
    }
    return hash;
}

uint64_t vboard_flash_state(const struct board *b)
{
    const struct flash_weak *weak = &b->flash.weak;
    uint64_t hash = add_to_hash(0xCBF29CE484222325u, b->flash.array, FLASH_ARRAY_BYTES);

    for (unsigned i = 0; i < FLASH_WEAK_WORDS; i++) {
        uint64_t cell[] = {weak->word[i].off, weak->word[i].strong, weak->word[i].mask};

        if (weak->word[i].mask != 0)
            hash = add_to_hash(hash, cell, sizeof cell);
    }
    for (unsigned i = 0; i < FLASH_WEAK_SECTORS; i++) {
        uint64_t cells[] = {weak->sector[i].off, weak->sector[i].bytes};

        if (weak->sector[i].bytes != 0)
            hash = add_to_hash(hash, cells, sizeof cells);
    }
    return hash;
}

void vboard_show_console(struct board *b, FILE *out)
{
    b->trace.live = out;
}
