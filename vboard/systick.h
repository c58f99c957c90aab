/* SPDX-License-Identifier: MIT
 * SysTick (ARMv7-M B3.3). */
#ifndef VBOARD_SYSTICK_H
#define VBOARD_SYSTICK_H

#include <stdint.h>

struct board;

struct systick {
    uint32_t ctrl, load;
};

void systick_on_alarm(struct board *b);

#endif
