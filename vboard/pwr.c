/* SPDX-License-Identifier: MIT
 * PWR (RM0410 chapter 4): voltage scaling, the over-drive handshake, PVD, wake-up pins as storage;
 * and the course of the supply voltage (--supply), with the power-on and brown-out resets. */
#include "board.h"

#define CR1_PVDE     (1u << 4)
#define CR1_DBP      (1u << 8)
#define CR1_VOS      0xC000u
#define CR1_ODEN     (1u << 16)
#define CR1_ODSWEN   (1u << 17)
#define CR1_WRITABLE 0x000FEFF3u
#define CSR1_PVDO    (1u << 2)
#define CSR1_BRR     (1u << 3)
#define CSR1_VOSRDY  (1u << 14)
#define CSR1_ODRDY   (1u << 16)
#define CSR1_ODSWRDY (1u << 17)
#define EXTI_PVD     16

bool pwr_overdrive_on(const struct board *b)
{
    return (b->pwr.csr1 & CSR1_ODSWRDY) != 0;
}

static bool pll_ready(const struct board *b)
{
    return (b->rcc.reg[RCC_CR] & RCC_CR_PLLRDY) != 0;
}

unsigned pwr_voltage_scale(const struct board *b)
{
    uint32_t vos = b->pwr.cr1 >> 14 & 3;

    if (!pll_ready(b) || vos < 2)
        return 3;
    return vos == 3 ? 1 : 2;
}

void pwr_pll_changed(struct board *b)
{
    if (pll_ready(b) && (b->pwr.cr1 & CR1_ODEN) && (b->pwr.csr1 & CSR1_ODRDY) == 0)
        alarm_set(b, ALARM_PWR_OVERDRIVE, param_deadline(b, PARAM_OD_READY_US, PS_PER_US));
    b->pwr.vos_ready_ps =
        pll_ready(b) ? param_deadline(b, PARAM_VOS_READY_US, PS_PER_US) : ALARM_NEVER;
}

/* PVD: falling thresholds by PLS, plus the hysteresis on the way up. */
static bool below_pvd(const struct board *b)
{
    uint32_t pls = b->pwr.cr1 >> 5 & 7;
    uint64_t threshold = param(b, (enum param_id)(PARAM_PVD0_FALL_MV + pls));

    if (b->pwr.csr1 & CSR1_PVDO)
        threshold += param(b, PARAM_PVD_HYSTERESIS_MV);
    return b->pwr.supply_mv < threshold;
}

static void update_pvd(struct board *b)
{
    bool on = (b->pwr.cr1 & CR1_PVDE) != 0 && now_ps(b) >= b->pwr.pvd_ready_ps;

    if (on && below_pvd(b))
        b->pwr.csr1 |= CSR1_PVDO;
    else
        b->pwr.csr1 &= ~CSR1_PVDO;
    exti_source(b, EXTI_PVD, (b->pwr.csr1 & CSR1_PVDO) != 0);
}

uint32_t pwr_reset_threshold_mv(const struct board *b, bool rising)
{
    static const enum param_id by_level[] = {PARAM_BOR3_FALL_MV, PARAM_BOR2_FALL_MV,
                                             PARAM_BOR1_FALL_MV, PARAM_POR_FALL_MV};
    uint32_t level = flash_options(b) >> 2 & 3; /* 00 is level 3, 11 is off */
    uint64_t mv = param(b, by_level[level]);

    return (uint32_t)(mv + (rising ? param(b, PARAM_RESET_HYSTERESIS_MV) : 0));
}

uint64_t chip_power_returns_ps(const struct board *b, uint64_t earliest_ps)
{
    uint32_t needed = pwr_reset_threshold_mv(b, true);
    uint32_t mv = (uint32_t)param(b, PARAM_SUPPLY_MV);
    unsigned i = 0;

    for (; i < b->options.supply_count; i++) {
        if (b->options.supply[i].at_us * PS_PER_US > earliest_ps)
            break;
        mv = b->options.supply[i].mv;
    }
    if (mv >= needed)
        return earliest_ps;
    for (; i < b->options.supply_count; i++)
        if (b->options.supply[i].mv >= needed)
            return b->options.supply[i].at_us * PS_PER_US;
    return ALARM_NEVER;
}

static void next_step(struct board *b)
{
    uint32_t step = b->pwr.supply_step;

    if (step < b->options.supply_count)
        alarm_set(b, ALARM_PWR_SUPPLY, b->options.supply[step].at_us * PS_PER_US);
}

void pwr_start(struct board *b)
{
    b->pwr.supply_mv = (uint32_t)param(b, PARAM_SUPPLY_MV);
    b->pwr.supply_step = 0;
    next_step(b);
}

void pwr_on_supply(struct board *b)
{
    bool was_held = b->pwr.held_in_reset;

    b->pwr.supply_mv = b->options.supply[b->pwr.supply_step++].mv;
    next_step(b);
    trace_event(b, "supply", "\"mv\":%u", (unsigned)b->pwr.supply_mv);
    b->pwr.held_in_reset = b->pwr.supply_mv < pwr_reset_threshold_mv(b, was_held);
    if (b->pwr.off)
        return;
    if (b->pwr.held_in_reset) {
        board_power_cut(b);
    } else {
        update_pvd(b);
        flash_check_latency(b);
    }
}

