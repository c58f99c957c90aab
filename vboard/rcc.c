/* SPDX-License-Identifier: MIT
 * RCC registers (RM0410 5.3): clock enables, peripheral resets, interrupts, reset causes, the
 * backup domain's register. Oscillators and the system clock are in rcc_oscillator.c. */
#include "board.h"

#include <string.h>

#define CSR_FLAGS     0xFE000000u
#define CSR_RMVF      (1u << 24)
#define BDCR_WRITABLE 0x0001831Du
#define BDCR_BDRST    (1u << 16)
#define PWR_CR1_DBP   (1u << 8)

/* Reset value and writable bits (HW-17 says which of them no manual page settles). */
static const struct rcc_plain {
    uint16_t index;
    uint32_t reset, writable;
} plain_regs[] = {
    {RCC_AHB1RSTR, 0, 0x22E017FF},
    {RCC_AHB2RSTR, 0, 0x000000C3},
    {RCC_AHB3RSTR, 0, 0x00000003},
    {RCC_APB1RSTR, 0, 0xFFFFEBFF},
    {RCC_APB2RSTR, 0, 0x64F779B3},
    {RCC_AHB1ENR, 0x00100000, 0x7EF417FF},
    {RCC_AHB2ENR, 0, 0x000000C3},
    {RCC_AHB3ENR, 0, 0x00000003},
    {RCC_APB1ENR, 0x00000400, 0xFFFFEFFF},
    {RCC_APB2ENR, 0, 0x64F77FB3},
    {RCC_AHB1LPENR, 0x7EF7B7FF, 0x7EF7B7FF},
    {RCC_AHB2LPENR, 0x000000F3, 0x000000F3},
    {RCC_AHB3LPENR, 0x00000003, 0x00000003},
    {RCC_APB1LPENR, 0xFFFFEFFF, 0xFFFFEFFF},
    {RCC_APB2LPENR, 0x64F77FB3, 0x64F77FB3},
    {RCC_SSCGR, 0, 0xCFFFFFFF},
    {RCC_DCKCFGR1, 0, 0x07FF1F1F},
    {RCC_DCKCFGR2, 0, 0x3FFFFFFF},
};

bool rcc_gate_open(const struct board *b, uint16_t gate)
{
    if (gate == RCC_GATE_NONE)
        return true;
    return (b->rcc.reg[(gate >> 5) / 4] >> (gate & 31) & 1) != 0;
}

bool rcc_held_in_reset(const struct board *b, uint16_t gate)
{
    if (gate == RCC_GATE_NONE)
        return false;
    return (b->rcc.reg[((gate >> 5) - 0x20) / 4] >> (gate & 31) & 1) != 0;
}

static void update_irq(struct board *b)
{
    uint32_t cir = b->rcc.reg[RCC_CIR];

    nvic_line(b, IRQ_RCC, (cir & cir >> 8 & 0x7F) != 0);
}

void rcc_raise_ready(struct board *b, enum rcc_cir_bit bit)
{
    if (b->rcc.reg[RCC_CIR] >> (bit + 8) & 1)
        b->rcc.reg[RCC_CIR] |= 1u << bit;
    update_irq(b);
}

void rcc_on_lsi_ready(struct board *b)
{
    b->rcc.reg[RCC_CSR] |= RCC_CSR_LSIRDY;
    rcc_raise_ready(b, CIR_LSI);
}

void rcc_on_lse_ready(struct board *b)
{
    b->rcc.reg[RCC_BDCR] |= RCC_BDCR_LSERDY;
    rcc_raise_ready(b, CIR_LSE);
    rtc_clock_changed(b);
}

static void write_cir(struct board *b, uint32_t value)
{
    uint32_t *cir = &b->rcc.reg[RCC_CIR];

    *cir = (value & 0x7F00) | (*cir & 0xFF & ~(value >> 16 & 0xFF));
    update_irq(b);
}

static void write_bdcr(struct board *b, uint32_t value)
{
    uint32_t *bdcr = &b->rcc.reg[RCC_BDCR];
    uint32_t old = *bdcr;

    if (((old ^ value) & BDCR_WRITABLE) == 0)
        return;
    if ((b->pwr.cr1 & PWR_CR1_DBP) == 0) {
        finding(b, RULE_BACKUP_LOCKED, "RCC_BDCR written while PWR_CR1.DBP is 0: ignored");
        return;
    }
    if (value & BDCR_BDRST) {
        *bdcr = BDCR_BDRST;
        alarm_cancel(b, ALARM_RCC_LSE);
        rtc_domain_reset(b);
        return;
    }
    if (old & 0x300)
        value = (value & ~0x300u) | (old & 0x300); /* RTCSEL is written once until BDRST */
    *bdcr = (value & BDCR_WRITABLE) | (old & RCC_BDCR_LSERDY);
    if (*bdcr & ~old & 1)
        alarm_set(b, ALARM_RCC_LSE, param_deadline(b, PARAM_LSE_READY_MS, PS_PER_MS));
    if (old & ~*bdcr & 1) {
        alarm_cancel(b, ALARM_RCC_LSE);
        *bdcr &= ~RCC_BDCR_LSERDY;
    }
    rtc_clock_changed(b);
}

static void set_lsi(struct board *b, bool on)
{
    uint32_t *csr = &b->rcc.reg[RCC_CSR];

    if (on && (*csr & RCC_CSR_LSIRDY) == 0)
        alarm_set(b, ALARM_RCC_LSI, param_deadline(b, PARAM_LSI_READY_US, PS_PER_US));
    if (!on) {
        alarm_cancel(b, ALARM_RCC_LSI);
        *csr &= ~RCC_CSR_LSIRDY;
    }
}

