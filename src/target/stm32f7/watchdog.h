/* SPDX-License-Identifier: MIT
 * The independent watchdog (RM0410 chapter 32). A product may have set the option byte that starts
 * it at reset: 512 ms nominal, 349 ms at the fastest LSI (47 kHz, unverified). The loader feeds it
 * everywhere and never starts it. */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include <stdint.h>

#define IWDG_KR        (*(volatile uint32_t *)0x40003000)
#define IWDG_KR_RELOAD 0xAAAAu

/* Harmless while the watchdog is not running. */
static inline void watchdog_feed(void)
{
    IWDG_KR = IWDG_KR_RELOAD;
}

#endif
