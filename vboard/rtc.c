/* SPDX-License-Identifier: MIT
 * RTC, backup registers and backup SRAM. All writes need PWR_CR1.DBP; the calendar and its settings
 * also the two keys in WPR, TR, DR and PRER the initialisation mode (RM0410, chapter RTC). */
#include "board.h"

#include <string.h>

#define PWR_CR1_DBP     (1u << 8)
#define ISR_INIT        (1u << 7)
#define ISR_INITF       (1u << 6)
#define ISR_RSF         (1u << 5)
#define ISR_INITS       (1u << 4)
#define ISR_WRITE_FLAGS 7u          /* ALRAWF, ALRBWF, WUTWF */
#define CR_UNMODELLED   0x0000FF00u /* alarms, wake-up timer, time stamp, their interrupts */

enum {
    RTC_TR = 0x00 / 4,
    RTC_DR = 0x04 / 4,
    RTC_CR = 0x08 / 4,
    RTC_ISR = 0x0C / 4,
    RTC_PRER = 0x10 / 4,
    RTC_WUTR = 0x14 / 4,
    RTC_WPR = 0x24 / 4,
    RTC_SSR = 0x28 / 4,
    RTC_TAMPCR = 0x40 / 4,
    RTC_BKP0R = 0x50 / 4
};

/* Frequency of the clock that BDCR selects; 0 while it does not run. */
static uint32_t clock_hz(const struct board *b)
{
    uint32_t bdcr = b->rcc.reg[RCC_BDCR], rtcpre = b->rcc.reg[RCC_CFGR] >> 16 & 0x1F;

    if ((bdcr >> 15 & 1) == 0)
        return 0;
    switch (bdcr >> 8 & 3) {
    case 1:
        return bdcr & RCC_BDCR_LSERDY ? 32768 : 0;
    case 2:
        return b->rcc.reg[RCC_CSR] & RCC_CSR_LSIRDY ? (uint32_t)param(b, PARAM_LSI_HZ) : 0;
    case 3:
        return rtcpre < 2 ? 0 : (uint32_t)param(b, PARAM_HSE_HZ) / rtcpre;
    default:
        return 0;
    }
}

/* Sub-second ticks since base_ps; sync = ticks in a second. */
static uint64_t ticks_now(const struct board *b, uint64_t *sync)
{
    uint32_t prer = b->rtc.reg[RTC_PRER], hz = clock_hz(b);
    uint64_t us;

    *sync = (prer & 0x7FFF) + 1ull;
    if (b->rtc.base_ps == ALARM_NEVER || hz == 0 || (b->rtc.reg[RTC_ISR] & ISR_INIT))
        return 0;
    us = (now_ps(b) - b->rtc.base_ps) / PS_PER_US;
    return us * hz / ((prer >> 16 & 0x7F) + 1) / 1000000;
}

static uint32_t from_bcd(uint32_t bcd)
{
    return (bcd >> 4) * 10 + (bcd & 15);
}

static uint32_t to_bcd(uint32_t value)
{
    return value / 10 << 4 | value % 10;
}

static uint32_t days_in_month(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[(month - 1) % 12] + (month == 2 && year % 4 == 0 ? 1u : 0u);
}

static uint32_t advance_date(uint32_t dr, uint64_t days)
{
    uint32_t day = from_bcd(dr & 0x3F), month = from_bcd(dr >> 8 & 0x1F);
    uint32_t year = from_bcd(dr >> 16 & 0xFF), weekday = dr >> 13 & 7;

    for (; days > 0; days--) {
        weekday = weekday % 7 + 1;
        if (++day <= days_in_month(year, month))
            continue;
        day = 1;
        if (++month <= 12)
            continue;
        month = 1;
        year = (year + 1) % 100;
    }
    return to_bcd(year) << 16 | weekday << 13 | to_bcd(month) << 8 | to_bcd(day);
}

/* TR and DR as they are `seconds` after they were set. */
static void calendar(const struct board *b, uint64_t seconds, uint32_t *tr, uint32_t *dr)
{
    uint32_t set = b->rtc.reg[RTC_TR];
    uint64_t time = seconds + from_bcd(set & 0x7F) + 60ull * from_bcd(set >> 8 & 0x7F) +
                    3600ull * from_bcd(set >> 16 & 0x3F);
    uint32_t second = (uint32_t)(time % 60), minute = (uint32_t)(time / 60 % 60);
    uint32_t hour = (uint32_t)(time / 3600 % 24);

    *tr = to_bcd(hour) << 16 | to_bcd(minute) << 8 | to_bcd(second);
    *dr = advance_date(b->rtc.reg[RTC_DR], time / 86400 % 36525);
}

/* TR and DR take today's values, so that the clock or its rate may change. */
static void rebase(struct board *b)
{
    uint64_t sync, ticks = ticks_now(b, &sync);

    calendar(b, ticks / sync, &b->rtc.reg[RTC_TR], &b->rtc.reg[RTC_DR]);
    b->rtc.base_ps = clock_hz(b) != 0 ? now_ps(b) : ALARM_NEVER;
}

