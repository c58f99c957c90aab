/* SPDX-License-Identifier: MIT
 * The independent watchdog (RM0410 chapter 32). A product may have set the option byte that starts
 * it at reset: 512 ms nominal, 349 ms at the fastest LSI (47 kHz, unverified). The loader feeds it
 * everywhere; it starts it itself only for an application on trial (start.c). */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include <stdint.h>

#define IWDG_KR        (*(volatile uint32_t *)0x40003000)
#define IWDG_PR        (*(volatile uint32_t *)0x40003004)
#define IWDG_RLR       (*(volatile uint32_t *)0x40003008)
#define IWDG_SR        (*(volatile uint32_t *)0x4000300C) /* 0: PR and RLR have arrived */
#define IWDG_KR_RELOAD 0xAAAAu
#define IWDG_KR_ACCESS 0x5555u
#define IWDG_KR_START  0xCCCCu

#define IWDG_LSI_KHZ      32u   /* nominal; 17 to 47 (unverified) */
#define IWDG_RELOAD_COUNT 4096u /* at the most; the counter runs from RLR to 0 */

/* Harmless while the watchdog is not running. */
static inline void watchdog_feed(void)
{
    IWDG_KR = IWDG_KR_RELOAD;
}

#endif
