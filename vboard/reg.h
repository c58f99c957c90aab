/* SPDX-License-Identifier: MIT
 * Byte and half-word access to 32-bit registers (RM0410: peripherals see the lanes of the bus). */
#ifndef VBOARD_REG_H
#define VBOARD_REG_H

#include <stdint.h>

/* The part of a 32-bit register that an access of `bytes` at byte offset `off` sees. */
static inline uint32_t reg_part(uint32_t word, uint32_t off, unsigned bytes)
{
    uint32_t mask = bytes >= 4 ? UINT32_MAX : (1u << (8 * bytes)) - 1;

    return word >> (8 * (off & 3)) & mask;
}

/* The register's new value when such an access writes `value`. */
static inline uint32_t reg_merge(uint32_t word, uint32_t off, unsigned bytes, uint32_t value)
{
    uint32_t mask = (bytes >= 4 ? UINT32_MAX : (1u << (8 * bytes)) - 1) << (8 * (off & 3));

    return (word & ~mask) | (value << (8 * (off & 3)) & mask);
}

#endif
