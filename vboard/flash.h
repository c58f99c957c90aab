/* SPDX-License-Identifier: MIT
 * Flash controller and array (RM0410 chapter 3): keys, locks, erase, program, busy time, stalls,
 * option bytes; power cuts before and inside an operation. */
#ifndef VBOARD_FLASH_H
#define VBOARD_FLASH_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct flash {
    uint8_t *array; /* 2 MB, shared with the CPU; its content survives everything but programming */
    uint32_t acr, sr, cr, optcr, optcr1;
    uint64_t busy_until_ps;
    bool posted;         /* a store may still be in the CPU's write buffer: no DSB seen yet */
    uint64_t operations; /* erases and word programs, from the first power-on */
};

bool flash_busy(const struct board *b);
/* A store of the CPU into the flash window (either alias). */
void flash_store(struct board *b, uint32_t addr, unsigned bytes, uint64_t value);
/* The CPU executed a DSB: posted stores have arrived. While flash.posted is set, a store has not
 * been followed by one (cpu.c calls this for each DSB that it sees, at least while posted is set). */
void flash_barrier(struct board *b);
/* A data read or a fetch reached the array while an operation runs: stalls the CPU. */
void flash_read_while_busy(struct board *b, uint32_t addr);

uint32_t flash_reg_read(struct board *b, uint32_t off, unsigned bytes);
void flash_reg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void flash_reset(struct board *b);
void flash_on_done(struct board *b);
void flash_on_cut(struct board *b);
void flash_on_run_end(struct board *b);

#endif
