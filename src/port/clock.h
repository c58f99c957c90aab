/* SPDX-License-Identifier: MIT
 * Time, and the one place where the loader waits. */
#ifndef PORT_CLOCK_H
#define PORT_CLOCK_H

#include <stdint.h>

/* Milliseconds since power-up. Wraps after 49 days; only ever subtracted. Exact as long as it or
 * clock_idle is called every 19 s (the cycle counter behind it wraps then). Never blocks. */
uint32_t clock_ms(void);

/* One turn of any waiting loop: feeds the watchdog, moves the console on, then sleeps until there is
 * something for the caller's polls (flash done, USB, tick), 1 ms at the longest. Meanwhile the words
 * of a flash operation and the packets of a USB transfer go on by themselves. */
void clock_idle(void);

/* The same without the sleep: one turn of a loop that has work left (hashing, checking). Words and
 * packets move on by one; called every 50 us, USB keeps most of its speed. */
void clock_tend(void);

#endif
