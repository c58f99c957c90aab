/* SPDX-License-Identifier: MIT
 * A test of interrupts: a slow handler of low priority (EXTI line 3, triggered by software) that
 * computes with the FPU while the tick pre-empts it. */
#ifndef SAMPLE_INTERRUPTS_H
#define SAMPLE_INTERRUPTS_H

#include <stdint.h>

struct interrupts_result {
    uint32_t taken;  /* of INTERRUPTS_TRIGGERED */
    uint32_t nested; /* ticks that pre-empted the slow handler */
    uint32_t errors; /* wrong FPU results, or a handler that the tick never pre-empted */
};

#define INTERRUPTS_TRIGGERED 10u

/* Blocks about 30 ms. */
struct interrupts_result interrupts_run(void);

/* For the tick's handler. */
void interrupts_note_tick(void);

#endif
