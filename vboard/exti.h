/* SPDX-License-Identifier: MIT
 * EXTI (RM0410 chapter 11): 25 lines, edges to interrupts and events. */
#ifndef VBOARD_EXTI_H
#define VBOARD_EXTI_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct exti {
    uint32_t imr, emr, rtsr, ftsr, swier, pr, level;
};

/* The source of a line has this level now (pins through SYSCFG_EXTICR, PVD = 16, ...). */
void exti_source(struct board *b, unsigned line, bool level);
/* Pin levels, or the ports chosen for the lines, may have changed. */
void exti_pins_changed(struct board *b);
uint32_t exti_read(struct board *b, uint32_t off, unsigned bytes);
void exti_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void exti_reset(struct board *b);

#endif
