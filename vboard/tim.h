/* SPDX-License-Identifier: MIT
 * Timers TIM1 to TIM8 as time bases: up or down counting, update and compare events (RM0410
 * chapters 25, 26, 28). Capture, PWM outputs, triggers and DMA are stored but do nothing. */
#ifndef VBOARD_TIM_H
#define VBOARD_TIM_H

#include <stdbool.h>
#include <stdint.h>

struct board;

enum { TIM_1, TIM_2, TIM_3, TIM_4, TIM_5, TIM_6, TIM_7, TIM_8, TIM_COUNT };

struct tim {
    uint32_t cr1, cr2, smcr, dier, sr, ccmr[2], ccer, psc, arr, rcr, ccr[4], bdtr, dcr, or_;
    uint32_t ccmr3, ccr5, ccr6, af[2];
    uint32_t psc_active, arr_active; /* the shadow registers */
    uint32_t cnt;                    /* at base_ps */
    uint64_t base_ps;
};

#define X(n)                                                                                       \
    uint32_t tim##n##_read(struct board *b, uint32_t off, unsigned bytes);                         \
    void tim##n##_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
X(1)
X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#undef X

    void tim_reset(struct board *b, unsigned which);
/* The timers' clocks are about to change, and have changed. */
void tim_clock_changing(struct board *b);
void tim_clock_changed(struct board *b);
void tim_on_alarm(struct board *b);

#endif
