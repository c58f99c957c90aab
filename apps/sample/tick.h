/* SPDX-License-Identifier: MIT
 * Time base: SysTick at 1 ms, the heartbeat on LD2, and the cycle counter to measure it with.
 * Also implements port/clock.h for the application library. */
#ifndef SAMPLE_TICK_H
#define SAMPLE_TICK_H

#include <stdint.h>

void tick_init(uint32_t hclk_hz);

/* Turns of the tick interrupt in which the FPU gave a wrong result. */
uint32_t tick_fpu_errors(void);

/* Cycles that `ms` ticks take by the core's own cycle counter. Calls during() all the while. */
uint32_t tick_measure(uint32_t ms, void (*during)(void));

#endif
