/* SPDX-License-Identifier: MIT
 * The backup domain: RTC calendar and its 32 backup registers (RM0410 chapter 32), backup SRAM. */
#ifndef VBOARD_RTC_H
#define VBOARD_RTC_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct rtc {
    uint32_t cr, prer, wutr, alrmar, alrmbr, tampcr, or_, isr;
    uint32_t bkp[32];
    uint8_t wpr_step;   /* 0 locked, 1 first key seen, 2 unlocked */
    bool init;          /* INIT set: the calendar stands still */
    uint64_t seconds;   /* since 2000-01-01 at base_ps */
    uint64_t base_ps;   /* ALARM_NEVER: the clock does not run */
    uint8_t sram[4096]; /* backup SRAM */
};

uint32_t rtc_read(struct board *b, uint32_t off, unsigned bytes);
void rtc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t bkpsram_read(struct board *b, uint32_t off, unsigned bytes);
void bkpsram_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
/* BDCR changed: the calendar starts, stops, or (BDRST) everything but the SRAM is reset. */
void rtc_clock_changed(struct board *b);
void rtc_domain_reset(struct board *b);
void rtc_power_on(struct board *b);

#endif
