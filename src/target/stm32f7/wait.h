/* SPDX-License-Identifier: MIT
 * The one way in which drivers wait for a register. */
#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* Spins until (*reg & mask) == value, feeding the watchdog; false after limit_ms. */
bool wait_reg(const volatile uint32_t *reg, uint32_t mask, uint32_t value, uint32_t limit_ms);

#endif
