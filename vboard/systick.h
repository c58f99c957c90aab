/* SPDX-License-Identifier: MIT
 * SysTick (ARMv7-M B3.3). */
#ifndef VBOARD_SYSTICK_H
#define VBOARD_SYSTICK_H

#include <stdbool.h>
#include <stdint.h>

struct board;

/* The counter showed value at anchor (in ticks of the core) and counts HCLK or HCLK/8 from there. */
struct systick {
    uint32_t ctrl, load, value;
    uint64_t anchor;
    bool countflag;
};

uint32_t systick_read(struct board *b, uint32_t off, unsigned bytes); /* off from 0xE000E010 */
void systick_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void systick_reset(struct board *b);
void systick_clock_changed(struct board *b); /* HCLK has a new rate: the alarm moves */

void systick_on_alarm(struct board *b);

#endif
