/* SPDX-License-Identifier: MIT
 * Blocks that go without the hook on each instruction. A block (what the engine translates at once)
 * that has run often and touched nothing but memory is quiet: its instructions are counted when it
 * begins. Nothing else may tell the difference:
 * - a block that an alarm falls into runs exact, that is with the hook, as all blocks do until then;
 * - a quiet block that does touch a register is left before the access, which is then made exactly. */
#ifndef VBOARD_CPU_BLOCKS_H
#define VBOARD_CPU_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;

#define CPU_BLOCKS 4096u /* a power of two */

enum block_state {
    BLOCK_NEW,
    BLOCK_QUIET,
    BLOCK_EXACT /* for ever */
};

struct cpu_block {
    uint32_t addr;
    uint32_t ticks; /* that its instructions take; 0: to be counted, it was translated anew */
    uint16_t bytes;
    uint8_t runs; /* while it is new */
    uint8_t state;
};

/* For the engine's functions that engine_blocks.c replaces. */
struct engine_blocks {
    uint64_t *hook_bounds; /* first and last address of the hook on each instruction */
    struct cpu_block *table;
    uintptr_t access_from; /* the engine's code that makes the load or store which runs now */
    bool exact;            /* translate, and look for, blocks with the hook only */
};

/* Where in the table the block is that begins at addr, or another one. */
static inline uint32_t cpu_block_slot(uint32_t addr)
{
    return (addr >> 1 ^ addr >> 13) & (CPU_BLOCKS - 1);
}

static inline bool cpu_block_is_quiet(const struct cpu_block *block, uint32_t addr)
{
    return block->addr == addr && block->state == BLOCK_QUIET;
}

/* A block begins that is not quiet, must run exact, or does not end before the deadline. */
void cpu_block_begins(struct board *b, uint32_t addr, uint32_t bytes);

/* For callbacks of the guest's loads and stores, first of all: true if a quiet block makes this one.
 * It is then left, and the access comes again. */
bool cpu_block_left(struct board *b);

/* What is quiet no longer is: the decoder looks at other instructions now. */
void cpu_blocks_forget(struct board *b);

/* Before the engine runs: whether it may use quiet blocks until the deadline. */
void cpu_blocks_choose(struct board *b);

/* engine_blocks.c */
bool engine_blocks_open(struct engine_blocks *blocks, size_t insn_hook);
void engine_blocks_in_use(struct engine_blocks *blocks);
void engine_find_pc(void *core, uintptr_t access_from);

#endif
