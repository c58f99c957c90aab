/* SPDX-License-Identifier: MIT
 * "This image may be started", in a form that a skipped instruction or a flipped bit does not
 * produce: two independent constants, each set by its own comparison, checked again right before
 * the jump. Never 0 or 1. */
#ifndef IMAGE_VERDICT_H
#define IMAGE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#define VERDICT_FIRST  0x6B9D34E2u
#define VERDICT_SECOND 0xA1574CD9u

struct verdict {
    volatile uint32_t first;  /* VERDICT_FIRST or anything else */
    volatile uint32_t second; /* VERDICT_SECOND or anything else */
};

static inline void verdict_clear(struct verdict *v)
{
    v->first = 0;
    v->second = 0;
}

static inline bool verdict_holds(const struct verdict *v)
{
    return v->first == VERDICT_FIRST && v->second == VERDICT_SECOND;
}

#endif