/* Over-drive: ODEN, wait ODRDY, ODSWEN, wait ODSWRDY; and back in the reverse order. */
static void write_overdrive(struct board *b, uint32_t old, uint32_t value)
{
    uint32_t changed = old ^ value;

    if ((changed & (CR1_ODEN | CR1_ODSWEN)) == 0)
        return;
    if (rcc_sysclk_source(b) == RCC_PLL)
        finding(b, RULE_OVERDRIVE_ORDER, "over-drive changed while the PLL is the system clock");
    if ((value & changed & CR1_ODSWEN) && (b->pwr.csr1 & CSR1_ODRDY) == 0) {
        finding(b, RULE_OVERDRIVE_ORDER, "ODSWEN set before ODRDY: ignored");
        b->pwr.cr1 &= ~CR1_ODSWEN;
    }
    if ((b->pwr.cr1 & CR1_ODEN) && param(b, PARAM_OD_NEEDS_PLL) != 0 && !pll_ready(b))
        return;
    alarm_set(b, ALARM_PWR_OVERDRIVE,
              param_deadline(b, changed & CR1_ODSWEN ? PARAM_OD_SWITCH_US : PARAM_OD_READY_US,
                             PS_PER_US));
}

void pwr_on_overdrive(struct board *b)
{
    uint32_t ready = 0;

    if (b->pwr.cr1 & CR1_ODEN)
        ready |= CSR1_ODRDY;
    if ((b->pwr.cr1 & CR1_ODSWEN) && (b->pwr.cr1 & CR1_ODEN))
        ready |= CSR1_ODSWRDY;
    b->pwr.csr1 = (b->pwr.csr1 & ~(CSR1_ODRDY | CSR1_ODSWRDY)) | ready;
    rcc_check_limits(b);
}

static void write_cr1(struct board *b, uint32_t value)
{
    uint32_t old = b->pwr.cr1;

    value &= CR1_WRITABLE;
    if (((old ^ value) & CR1_VOS) != 0 && (b->rcc.reg[RCC_CR] & RCC_CR_PLLON)) {
        finding(b, RULE_VOS_LATE, "VOS changed while the PLL is on: ignored");
        value = (value & ~CR1_VOS) | (old & CR1_VOS);
    }
    if ((value & CR1_VOS) == 0) {
        finding(b, RULE_VOS_LATE, "VOS = 0 is reserved");
        value |= old & CR1_VOS;
    }
    b->pwr.cr1 = value;
    write_overdrive(b, old, value);
    if ((value & ~old) & CR1_PVDE)
        b->pwr.pvd_ready_ps = param_deadline(b, PARAM_PVD_READY_US, PS_PER_US);
    update_pvd(b);
}

static void write_csr1(struct board *b, uint32_t value)
{
    const uint32_t writable = 0x00000300u; /* EIWUP, BRE */

    b->pwr.csr1 = (b->pwr.csr1 & ~writable) | (value & writable);
    if (value & 1u << 9)
        b->pwr.csr1 |= CSR1_BRR; /* the backup regulator is ready at once */
    else
        b->pwr.csr1 &= ~CSR1_BRR;
    b->pwr.csr1 &= ~(value & 0xC0000u); /* UDRDY, cleared by writing 1 */
}

uint32_t pwr_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t value = 0;

    switch (off & ~3u) {
    case 0x00:
        value = b->pwr.cr1;
        break;
    case 0x04:
        update_pvd(b);
        value = b->pwr.csr1;
        if (pll_ready(b) && now_ps(b) >= b->pwr.vos_ready_ps)
            value |= CSR1_VOSRDY;
        break;
    case 0x08:
        value = b->pwr.cr2;
        break;
    case 0x0C:
        value = b->pwr.csr2;
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "PWR offset 0x%02X", (unsigned)off);
    }
    return reg_part(value, off, bytes);
}

void pwr_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    switch (off & ~3u) {
    case 0x00:
        write_cr1(b, reg_merge(b->pwr.cr1, off, bytes, value));
        break;
    case 0x04:
        write_csr1(b, reg_merge(b->pwr.csr1, off, bytes, value));
        break;
    case 0x08:
        value = reg_merge(b->pwr.cr2, off, bytes, value);
        b->pwr.csr2 &= ~(value & 0x3F); /* CWUPF clears WUPF */
        b->pwr.cr2 = value & 0x3F00;
        break;
    case 0x0C:
        b->pwr.csr2 = (b->pwr.csr2 & 0x3F) | (reg_merge(b->pwr.csr2, off, bytes, value) & 0x3F00);
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "PWR offset 0x%02X", (unsigned)off);
    }
}

void pwr_reset(struct board *b)
{
    alarm_cancel(b, ALARM_PWR_OVERDRIVE);
    b->pwr.cr1 = 0x0000C000;
    b->pwr.csr1 = 0;
    b->pwr.cr2 = b->pwr.csr2 = 0;
    b->pwr.vos_ready_ps = b->pwr.pvd_ready_ps = ALARM_NEVER;
    exti_source(b, EXTI_PVD, false);
}
