/* SPDX-License-Identifier: MIT
 * port/clock.h for unit tests: time stands still but for clock_idle, which is 1 ms. */
#ifndef SUPPORT_FAKE_CLOCK_H
#define SUPPORT_FAKE_CLOCK_H

#include <stdint.h>

/* Sets the time, for the wrap of clock_ms. */
void fake_clock_set(uint32_t now_ms);

/* Calls hook after every clock_idle; NULL = none. For events that come while the code waits. */
void fake_clock_hook(void (*hook)(void *ctx), void *ctx);

#endif
