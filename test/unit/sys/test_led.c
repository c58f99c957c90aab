/* SPDX-License-Identifier: MIT
 * sys/led.c: what a person counts and times. */
#include "config/limits.h"
#include "port/clock.h"
#include "support/cmocka_all.h"
#include "support/fake_board.h"
#include "support/fake_clock.h"
#include "sys/led.h"

static int begin(void **state)
{
    (void)state;
    led_show(LED_OFF);
    led_error(BL_OK);
    fake_board = (struct fake_board){0};
    return 0;
}

static void run_ms(uint32_t ms)
{
    for (uint32_t i = 0; i < ms; i++) {
        led_tick();
        clock_idle();
    }
}

static void success_is_three_blinks(void **state)
{
    uint32_t start_ms = clock_ms();

    (void)state;
    led_show(LED_WORKING);
    run_ms(50);
    fake_board.rises[BOARD_LED_ACTIVITY] = 0;
    led_blink(BOARD_LED_ACTIVITY, BLINK_SUCCESS_COUNT);
    assert_int_equal(fake_board.rises[BOARD_LED_ACTIVITY], 3);
    assert_int_equal(fake_board.rises[BOARD_LED_ERROR], 0);
    assert_false(fake_board.led[BOARD_LED_ACTIVITY]);
    assert_int_equal(clock_ms() - start_ms, 50 + 200 + 3 * 400);

    start_ms = clock_ms(); /* dark for long enough already */
    led_blink(BOARD_LED_ERROR, 2);
    assert_int_equal(fake_board.rises[BOARD_LED_ERROR], 2);
    assert_int_equal(clock_ms() - start_ms, 2 * 400);
}

static void code_repeats_with_a_pause(void **state)
{
    (void)state;
    led_error(BL_E_NO_APPLICATION); /* 8 */
    run_ms(8 * 400);
    assert_int_equal(fake_board.rises[BOARD_LED_ERROR], 8);
    run_ms(1600);
    assert_int_equal(fake_board.rises[BOARD_LED_ERROR], 8);
    run_ms(8 * 400);
    assert_int_equal(fake_board.rises[BOARD_LED_ERROR], 16);
    led_error(BL_OK);
    run_ms(5000);
    assert_int_equal(fake_board.rises[BOARD_LED_ERROR], 16);
    assert_false(fake_board.led[BOARD_LED_ERROR]);
}

static void working_and_waiting_differ(void **state)
{
    (void)state;
    led_show(LED_WORKING);
    run_ms(2000);
    assert_int_equal(fake_board.rises[BOARD_LED_ACTIVITY], 10);
    led_show(LED_WAITING);
    fake_board.rises[BOARD_LED_ACTIVITY] = 0;
    fake_board.led[BOARD_LED_ACTIVITY] = false;
    run_ms(2000);
    assert_int_equal(fake_board.rises[BOARD_LED_ACTIVITY], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(success_is_three_blinks, begin),
        cmocka_unit_test_setup(code_repeats_with_a_pause, begin),
        cmocka_unit_test_setup(working_and_waiting_differ, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
