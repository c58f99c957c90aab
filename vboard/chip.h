/* SPDX-License-Identifier: MIT
 * The chip's peripherals taken together: what the core (board.c, bus.c) calls.
 *
 * chip_map.def is their address map: X(name, base, bytes, gate, read, write), where
 *   uint32_t read(struct board *b, uint32_t off, unsigned bytes)
 *   void write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
 * and off counts from base. Before either, the bus calls chip_gate(b, gate, addr); when it is
 * false, the read gives 0 and the write is dropped. What no row covers is unmodelled. */
#ifndef VBOARD_CHIP_H
#define VBOARD_CHIP_H

#include <stdbool.h>
#include <stdint.h>

struct board;

/* VDD has gone: pins float, a flash operation that was running is torn. */
void chip_power_off(struct board *b);

/* VDD has risen (first power-on, and after every cut), before chip_reset. Weak flash cells are
 * drawn anew; the backup domain is lost (the board has no battery). */
void chip_power_on(struct board *b);

/* Every reset, the power-on one included, before the core fetches its vectors. A flash operation
 * that was running is torn. cause: enum reset_cause. */
void chip_reset(struct board *b, int cause);

/* The run ends: buffered events are written. */
void chip_end(struct board *b);

/* A bit of an RCC reset register rose: the peripheral's registers take their reset values. */
void chip_reset_peripheral(struct board *b, uint16_t gate);

/* Bits of the enable register `index` (rcc.reg) were cleared: what was in work there stops. */
void chip_gates_closed(struct board *b, unsigned index, uint32_t bits);

/* The peripheral behind an access is clocked and not held in reset; a finding if not. */
bool chip_gate(struct board *b, uint16_t gate, uint32_t addr);

/* Power can return at or after earliest_ps only while the supply is above the reset thresholds:
 * that instant, or ALARM_NEVER. */
uint64_t chip_power_returns_ps(const struct board *b, uint64_t earliest_ps);

/* Where the core starts: BOOT_ADD0 of the option bytes (the BOOT0 pin is low). */
uint32_t chip_boot_addr(const struct board *b);

#endif
