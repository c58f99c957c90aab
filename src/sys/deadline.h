/* SPDX-License-Identifier: MIT
 * A bounded wait: a start time and a length. Plain data, safe across the wrap of clock_ms. */
#ifndef SYS_DEADLINE_H
#define SYS_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    uint32_t start_ms;
    uint32_t limit_ms; /* up to 2^32 - 1; in practice minutes */
};

/* A deadline limit_ms from now; it passes up to 1 ms early, since the clock counts whole ones. 0 =
 * passed at once. */
struct deadline deadline_in(uint32_t limit_ms);

bool deadline_passed(struct deadline d);

/* Milliseconds that are left, 0 when it has passed. */
uint32_t deadline_left_ms(struct deadline d);

#endif
