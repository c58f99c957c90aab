/* SPDX-License-Identifier: MIT
 * The clock tree's arithmetic: frequencies from the register values, and the limits that the
 * datasheet and RM0410 5.2, 4.1.4 set (docs/hardware-notes.md HW-10 to HW-15). */
#include "board.h"

#define MHZ 1000000u

static uint32_t hz_of(const struct board *b, enum param_id id)
{
    return (uint32_t)param(b, id);
}

static uint32_t pll_input_hz(const struct board *b)
{
    const uint32_t *reg = b->rcc.reg;
    uint32_t m = reg[RCC_PLLCFGR] & 0x3F;
    bool hse = (reg[RCC_PLLCFGR] & RCC_PLLSRC_HSE) != 0;

    return m == 0 ? 0 : hz_of(b, hse ? PARAM_HSE_HZ : PARAM_HSI_HZ) / m;
}

static uint32_t vco_hz(const struct board *b, uint32_t divider_cfg)
{
    uint64_t hz = (uint64_t)pll_input_hz(b) * (divider_cfg >> 6 & 0x1FF);

    return hz > UINT32_MAX ? UINT32_MAX : (uint32_t)hz;
}

bool rcc_pll_valid(const struct board *b, uint32_t divider_cfg, bool main_pll)
{
    const uint32_t *reg = b->rcc.reg;
    bool hse = (reg[RCC_PLLCFGR] & RCC_PLLSRC_HSE) != 0;
    uint32_t source_ready = hse ? RCC_CR_HSERDY : RCC_CR_HSIRDY;
    uint32_t m = reg[RCC_PLLCFGR] & 0x3F, n = divider_cfg >> 6 & 0x1FF;
    uint32_t in = pll_input_hz(b), vco = vco_hz(b, divider_cfg);
    uint32_t slack = (uint32_t)(hse ? 0 : in / 50); /* the limits are for the nominal frequency */

    if ((reg[RCC_CR] & source_ready) == 0 || m < 2 || n < 50 || n > 432)
        return false;
    if (main_pll && ((divider_cfg >> 24 & 0xF) < 2 || (divider_cfg >> 28 & 7) < 2))
        return false;
    if (in + slack < 950000 || in > 2100000 + slack)
        return false;
    return vco + vco / 50 >= 100 * MHZ && vco <= 432 * MHZ + (hse ? 0 : vco / 50);
}

enum rcc_source rcc_sysclk_source(const struct board *b)
{
    return (enum rcc_source)(b->rcc.reg[RCC_CFGR] >> 2 & 3);
}

static uint32_t sysclk_hz(const struct board *b)
{
    uint32_t cfg = b->rcc.reg[RCC_PLLCFGR];

    switch (rcc_sysclk_source(b)) {
    case RCC_HSE:
        return hz_of(b, PARAM_HSE_HZ);
    case RCC_PLL:
        return vco_hz(b, cfg) / (((cfg >> 16 & 3) + 1) * 2);
    default:
        return hz_of(b, PARAM_HSI_HZ);
    }
}

uint32_t rcc_hclk_hz(const struct board *b)
{
    static const uint8_t shift[8] = {1, 2, 3, 4, 6, 7, 8, 9}; /* there is no /32 */
    uint32_t hpre = b->rcc.reg[RCC_CFGR] >> 4 & 0xF;
    uint32_t hz = hpre & 8 ? sysclk_hz(b) >> shift[hpre & 7] : sysclk_hz(b);

    return hz == 0 ? 1 : hz;
}

static unsigned apb_shift(const struct board *b, unsigned apb)
{
    uint32_t ppre = b->rcc.reg[RCC_CFGR] >> (apb == 1 ? 10 : 13) & 7;

    return ppre & 4 ? (ppre & 3) + 1 : 0;
}

uint32_t rcc_pclk1_hz(const struct board *b)
{
    return rcc_hclk_hz(b) >> apb_shift(b, 1);
}

uint32_t rcc_pclk2_hz(const struct board *b)
{
    return rcc_hclk_hz(b) >> apb_shift(b, 2);
}

