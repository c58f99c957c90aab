/* SPDX-License-Identifier: MIT
 * Peripherals of a few registers: SYSCFG (RM0410 chapter 7), CRC, RNG, DBGMCU (the chapters of
 * these names), and what reads as memory: unique id, flash size, OTP, option bytes. */
#ifndef VBOARD_SMALL_H
#define VBOARD_SMALL_H

#include <stdint.h>

struct board;

struct small {
    uint32_t memrmp, pmc, exticr[4], cbr, cmpcr;
    uint32_t crc_dr, crc_idr, crc_cr, crc_init, crc_pol;
    uint32_t rng_cr;
    uint64_t rng_ready_ps; /* when the next random word is there */
    uint32_t dbg_cr, dbg_apb1_fz, dbg_apb2_fz;
};

/* The port (0 = A) that feeds EXTI line 0..15. */
unsigned syscfg_exti_port(const struct board *b, unsigned line);

uint32_t syscfg_read(struct board *b, uint32_t off, unsigned bytes);
void syscfg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t crc_read(struct board *b, uint32_t off, unsigned bytes);
void crc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t rng_read(struct board *b, uint32_t off, unsigned bytes);
void rng_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t dbgmcu_read(struct board *b, uint32_t off, unsigned bytes);
void dbgmcu_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t sysmem_read(struct board *b, uint32_t off, unsigned bytes);
void sysmem_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t option_read(struct board *b, uint32_t off, unsigned bytes);
void option_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);

void syscfg_reset(struct board *b);
void crc_reset(struct board *b);
void rng_reset(struct board *b);
void small_reset(struct board *b);    /* system reset: DBGMCU stays */
void small_power_on(struct board *b); /* power-on: everything */

#endif
