/* SPDX-License-Identifier: MIT
 * The flash driver's part in the idle loop, below port/flash.h. */
#ifndef FLASH_F7_H
#define FLASH_F7_H

#include "target/stm32f7/clock_f7.h"

/* clock_idle and clock_tend call it: if a word has just been programmed, it is checked and the next
 * one started, so that the flash waits for nobody. WAKE_GOING while there are more words,
 * WAKE_CALLER when flash_poll has something to do or to say. */
enum wake flash_continue(void);

#endif
