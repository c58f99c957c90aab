/* SPDX-License-Identifier: MIT
 * What the parts of the flash driver share, and its part in the idle loop; below port/flash.h. */
#ifndef FLASH_F7_H
#define FLASH_F7_H

#include <stdint.h>

#include "target/stm32f7/clock_f7.h"

#define BLANK_WORD 0xFFFFFFFFu

static inline volatile uint32_t *word_at(uint32_t addr)
{
    return (volatile uint32_t *)addr;
}

/* clock_idle and clock_tend call it: if a word has just been programmed, it is checked and the next
 * one started, so that the flash waits for nobody. WAKE_GOING while there are more words,
 * WAKE_CALLER when flash_poll has something to do or to say. */
enum wake flash_continue(void);

#endif
