/* SPDX-License-Identifier: MIT
 * The target's own view of time, below port/clock.h. */
#ifndef CLOCK_F7_H
#define CLOCK_F7_H

#include <stdint.h>

/* What a driver says when the core wakes in clock_idle: several may speak, so the values are bits. */
enum wake {
    WAKE_NOTHING = 0,
    WAKE_GOING = 1,  /* the driver did what was to do, more will come: sleep on */
    WAKE_CALLER = 2, /* something for the caller's next poll: do not sleep on */
};

/* Starts counting at the current HCLK. */
void clock_start(void);

/* HCLK has just changed (rcc.c). What passed since the last clock_ms counts at the old rate. */
void clock_rate_changed(void);

/* Stops both counters and puts their registers back. */
void clock_stop(void);

/* Microseconds, for intervals below a second. */
uint32_t clock_us(void);

#endif
