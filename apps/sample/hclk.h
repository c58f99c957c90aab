/* SPDX-License-Identifier: MIT
 * The clock tree. Two variants, chosen at build time: hclk_hsi.c stays on the internal 16 MHz
 * oscillator, hclk_pll.c goes to 216 MHz. */
#ifndef SAMPLE_HCLK_H
#define SAMPLE_HCLK_H

#include <stdint.h>

struct hclk {
    uint32_t hclk_hz, pclk1_hz;
};

/* Sets the clocks up. Bounded; what cannot be reached is left out (the HSI is always there). */
struct hclk hclk_init(void);

#endif