void rtc_clock_changed(struct board *b)
{
    bool runs = clock_hz(b) != 0;

    if (runs != (b->rtc.base_ps != ALARM_NEVER))
        b->rtc.base_ps = runs ? now_ps(b) : ALARM_NEVER;
}

static uint32_t read_isr(const struct board *b)
{
    uint32_t isr = b->rtc.reg[RTC_ISR] | ISR_WRITE_FLAGS;

    if (clock_hz(b) != 0)
        isr |= isr & ISR_INIT ? ISR_INITF : ISR_RSF;
    if (b->rtc.reg[RTC_DR] >> 16 & 0xFF)
        isr |= ISR_INITS;
    return isr;
}

uint32_t rtc_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t index = off / 4, tr, dr, value;
    uint64_t sync, ticks = ticks_now(b, &sync);

    if (index >= RTC_REGS) {
        finding(b, RULE_RESERVED_REGISTER, "RTC offset 0x%02X", (unsigned)off);
        return 0;
    }
    calendar(b, ticks / sync, &tr, &dr);
    value = b->rtc.reg[index];
    if (index == RTC_TR)
        value = tr;
    else if (index == RTC_DR)
        value = dr;
    else if (index == RTC_SSR)
        value = (uint32_t)(sync - 1 - ticks % sync);
    else if (index == RTC_ISR)
        value = read_isr(b);
    else if (index == RTC_WPR)
        value = 0;
    return reg_part(value, off, bytes);
}

static void write_wpr(struct board *b, uint32_t key)
{
    uint8_t *step = &b->rtc.wpr_step;

    if (*step == 0 && key == 0xCA)
        *step = 1;
    else
        *step = *step == 1 && key == 0x53 ? 2 : 0;
}

static void write_isr(struct board *b, uint32_t value)
{
    uint32_t old = b->rtc.reg[RTC_ISR];

    if ((value & ISR_INIT) && (old & ISR_INIT) == 0)
        rebase(b);
    b->rtc.reg[RTC_ISR] = value & ISR_INIT;
    if ((old & ISR_INIT) && (value & ISR_INIT) == 0)
        b->rtc.base_ps = clock_hz(b) != 0 ? now_ps(b) : ALARM_NEVER;
}

static bool write_allowed(struct board *b, uint32_t index)
{
    bool calendar_reg = index == RTC_TR || index == RTC_DR || index == RTC_PRER;

    if ((b->pwr.cr1 & PWR_CR1_DBP) == 0) {
        finding(b, RULE_BACKUP_LOCKED, "RTC offset 0x%02X written while DBP is 0: ignored",
                (unsigned)index * 4);
        return false;
    }
    if (index >= RTC_BKP0R || index == RTC_TAMPCR || index == RTC_WPR)
        return true;
    if (b->rtc.wpr_step != 2 || (calendar_reg && (b->rtc.reg[RTC_ISR] & ISR_INIT) == 0)) {
        finding(b, RULE_RTC_LOCKED, "RTC offset 0x%02X written: ignored", (unsigned)index * 4);
        return false;
    }
    return true;
}

void rtc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    uint32_t index = off / 4;

    if (index >= RTC_REGS) {
        finding(b, RULE_RESERVED_REGISTER, "RTC offset 0x%02X", (unsigned)off);
        return;
    }
    if (!write_allowed(b, index))
        return;
    value = reg_merge(b->rtc.reg[index], off, bytes, value);
    if (index == RTC_WPR)
        write_wpr(b, value & 0xFF);
    else if (index == RTC_ISR)
        write_isr(b, value);
    else
        b->rtc.reg[index] = value;
    if ((index == RTC_CR && (value & CR_UNMODELLED)) || (index == RTC_TAMPCR && value != 0))
        finding(b, RULE_RTC_MODE, "RTC offset 0x%02X = 0x%08X", (unsigned)off, (unsigned)value);
}

static bool sram_open(struct board *b, uint32_t off, unsigned bytes)
{
    if (b->pwr.cr1 & PWR_CR1_DBP && off + bytes <= BKPSRAM_BYTES)
        return true;
    finding(b, RULE_BACKUP_LOCKED, "backup SRAM +0x%03X while DBP is 0", (unsigned)off);
    return false;
}

uint32_t bkpsram_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t value = 0;

    if (sram_open(b, off, bytes))
        memcpy(&value, b->rtc.sram + off, bytes);
    return value;
}

void bkpsram_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    if (sram_open(b, off, bytes))
        memcpy(b->rtc.sram + off, &value, bytes);
}

void rtc_domain_reset(struct board *b)
{
    memset(b->rtc.reg, 0, sizeof b->rtc.reg);
    b->rtc.reg[RTC_DR] = 0x00002101;
    b->rtc.reg[RTC_PRER] = 0x007F00FF;
    b->rtc.reg[RTC_WUTR] = 0x0000FFFF;
    b->rtc.wpr_step = 0;
    b->rtc.base_ps = ALARM_NEVER;
}

void rtc_power_on(struct board *b)
{
    rtc_domain_reset(b);
    for (unsigned i = 0; i < BKPSRAM_BYTES; i++)
        b->rtc.sram[i] = (uint8_t)board_random(b);
}
