/* SPDX-License-Identifier: MIT
 * Timers TIM1 to TIM8 as time bases: up and down counting, update and compare events (RM0410,
 * chapters of the advanced, general-purpose and basic timers). Capture, PWM outputs, triggers and
 * DMA are stored but do nothing. */
#ifndef VBOARD_TIM_H
#define VBOARD_TIM_H

#include <stdbool.h>
#include <stdint.h>

struct board;

enum { TIM_1, TIM_2, TIM_3, TIM_4, TIM_5, TIM_6, TIM_7, TIM_8, TIM_COUNT };

#define TIM_REGS (0x68 / 4)

/* Register indices into tim.reg. */
enum {
    TIM_CR1 = 0x00 / 4,
    TIM_DIER = 0x0C / 4,
    TIM_SR = 0x10 / 4,
    TIM_EGR = 0x14 / 4,
    TIM_CNT = 0x24 / 4,
    TIM_PSC = 0x28 / 4,
    TIM_ARR = 0x2C / 4,
    TIM_CCR1 = 0x34 / 4
};

struct tim {
    uint32_t reg[TIM_REGS];          /* CNT: its value at base_ps */
    uint32_t psc_active, arr_active; /* the shadow registers */
    uint64_t base_ps;                /* the instant at which the counter came to CNT */
};

uint32_t tim1_read(struct board *b, uint32_t off, unsigned bytes);
uint32_t tim2_read(struct board *b, uint32_t off, unsigned bytes);
uint32_t tim3_read(struct board *b, uint32_t off, unsigned bytes);
uint32_t tim4_read(struct board *b, uint32_t off, unsigned bytes);
uint32_t tim5_read(struct board *b, uint32_t off, unsigned bytes);
uint32_t tim6_read(struct board *b, uint32_t off, unsigned bytes);
uint32_t tim7_read(struct board *b, uint32_t off, unsigned bytes);
uint32_t tim8_read(struct board *b, uint32_t off, unsigned bytes);
void tim1_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void tim2_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void tim3_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void tim4_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void tim5_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void tim6_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void tim7_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void tim8_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);

void tim_reset(struct board *b, unsigned which);
/* The timers' clocks are about to change, and have changed. */
void tim_clock_changing(struct board *b);
void tim_clock_changed(struct board *b);
void tim_on_alarm(struct board *b);

#endif
