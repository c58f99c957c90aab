/* SPDX-License-Identifier: MIT
 * A board without firmware for tests of the chip models: registers are written and read as the bus
 * would do it, and virtual time is let pass by hand. Findings are counted, and end nothing. */
#ifndef VBOARD_CHIP_BENCH_H
#define VBOARD_CHIP_BENCH_H

#include "board.h"

/* Opens a board, powered on, with these further words of `vboard run` (NULL ends the list). */
struct board *bench_open(const char *first, ...);
void bench_close(struct board *b);

uint32_t bench_read(struct board *b, uint32_t addr);
void bench_write(struct board *b, uint32_t addr, uint32_t value);
void bench_write_sized(struct board *b, uint32_t addr, unsigned bytes, uint32_t value);
void bench_set(struct board *b, uint32_t addr, uint32_t bits); /* read-modify-write */

/* A reset or a power cut that is wanted happens. */
void bench_settle(struct board *b);
/* Lets time pass; alarms fire, wanted resets and power cuts happen. */
void bench_pass_us(struct board *b, uint64_t us);

/* Sector erase and word store with everything around them done right; waits for the end. */
void bench_flash_unlock(struct board *b);
void bench_flash_erase(struct board *b, unsigned snb);
void bench_flash_word(struct board *b, uint32_t addr, uint32_t value);
uint32_t bench_flash_peek(const struct board *b, uint32_t addr);

/* Clock tree at 216 MHz from the 8 MHz bypass, over-drive on. */
void bench_clock_216(struct board *b);

/* Findings of the rule since the last call; all counts return to 0 with bench_clear. */
uint32_t bench_count(const struct board *b, enum rule_id rule);
uint32_t bench_count_all(const struct board *b);
void bench_clear(struct board *b);

#endif
