/* SPDX-License-Identifier: MIT
 * Patterns of the two LEDs as functions of the time since they began. */
#include "sys/led.h"

#include <stdbool.h>
#include <stdint.h>

#include "config/limits.h"
#include "port/clock.h"
#include "sys/deadline.h"

#define WORKING_HALF_MS 100u
#define WAITING_HALF_MS 500u
#define BLINK_MS        (BLINK_ON_MS + BLINK_OFF_MS)
#define CODE_PAUSE_MS   (4 * BLINK_MS)

static struct {
    uint32_t activity_half_ms; /* 0 = dark */
    uint32_t activity_start_ms;
    unsigned code; /* 0 = dark */
    uint32_t code_start_ms;
    uint32_t ended_ms; /* when a pattern ended last */
} led;

void led_show(enum led_show what)
{
    uint32_t half_ms = 0;

    if (what == LED_WORKING)
        half_ms = WORKING_HALF_MS;
    else if (what == LED_WAITING)
        half_ms = WAITING_HALF_MS;
    if (half_ms != led.activity_half_ms) {
        led.activity_half_ms = half_ms;
        led.activity_start_ms = clock_ms();
        led.ended_ms = led.activity_start_ms;
    }
    led_tick();
}

void led_error(enum bl_rc rc)
{
    unsigned code = err_blink(rc);

    if (code != led.code) {
        led.code = code;
        led.code_start_ms = clock_ms();
        led.ended_ms = led.code_start_ms;
    }
    led_tick();
}

void led_tick(void)
{
    uint32_t now_ms = clock_ms();
    bool activity = false;
    bool error = false;

    if (led.activity_half_ms != 0)
        activity = (now_ms - led.activity_start_ms) / led.activity_half_ms % 2 == 0;
    if (led.code != 0) {
        uint32_t at_ms = (now_ms - led.code_start_ms) % (led.code * BLINK_MS + CODE_PAUSE_MS);

        error = at_ms < led.code * BLINK_MS && at_ms % BLINK_MS < BLINK_ON_MS;
    }
    board_led(BOARD_LED_ACTIVITY, activity);
    board_led(BOARD_LED_ERROR, error);
}

static void led_hold_until(struct deadline end)
{
    while (!deadline_passed(end))
        clock_idle();
}

void led_blink(enum board_led which, unsigned count)
{
    led_show(LED_OFF);
    led_error(BL_OK);
    led_hold_until((struct deadline){.start_ms = led.ended_ms, .limit_ms = BLINK_OFF_MS});
    for (unsigned i = 0; i < count; i++) {
        board_led(which, true);
        led_hold_until(deadline_in(BLINK_ON_MS));
        board_led(which, false);
        led_hold_until(deadline_in(BLINK_OFF_MS));
    }
}