uint32_t rcc_timer_hz(const struct board *b, unsigned apb)
{
    bool timpre = (b->rcc.reg[RCC_DCKCFGR1] >> 24 & 1) != 0;
    unsigned shift = apb_shift(b, apb), undo = timpre ? 2 : 1; /* PCLK x 2, or x 4 */

    return rcc_hclk_hz(b) >> (shift > undo ? shift - undo : 0);
}

uint32_t rcc_usart_hz(const struct board *b, unsigned usart)
{
    uint32_t select = b->rcc.reg[RCC_DCKCFGR2] >> (usart == 3 ? 4 : 6) & 3;

    switch (select) {
    case 1:
        return sysclk_hz(b);
    case 2:
        return b->rcc.reg[RCC_CR] & RCC_CR_HSIRDY ? hz_of(b, PARAM_HSI_HZ) : 0;
    case 3:
        return b->rcc.reg[RCC_BDCR] & RCC_BDCR_LSERDY ? 32768 : 0;
    default:
        return rcc_pclk1_hz(b);
    }
}

uint32_t rcc_clk48_hz(const struct board *b)
{
    const uint32_t *reg = b->rcc.reg;
    uint32_t cfg = reg[RCC_PLLCFGR];

    if (reg[RCC_DCKCFGR2] >> 27 & 1) {
        cfg = reg[RCC_PLLSAICFGR];
        return reg[RCC_CR] & RCC_CR_PLLSAIRDY ? vco_hz(b, cfg) / (((cfg >> 16 & 3) + 1) * 2) : 0;
    }
    return reg[RCC_CR] & RCC_CR_PLLRDY ? vco_hz(b, cfg) / (cfg >> 24 & 0xF) : 0;
}

bool rcc_usb48_ok(const struct board *b)
{
    uint32_t hz = rcc_clk48_hz(b);

    if ((b->rcc.reg[RCC_PLLCFGR] & RCC_PLLSRC_HSE) == 0)
        return false; /* the HSI is 1 % off at best */
    return hz >= 47880000 && hz <= 48120000;
}

/* Highest HCLK for the voltage scale in force (RM0410 4.1.4, datasheet: general conditions). */
static uint32_t hclk_limit_hz(const struct board *b)
{
    bool overdrive = pwr_overdrive_on(b);

    switch (pwr_voltage_scale(b)) {
    case 1:
        return (overdrive ? 216u : 180u) * MHZ;
    case 2:
        return (overdrive ? 180u : 168u) * MHZ;
    default:
        return 144u * MHZ;
    }
}

void rcc_check_limits(struct board *b)
{
    /* The limits hold for nominal sources; an HSI that runs 1 % fast is within its tolerance. */
    uint32_t hclk = rcc_hclk_hz(b) - rcc_hclk_hz(b) / 64;
    uint32_t pclk1 = rcc_pclk1_hz(b) - rcc_pclk1_hz(b) / 64;
    uint32_t pclk2 = rcc_pclk2_hz(b) - rcc_pclk2_hz(b) / 64;
    bool overdrive = pwr_overdrive_on(b);

    if (hclk > hclk_limit_hz(b))
        finding(b, RULE_CLOCK_LIMIT, "HCLK %u Hz, at most %u Hz with scale %u, over-drive %s",
                (unsigned)rcc_hclk_hz(b), (unsigned)hclk_limit_hz(b), pwr_voltage_scale(b),
                overdrive ? "on" : "off");
    if (pclk1 > (overdrive ? 54u : 45u) * MHZ)
        finding(b, RULE_CLOCK_LIMIT, "APB1 %u Hz, at most %u MHz", (unsigned)rcc_pclk1_hz(b),
                overdrive ? 54u : 45u);
    if (pclk2 > (overdrive ? 108u : 90u) * MHZ)
        finding(b, RULE_CLOCK_LIMIT, "APB2 %u Hz, at most %u MHz", (unsigned)rcc_pclk2_hz(b),
                overdrive ? 108u : 90u);
    flash_check_latency(b);
}
