/* SPDX-License-Identifier: MIT
 * Reset and clock control (RM0410 chapter 5): clock tree, enables, resets, reset causes. */
#ifndef VBOARD_RCC_H
#define VBOARD_RCC_H

#include <stdbool.h>
#include <stdint.h>

struct board;

/* Where a peripheral's clock enable lies: register offset and bit; RCC_GATE_NONE has no enable. */
#define RCC_GATE(enr_offset, bit) ((uint16_t)((enr_offset) << 5 | (bit)))
#define RCC_GATE_NONE 0xFFFF

struct rcc {
    uint32_t reg[0x94 / 4];
};

bool rcc_gate_open(const struct board *b, uint16_t gate);
uint32_t rcc_hclk_hz(const struct board *b);
uint32_t rcc_pclk1_hz(const struct board *b);
uint32_t rcc_usart_hz(const struct board *b, unsigned usart); /* 3 or 4; 0 = no clock */
bool rcc_usb48_ok(const struct board *b); /* a 48 MHz clock within 0.25 % reaches OTG_FS */

uint32_t rcc_read(struct board *b, uint32_t off, unsigned bytes);
void rcc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void rcc_reset(struct board *b, int cause); /* enum reset_cause */
void rcc_on_hsi_ready(struct board *b);
void rcc_on_hse_ready(struct board *b);
void rcc_on_pll_ready(struct board *b);
void rcc_on_plli2s_ready(struct board *b);
void rcc_on_pllsai_ready(struct board *b);
void rcc_on_lsi_ready(struct board *b);
void rcc_on_lse_ready(struct board *b);

#endif
