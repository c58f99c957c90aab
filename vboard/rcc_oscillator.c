/* SPDX-License-Identifier: MIT
 * RCC: oscillators and PLLs with their ready flags, and the switch of the system clock (RM0410
 * 5.2.1 to 5.2.6, 5.3.1 to 5.3.3). What hardware would ignore is ignored, with a finding.
 * Not here: the clock security system never sees a failing HSE (HW-16). */
#include "board.h"

#define CR_WRITABLE 0x150D00F9u /* HSION HSITRIM HSEON HSEBYP CSSON PLLON PLLI2SON PLLSAION */
#define CFGR_SW     0x3u
#define CFGR_SWS    0xCu

/* Everything that depends on clock frequencies brackets a change with these two. */
static void clocks_changing(struct board *b)
{
    cpu_clock_changed(b);
    tim_clock_changing(b);
}

static void clocks_changed(struct board *b)
{
    tim_clock_changed(b);
    rcc_check_limits(b);
}

static bool source_ready(const struct board *b, enum rcc_source source)
{
    static const uint32_t ready[] = {RCC_CR_HSIRDY, RCC_CR_HSERDY, RCC_CR_PLLRDY};

    return source <= RCC_PLL && (b->rcc.reg[RCC_CR] & ready[source]) != 0;
}

/* SW asks; the switch happens when the source is ready (RM0410 5.2.6). */
static void try_switch(struct board *b)
{
    uint32_t *cfgr = &b->rcc.reg[RCC_CFGR];
    enum rcc_source wanted = (enum rcc_source)(*cfgr & CFGR_SW);

    if (wanted == rcc_sysclk_source(b) || !source_ready(b, wanted))
        return;
    clocks_changing(b);
    *cfgr = (*cfgr & ~CFGR_SWS) | (uint32_t)wanted << 2;
    clocks_changed(b);
}

static void ready(struct board *b, uint32_t flag, enum rcc_cir_bit bit)
{
    b->rcc.reg[RCC_CR] |= flag;
    rcc_raise_ready(b, bit);
    try_switch(b);
}

void rcc_on_hsi_ready(struct board *b)
{
    ready(b, RCC_CR_HSIRDY, CIR_HSI);
}

void rcc_on_hse_ready(struct board *b)
{
    ready(b, RCC_CR_HSERDY, CIR_HSE);
}

void rcc_on_pll_ready(struct board *b)
{
    b->rcc.reg[RCC_CR] |= RCC_CR_PLLRDY;
    pwr_pll_changed(b);
    ready(b, RCC_CR_PLLRDY, CIR_PLL);
}

void rcc_on_plli2s_ready(struct board *b)
{
    ready(b, RCC_CR_PLLI2SRDY, CIR_PLLI2S);
}

void rcc_on_pllsai_ready(struct board *b)
{
    ready(b, RCC_CR_PLLSAIRDY, CIR_PLLSAI);
}

/* A PLL's ON bit rose: it locks after a while, or never if its setting cannot. */
static void start_pll(struct board *b, enum alarm_id alarm, uint32_t divider_cfg, bool main_pll)
{
    if (!rcc_pll_valid(b, divider_cfg, main_pll)) {
        finding(b, RULE_PLL_INVALID, "PLLCFGR 0x%08X, dividers 0x%08X: it never locks",
                (unsigned)b->rcc.reg[RCC_PLLCFGR], (unsigned)divider_cfg);
        return;
    }
    alarm_set(b, alarm, param_deadline(b, PARAM_PLL_LOCK_US, PS_PER_US));
}

static void start_hse(struct board *b)
{
    bool bypass = (b->rcc.reg[RCC_CR] & RCC_CR_HSEBYP) != 0;

    if (!bypass)
        finding(b, RULE_HSE_CRYSTAL, "HSEON without HSEBYP: OSC_IN gets the ST-LINK's clock");
    if (bypass || param(b, PARAM_HSE_NEEDS_BYPASS) == 0)
        alarm_set(b, ALARM_RCC_HSE, param_deadline(b, PARAM_HSE_READY_US, PS_PER_US));
}

