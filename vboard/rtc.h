/* SPDX-License-Identifier: MIT
 * The backup domain: RTC calendar and its 32 backup registers (RM0410, chapter RTC), backup SRAM.
 * Alarms, wake-up timer, tamper and time stamps are stored but never fire (a finding says so). */
#ifndef VBOARD_RTC_H
#define VBOARD_RTC_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define RTC_REGS      (0xD0 / 4)
#define BKPSRAM_BYTES 4096

struct rtc {
    uint32_t reg[RTC_REGS]; /* TR and DR: as set last */
    uint8_t wpr_step;       /* 0 locked, 1 first key seen, 2 unlocked */
    uint64_t base_ps;       /* when TR and DR were true; ALARM_NEVER: the clock does not run */
    uint8_t sram[BKPSRAM_BYTES];
};

uint32_t rtc_read(struct board *b, uint32_t off, unsigned bytes);
void rtc_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t bkpsram_read(struct board *b, uint32_t off, unsigned bytes);
void bkpsram_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
/* BDCR changed: the calendar may start or stop. */
void rtc_clock_changed(struct board *b);
/* BDCR.BDRST: everything but the SRAM takes its reset value. */
void rtc_domain_reset(struct board *b);
void rtc_power_on(struct board *b);

#endif
