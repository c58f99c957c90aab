/* SPDX-License-Identifier: MIT
 * The one source of chance: everything hangs on numbers that a recipe names, so that a failure can
 * be replayed. */
#ifndef POWER_RANDOM_H
#define POWER_RANDOM_H

#include <stdint.h>

static inline uint32_t random_mix(uint32_t a, uint32_t b)
{
    uint32_t x = (a ^ b * 0x85EBCA6Bu) * 0x9E3779B1u;

    x ^= x >> 15;
    x *= 0xC2B2AE35u;
    return x ^ x >> 13;
}

#endif
