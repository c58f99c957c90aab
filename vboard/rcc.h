/* SPDX-License-Identifier: MIT
 * Reset and clock control (RM0410 chapter 5): clock tree, enables, resets, reset causes.
 * rcc.c: registers; rcc_oscillator.c: oscillators and the system clock; rcc_clock.c: the arithmetic
 * of the tree and its limits. */
#ifndef VBOARD_RCC_H
#define VBOARD_RCC_H

#include <stdbool.h>
#include <stdint.h>

struct board;

/* Where a peripheral's clock enable lies: register offset and bit; RCC_GATE_NONE has no enable. */
#define RCC_GATE(enr_offset, bit) ((uint16_t)((enr_offset) << 5 | (bit)))
#define RCC_GATE_NONE             0xFFFF

/* Register indices into rcc.reg (RM0410 5.3). */
enum {
    RCC_CR = 0x00 / 4,
    RCC_PLLCFGR = 0x04 / 4,
    RCC_CFGR = 0x08 / 4,
    RCC_CIR = 0x0C / 4,
    RCC_AHB1RSTR = 0x10 / 4,
    RCC_AHB2RSTR = 0x14 / 4,
    RCC_AHB3RSTR = 0x18 / 4,
    RCC_APB1RSTR = 0x20 / 4,
    RCC_APB2RSTR = 0x24 / 4,
    RCC_AHB1ENR = 0x30 / 4,
    RCC_AHB2ENR = 0x34 / 4,
    RCC_AHB3ENR = 0x38 / 4,
    RCC_APB1ENR = 0x40 / 4,
    RCC_APB2ENR = 0x44 / 4,
    RCC_AHB1LPENR = 0x50 / 4,
    RCC_AHB2LPENR = 0x54 / 4,
    RCC_AHB3LPENR = 0x58 / 4,
    RCC_APB1LPENR = 0x60 / 4,
    RCC_APB2LPENR = 0x64 / 4,
    RCC_BDCR = 0x70 / 4,
    RCC_CSR = 0x74 / 4,
    RCC_SSCGR = 0x80 / 4,
    RCC_PLLI2SCFGR = 0x84 / 4,
    RCC_PLLSAICFGR = 0x88 / 4,
    RCC_DCKCFGR1 = 0x8C / 4,
    RCC_DCKCFGR2 = 0x90 / 4,
    RCC_REGS = 0x94 / 4
};

#define RCC_CR_HSION     (1u << 0)
#define RCC_CR_HSIRDY    (1u << 1)
#define RCC_CR_HSEON     (1u << 16)
#define RCC_CR_HSERDY    (1u << 17)
#define RCC_CR_HSEBYP    (1u << 18)
#define RCC_CR_PLLON     (1u << 24)
#define RCC_CR_PLLRDY    (1u << 25)
#define RCC_CR_PLLI2SON  (1u << 26)
#define RCC_CR_PLLI2SRDY (1u << 27)
#define RCC_CR_PLLSAION  (1u << 28)
#define RCC_CR_PLLSAIRDY (1u << 29)
#define RCC_PLLSRC_HSE   (1u << 22)
#define RCC_BDCR_LSERDY  (1u << 1)
#define RCC_CSR_LSION    (1u << 0)
#define RCC_CSR_LSIRDY   (1u << 1)

enum rcc_source { RCC_HSI, RCC_HSE, RCC_PLL }; /* as in CFGR.SW */

struct rcc {
    uint32_t reg[RCC_REGS];
};

bool rcc_gate_open(const struct board *b, uint16_t gate);
/* The peripheral's bit in its RSTR register is set. */
bool rcc_held_in_reset(const struct board *b, uint16_t gate);
uint32_t rcc_hclk_hz(const struct board *b);
uint32_t rcc_pclk1_hz(const struct board *b);
uint32_t rcc_pclk2_hz(const struct board *b);
uint32_t rcc_timer_hz(const struct board *b, unsigned apb);   /* apb 1 or 2 */
uint32_t rcc_usart_hz(const struct board *b, unsigned usart); /* 3 or 4; 0 = no clock */
uint32_t rcc_clk48_hz(const struct board *b);                 /* 0 = none */
bool rcc_usb48_ok(const struct board *b); /* a 48 MHz clock within 0.25 % reaches OTG_FS */

enum rcc_source rcc_sysclk_source(const struct board *b); /* CFGR.SWS */
/* The PLL's setting is one that locks (source running, dividers and VCO within limits). */
bool rcc_pll_valid(const struct board *b, uint32_t divider_cfg, bool main_pll);
/* Frequencies against the limits of voltage scale, over-drive, APB and flash; findings if over. */
void rcc_check_limits(struct board *b);

uint32_t rcc_read(struct board *b, uint32_t off, unsigned bytes);
void rcc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void rcc_reset(struct board *b, int cause); /* enum reset_cause */
void rcc_power_on(struct board *b);         /* before rcc_reset: the backup domain's BDCR */
/* The IWDG runs: it forces the LSI on (RM0410 5.2.5). */
void rcc_force_lsi(struct board *b);
void rcc_on_hsi_ready(struct board *b);
void rcc_on_hse_ready(struct board *b);
void rcc_on_pll_ready(struct board *b);
void rcc_on_plli2s_ready(struct board *b);
void rcc_on_pllsai_ready(struct board *b);
void rcc_on_lsi_ready(struct board *b);
void rcc_on_lse_ready(struct board *b);

/* Positions of the ready interrupts in CIR, shared by the parts of the model: flag bit n, enable bit n + 8. */
enum rcc_cir_bit { CIR_LSI, CIR_LSE, CIR_HSI, CIR_HSE, CIR_PLL, CIR_PLLI2S, CIR_PLLSAI };

void rcc_raise_ready(struct board *b, enum rcc_cir_bit bit);
void rcc_write_cr(struct board *b, uint32_t value);
void rcc_write_cfgr(struct board *b, uint32_t value);
/* index: which of the three PLL configuration registers; on: the PLL's enable bit in CR. */
void rcc_write_pll_config(struct board *b, unsigned index, uint32_t on, uint32_t value);

#endif
