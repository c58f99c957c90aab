/* SPDX-License-Identifier: MIT
 * Deadlines, the wrap of the clock included. */
#include "support/cmocka_all.h"

#include "port/clock.h"
#include "support/fake_clock.h"
#include "sys/deadline.h"

static void passes_at_its_limit(void **state)
{
    (void)state;
    fake_clock_set(5);
    struct deadline d = deadline_in(2);

    assert_false(deadline_passed(d));
    clock_idle();
    assert_int_equal(deadline_left_ms(d), 1);
    clock_idle();
    assert_true(deadline_passed(d));
    assert_int_equal(deadline_left_ms(d), 0);
}

static void survives_the_wrap(void **state)
{
    (void)state;
    fake_clock_set(UINT32_MAX - 1);
    struct deadline d = deadline_in(10);

    for (int i = 0; i < 9; i++)
        clock_idle();
    assert_false(deadline_passed(d));
    clock_idle();
    assert_true(deadline_passed(d));
}

static void zero_has_passed_at_once(void **state)
{
    (void)state;
    assert_true(deadline_passed(deadline_in(0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_at_its_limit),
        cmocka_unit_test(survives_the_wrap),
        cmocka_unit_test(zero_has_passed_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
