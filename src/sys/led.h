/* SPDX-License-Identifier: MIT
 * What the two LEDs show, moved on by led_tick from every waiting loop (docs/manual.md).
 * Activity (LD1) says that the loader works or waits; the error LED (LD3) counts out a code. */
#ifndef SYS_LED_H
#define SYS_LED_H

#include "port/board.h"
#include "util/err.h"

enum led_show {
    LED_OFF,
    LED_WORKING, /* activity LED, 100 ms on, 100 ms off */
    LED_WAITING, /* activity LED, 500 ms on, 500 ms off */
};

/* Changes the activity LED's pattern. */
void led_show(enum led_show what);

/* Makes the error LED repeat err_blink(rc), with a pause of 1.6 s between; BL_OK ends it. */
void led_error(enum bl_rc rc);

/* Moves both on by the clock. Never blocks. */
void led_tick(void);

/* Blinks one LED count times, BLINK_ON_MS and BLINK_OFF_MS. Both patterns are ended first, and have
 * been dark for BLINK_OFF_MS when it begins. Blocks with clock_idle. */
void led_blink(enum board_led led, unsigned count);

#endif
