/* SPDX-License-Identifier: MIT
 * The flash driver's part in the idle loop, below port/flash.h. */
#ifndef FLASH_F7_H
#define FLASH_F7_H

#include <stdbool.h>

/* clock_idle calls it when the core wakes: if a word has just been programmed, it is checked and
 * the next one started, so that the flash waits for nobody. True while there are more words; what
 * went wrong is kept for flash_poll. */
bool flash_continue(void);

#endif
