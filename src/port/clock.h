/* SPDX-License-Identifier: MIT
 * Time, and the one place where the loader waits. */
#ifndef PORT_CLOCK_H
#define PORT_CLOCK_H

#include <stdint.h>

/* Milliseconds since power-up. Wraps after 49 days; only ever subtracted. Exact as long as it or
 * clock_idle is called every 19 s (the cycle counter behind it wraps then). Never blocks. */
uint32_t clock_ms(void);

/* One turn of any waiting loop: feeds the watchdog, moves the console's and the LED's background
 * work on, then sleeps until an event (flash done, USB, tick), 1 ms at the longest. */
void clock_idle(void);

/* The same without the sleep: one turn of a loop that has work left (hashing, checking). */
void clock_tend(void);

#endif
