/* SPDX-License-Identifier: MIT
 * Peripherals of a few registers: SYSCFG, CRC, DBGMCU, RTC with its backup registers, backup SRAM,
 * unique id, flash size, option-byte area, WWDG. */
#ifndef VBOARD_SMALL_H
#define VBOARD_SMALL_H

#include <stdint.h>

struct board;

struct small {
    uint32_t placeholder;
};

void small_reset(struct board *b);    /* system reset: backup domain and DBGMCU stay */
void small_power_on(struct board *b); /* power-on: everything */

#endif
