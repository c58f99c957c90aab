/* SPDX-License-Identifier: MIT
 * Which blocks are quiet; cpu_blocks.h. A block with an instruction that the decoder wants to see,
 * that raises an exception or that is skipped under a condition (the hook does not see it then) is
 * never quiet. */
#include "cpu_blocks.h"

#include <string.h>
#include <unicorn/unicorn.h>

#include "board.h"

#define RUNS_TO_QUIET 64u

static bool can_be_quiet(const struct board *b, uint32_t first)
{
    const uint8_t *special = b->cpu.special;
    uint32_t group = first & 0xFF00;

    return !(special[first >> 3] >> (first & 7) & 1) && group != 0xBF00 && group != 0xBE00 &&
           group != 0xDE00 && group != 0xDF00;
}

/* Counts instructions from the block's beginning to addr. */
static uint32_t insns_before(const struct board *b, const struct cpu_block *block, uint32_t addr)
{
    uint32_t insns = 0;

    for (uint32_t at = block->addr; at < addr; insns++)
        at += cpu_half_word(b, at) >= 0xE800 ? 4 : 2;
    return insns;
}

static bool can_all_be_quiet(const struct board *b, const struct cpu_block *block)
{
    uint32_t end = block->addr + block->bytes;

    if (memory_at(b, block->addr, block->bytes) == NULL)
        return false;
    for (uint32_t at = block->addr; at < end;) {
        uint32_t first = cpu_half_word(b, at);

        if (!can_be_quiet(b, first))
            return false;
        at += first >= 0xE800 ? 4 : 2;
    }
    return true;
}

static void translate_again(struct board *b, const struct cpu_block *block)
{
    uc_ctl_remove_cache(b->cpu.uc, (uint64_t)block->addr, (uint64_t)block->addr + block->bytes);
}

static void stop_before(struct board *b, uint32_t addr)
{
    b->cpu.insn_addr = addr;
    cpu_stop_before(b);
}

/* The engine stops: a block that jumps to itself would go on as it is. */
static void change_state(struct board *b, struct cpu_block *block, enum block_state state)
{
    block->state = (uint8_t)state;
    translate_again(b, block);
    stop_before(b, block->addr);
}

static void watch(struct board *b, struct cpu_block *block, uint32_t addr, uint32_t bytes)
{
    if (block->addr != addr || block->bytes != bytes) {
        if (block->state == BLOCK_QUIET)
            return; /* it keeps its place */
        *block = (struct cpu_block){.addr = addr, .bytes = (uint16_t)bytes};
    }
    if (block->state != BLOCK_NEW)
        return;
    b->cpu.watched = block;
    if (++block->runs < RUNS_TO_QUIET)
        return;
    if (can_all_be_quiet(b, block))
        change_state(b, block, BLOCK_QUIET);
    else
        block->state = BLOCK_EXACT;
}

/* Quiet and just translated: perhaps because its code has changed. */
static bool is_still_quiet(struct board *b, struct cpu_block *block, uint32_t bytes)
{
    block->bytes = (uint16_t)bytes;
    if (!can_all_be_quiet(b, block)) {
        change_state(b, block, BLOCK_EXACT);
        return false;
    }
    block->ticks = insns_before(b, block, block->addr + bytes) * b->cpu.ticks_per_insn;
    return true;
}

void cpu_block_begins(struct board *b, uint32_t addr, uint32_t bytes)
{
    struct cpu *c = &b->cpu;
    struct cpu_block *block = &c->block[cpu_block_slot(addr)];

    c->quiet = c->watched = NULL;
    if (c->engine.exact || param(b, PARAM_QUIET_BLOCKS) == 0)
        return;
    if (!cpu_block_is_quiet(block, addr)) {
        watch(b, block, addr, bytes);
    } else if (block->ticks > 0 || is_still_quiet(b, block, bytes)) {
        c->quiet_ticks = block->ticks;
        stop_before(b, addr);
    }
}

bool cpu_block_left(struct board *b)
{
    struct cpu *c = &b->cpu;
    struct cpu_block *block = c->quiet;

    if (c->watched)
        c->watched->state = BLOCK_EXACT;
    c->watched = NULL;
    if (!block)
        return false;
    engine_find_pc(c->pages.core, c->engine.access_from);
    c->insn_addr = cpu_reg(b, UC_ARM_REG_PC) & ~1u;
    c->ticks -= block->ticks;
    c->ticks += (uint64_t)insns_before(b, block, c->insn_addr) * c->ticks_per_insn;
    c->quiet = NULL;
    block->state = BLOCK_EXACT;
    translate_again(b, block);
    cpu_stop_before(b);
    return true;
}

void cpu_blocks_forget(struct board *b)
{
    for (unsigned i = 0; i < CPU_BLOCKS; i++)
        if (b->cpu.block[i].state == BLOCK_QUIET)
            translate_again(b, &b->cpu.block[i]);
    memset(b->cpu.block, 0, sizeof b->cpu.block);
    b->cpu.watched = b->cpu.quiet = NULL;
}

unsigned vboard_quiet_blocks(const struct board *b)
{
    unsigned count = 0;

    for (unsigned i = 0; i < CPU_BLOCKS; i++)
        count += b->cpu.block[i].state == BLOCK_QUIET;
    return count;
}

void cpu_blocks_choose(struct board *b)
{
    struct cpu *c = &b->cpu;

    c->engine.exact = c->quiet_ticks > 0 && c->ticks + c->quiet_ticks >= c->deadline;
    c->quiet_ticks = 0;
    c->quiet = c->watched = NULL;
}