void rcc_force_lsi(struct board *b)
{
    set_lsi(b, true);
}

static void write_csr(struct board *b, uint32_t value)
{
    uint32_t *csr = &b->rcc.reg[RCC_CSR];
    bool was_on = (*csr & RCC_CSR_LSION) != 0, on = (value & RCC_CSR_LSION) != 0;

    if (value & CSR_RMVF)
        *csr &= ~CSR_FLAGS;
    *csr = (*csr & ~RCC_CSR_LSION) | (value & RCC_CSR_LSION);
    if (on != was_on && !b->iwdg.running)
        set_lsi(b, on);
}

/* Reset bits that rose: the peripheral's registers take their reset values. */
static void reset_peripherals(struct board *b, unsigned index, uint32_t rising)
{
    for (unsigned bit = 0; bit < 32; bit++)
        if (rising >> bit & 1)
            chip_reset_peripheral(b, RCC_GATE((index * 4 + 0x20), bit));
}

static void write_plain(struct board *b, unsigned index, uint32_t value)
{
    uint32_t old = b->rcc.reg[index];

    for (unsigned i = 0; i < sizeof plain_regs / sizeof plain_regs[0]; i++) {
        if (plain_regs[i].index != index)
            continue;
        value &= plain_regs[i].writable;
        if (index == RCC_DCKCFGR1)
            tim_clock_changing(b);
        b->rcc.reg[index] = value;
        if (index == RCC_DCKCFGR1)
            tim_clock_changed(b);
        if (index <= RCC_APB2RSTR)
            reset_peripherals(b, index, value & ~old);
        if (index >= RCC_AHB1ENR && index <= RCC_APB2ENR)
            chip_gates_closed(b, index, old & ~value);
        if (index >= RCC_AHB1LPENR && index <= RCC_APB2LPENR && value != plain_regs[i].reset)
            finding(b, RULE_SLEEP_CLOCK, "register 0x%02X = 0x%08X", index * 4, (unsigned)value);
        return;
    }
    finding(b, RULE_RESERVED_REGISTER, "RCC offset 0x%02X", index * 4);
}

uint32_t rcc_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t index = off / 4;

    if (index >= RCC_REGS) {
        finding(b, RULE_RESERVED_REGISTER, "RCC offset 0x%02X", (unsigned)off);
        return 0;
    }
    return reg_part(b->rcc.reg[index], off, bytes);
}

void rcc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    uint32_t index = off / 4;

    if (index >= RCC_REGS) {
        finding(b, RULE_RESERVED_REGISTER, "RCC offset 0x%02X", (unsigned)off);
        return;
    }
    value = reg_merge(b->rcc.reg[index], off, bytes, value);
    switch (index) {
    case RCC_CR:
        rcc_write_cr(b, value);
        break;
    case RCC_PLLCFGR:
        rcc_write_pll_config(b, index, RCC_CR_PLLON, value & 0x7F437FFF);
        break;
    case RCC_PLLI2SCFGR:
        rcc_write_pll_config(b, index, RCC_CR_PLLI2SON, value & 0x7F037FC0);
        break;
    case RCC_PLLSAICFGR:
        rcc_write_pll_config(b, index, RCC_CR_PLLSAION, value & 0x7F037FC0);
        break;
    case RCC_CFGR:
        rcc_write_cfgr(b, value);
        break;
    case RCC_CIR:
        write_cir(b, value);
        break;
    case RCC_BDCR:
        write_bdcr(b, value);
        break;
    case RCC_CSR:
        write_csr(b, value);
        break;
    default:
        write_plain(b, index, value);
    }
}

/* Reset flags of each cause; every internal reset also pulls NRST (HW-18). */
static uint32_t cause_flags(int cause)
{
    switch (cause) {
    case RESET_POWER_ON:
        return 0x0E000000;
    case RESET_BROWN_OUT:
        return 0x06000000;
    case RESET_SOFTWARE:
        return 0x14000000;
    case RESET_IWDG:
        return 0x24000000;
    case RESET_WWDG:
        return 0x44000000;
    case RESET_LOW_POWER:
        return 0x84000000;
    default:
        return 0x04000000;
    }
}

void rcc_power_on(struct board *b)
{
    b->rcc.reg[RCC_BDCR] = 0;
    b->rcc.reg[RCC_CSR] = 0;
    alarm_cancel(b, ALARM_RCC_LSE);
}

void rcc_reset(struct board *b, int cause)
{
    uint32_t flags = (b->rcc.reg[RCC_CSR] & CSR_FLAGS) | cause_flags(cause);
    uint32_t bdcr = b->rcc.reg[RCC_BDCR];

    cpu_clock_changed(b);
    for (unsigned alarm = ALARM_RCC_HSI; alarm <= ALARM_RCC_LSI; alarm++)
        alarm_cancel(b, (enum alarm_id)alarm);
    memset(b->rcc.reg, 0, sizeof b->rcc.reg);
    for (unsigned i = 0; i < sizeof plain_regs / sizeof plain_regs[0]; i++)
        b->rcc.reg[plain_regs[i].index] = plain_regs[i].reset;
    b->rcc.reg[RCC_CR] = 0x00000083u | (uint32_t)param(b, PARAM_HSICAL) << 8;
    b->rcc.reg[RCC_PLLCFGR] = 0x24003010;
    b->rcc.reg[RCC_PLLI2SCFGR] = 0x24003000;
    b->rcc.reg[RCC_PLLSAICFGR] = 0x24003000;
    b->rcc.reg[RCC_BDCR] = bdcr;
    b->rcc.reg[RCC_CSR] = flags;
    update_irq(b);
}
