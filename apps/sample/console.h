/* SPDX-License-Identifier: MIT
 * The console: UART4 on PC10, 115200 8N1, sent by interrupts from a ring. */
#ifndef SAMPLE_CONSOLE_H
#define SAMPLE_CONSOLE_H

#include <stdint.h>

void console_init(uint32_t pclk1_hz);

/* Queues text; waits while the ring is full. Never from an interrupt. */
void console_text(const char *text);
void console_number(uint32_t value); /* decimal */
void console_hex(uint32_t value);    /* 0x and eight digits */

/* Waits until the last character has left the wire. */
void console_flush(void);

/* Transmit interrupts taken so far. */
uint32_t console_interrupts(void);

/* Says text, a number and a hexadecimal word without interrupts; for fault handlers. */
void console_panic(const char *text, uint32_t number, uint32_t word);

#endif