/* Bits of CR that a write must not change now: the hardware ignores the attempt (RM0410 5.3.1). */
static uint32_t cr_refused(struct board *b, uint32_t changed)
{
    uint32_t old = b->rcc.reg[RCC_CR], falling = changed & old, refused = 0;
    enum rcc_source in_use = rcc_sysclk_source(b);
    bool pll_from_hse = (b->rcc.reg[RCC_PLLCFGR] & RCC_PLLSRC_HSE) != 0;

    if (in_use == RCC_PLL)
        refused |= falling & (RCC_CR_PLLON | (pll_from_hse ? RCC_CR_HSEON : RCC_CR_HSION));
    if (in_use == RCC_HSE)
        refused |= falling & RCC_CR_HSEON;
    if (in_use == RCC_HSI)
        refused |= falling & RCC_CR_HSION;
    if (refused != 0)
        finding(b, RULE_CLOCK_IN_USE, "CR bits 0x%08X cannot be cleared now", (unsigned)refused);
    if ((changed & RCC_CR_HSEBYP) && (old & RCC_CR_HSEON)) {
        finding(b, RULE_HSEBYP_LATE, "HSEBYP changed while HSEON is set: ignored");
        refused |= RCC_CR_HSEBYP;
    }
    return refused;
}

static void stop_oscillators(struct board *b, uint32_t falling)
{
    static const struct {
        uint32_t on, ready;
        enum alarm_id alarm;
    } oscillators[] = {
        {RCC_CR_HSION, RCC_CR_HSIRDY, ALARM_RCC_HSI},
        {RCC_CR_HSEON, RCC_CR_HSERDY, ALARM_RCC_HSE},
        {RCC_CR_PLLON, RCC_CR_PLLRDY, ALARM_RCC_PLL},
        {RCC_CR_PLLI2SON, RCC_CR_PLLI2SRDY, ALARM_RCC_PLLI2S},
        {RCC_CR_PLLSAION, RCC_CR_PLLSAIRDY, ALARM_RCC_PLLSAI},
    };

    for (unsigned i = 0; i < sizeof oscillators / sizeof oscillators[0]; i++) {
        if ((falling & oscillators[i].on) == 0)
            continue;
        b->rcc.reg[RCC_CR] &= ~oscillators[i].ready;
        alarm_cancel(b, oscillators[i].alarm);
    }
    if (falling & RCC_CR_PLLON)
        pwr_pll_changed(b);
}

void rcc_write_cr(struct board *b, uint32_t value)
{
    uint32_t *reg = b->rcc.reg;
    uint32_t old = reg[RCC_CR];
    uint32_t changed = (old ^ value) & CR_WRITABLE;
    uint32_t rising;

    changed &= ~cr_refused(b, changed);
    rising = changed & ~old;
    reg[RCC_CR] = old ^ changed;
    stop_oscillators(b, changed & old);
    if (rising & RCC_CR_HSION)
        alarm_set(b, ALARM_RCC_HSI, param_deadline(b, PARAM_HSI_READY_US, PS_PER_US));
    if (rising & RCC_CR_HSEON)
        start_hse(b);
    if (rising & RCC_CR_PLLON)
        start_pll(b, ALARM_RCC_PLL, reg[RCC_PLLCFGR], true);
    if (rising & RCC_CR_PLLI2SON)
        start_pll(b, ALARM_RCC_PLLI2S, reg[RCC_PLLI2SCFGR], false);
    if (rising & RCC_CR_PLLSAION)
        start_pll(b, ALARM_RCC_PLLSAI, reg[RCC_PLLSAICFGR], false);
}

void rcc_write_pll_config(struct board *b, unsigned index, uint32_t on, uint32_t value)
{
    if (b->rcc.reg[index] == value)
        return;
    if (b->rcc.reg[RCC_CR] & on) {
        finding(b, RULE_PLL_LOCKED, "PLL configuration 0x%08X written while the PLL is on: ignored",
                (unsigned)value);
        return;
    }
    b->rcc.reg[index] = value;
}

void rcc_write_cfgr(struct board *b, uint32_t value)
{
    uint32_t *cfgr = &b->rcc.reg[RCC_CFGR];
    uint32_t wanted = value & CFGR_SW;
    bool dividers_change = ((*cfgr ^ value) & 0xFCF0) != 0;

    if (wanted != rcc_sysclk_source(b) && !source_ready(b, (enum rcc_source)wanted))
        finding(b, RULE_SW_NOT_READY, "SW = %u, whose clock is not ready", (unsigned)wanted);
    if (dividers_change)
        clocks_changing(b);
    *cfgr = (value & ~CFGR_SWS) | (*cfgr & CFGR_SWS);
    if (dividers_change)
        clocks_changed(b);
    try_switch(b);
}
