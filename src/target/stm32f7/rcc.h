/* SPDX-License-Identifier: MIT
 * The clock tree: up to 216 MHz with 48 MHz for USB, and back to the state after a reset. */
#ifndef RCC_H
#define RCC_H

#include <stdbool.h>
#include <stdint.h>

#define RCC_HSI_HZ 16000000u

/* HSE, PLL, over-drive, wait states, switch. Every wait is bounded (130 ms in all). False when there
 * is no exact clock for USB: the PLL then runs from the internal oscillator, at 200 MHz, or if it
 * never locks the tree is on the internal oscillator itself. */
bool rcc_start_pll(void);

/* Back to the internal oscillator with the values after a reset; also when only half was set up. */
void rcc_restore(void);

/* Current frequencies. */
uint32_t rcc_hclk_hz(void);
uint32_t rcc_pclk1_hz(void);

/* OTG_FS gets its 48 MHz. */
bool rcc_usb_clock_ok(void);

#endif
