/* SPDX-License-Identifier: MIT
 * applib/confirm.c over the host's flash. */
#include <string.h>

#include "applib/confirm.h"
#include "params/records.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"

static struct record trial;

static void put_state(uint32_t slot, const struct record *state)
{
    record_encode(state, flash_host_at(RECORD_LOG_P_ADDR + slot * RECORD_BYTES));
}

static int set_up(void **state)
{
    (void)state;
    flash_host_reset();
    record_default(&trial);
    trial.seq = 7;
    trial.phase = RECORD_TRIAL;
    trial.boots = 1;
    memset(trial.run.sha256, 0xA5, sizeof trial.run.sha256);
    put_state(0, &trial);
    return 0;
}

static bool log_says_confirmed(void)
{
    struct record_log p;

    record_log_scan(&p, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    return p.confirmed && p.newest.seq == trial.seq;
}

static void test_confirms_once(void **state)
{
    (void)state;
    assert_true(confirm_pending());
    assert_int_equal(confirm_image(), BL_OK);
    assert_true(log_says_confirmed());
    assert_false(confirm_pending());
    uint32_t before = flash_host.operations;
    assert_int_equal(confirm_image(), BL_OK);
    assert_int_equal(flash_host.operations, before);
    assert_int_equal(flash_host.erases[3] + flash_host.erases[4], 0);
}

static void test_nothing_on_trial(void **state)
{
    (void)state;
    trial.phase = RECORD_SETTLED;
    trial.seq++;
    put_state(1, &trial);
    assert_false(confirm_pending());
    assert_int_equal(confirm_image(), BL_OK);
    flash_host_reset();
    assert_false(confirm_pending());
    assert_int_equal(confirm_image(), BL_OK);
    assert_int_equal(flash_host.operations, 0);
}

static void test_no_room(void **state)
{
    (void)state;
    put_state(RECORD_LOG_P_SLOTS - 2, &trial);
    assert_int_equal(confirm_image(), BL_E_RECORDS_FULL);
    assert_int_equal(flash_host.operations, 0);
    assert_true(confirm_pending());
}

static void test_another_chip_is_left_alone(void **state)
{
    (void)state;
    flash_host.wrong_layout = true;
    assert_int_equal(confirm_image(), BL_E_FLASH_LAYOUT);
    assert_int_equal(flash_host.operations, 0);
}

static void test_flash_that_does_not_take_a_word(void **state)
{
    (void)state;
    flash_host.bad_word_addr = RECORD_LOG_P_ADDR + 2 * RECORD_BYTES;
    assert_int_equal(confirm_image(), BL_E_FLASH_PROGRAM);
    assert_true(confirm_pending());
}

/* After a cut the trial goes on, and a second try is solid. */
static void test_power_cut_anywhere(void **state)
{
    (void)state;
    assert_int_equal(confirm_image(), BL_OK);
    uint32_t operations = flash_host.operations;
    for (volatile uint32_t cut = 1; cut <= operations; cut++) {
        for (volatile int kind = 0; kind < FLASH_HOST_CUTS; kind++) {
            set_up(state);
            flash_host.random = cut;
            flash_host.cut_at = cut;
            flash_host.cut_kind = (enum flash_host_cut)kind;
            if (setjmp(flash_host_cut_jump) == 0) {
                (void)!confirm_image();
                fail(); /* the power was not cut */
            }
            flash_host_power_up();
            bool pending = confirm_pending();
            assert_int_equal(confirm_image(), BL_OK);
            assert_true(log_says_confirmed());
            assert_int_equal(flash_host.rule_breaks, 0);
            if (pending) {
                uint32_t last = RECORD_LOG_P_ADDR + 4 * RECORD_BYTES;
                assert_true(flash_host_solid(last, RECORD_BYTES) ||
                            flash_host_solid(last - RECORD_BYTES, RECORD_BYTES));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_confirms_once, set_up),
        cmocka_unit_test_setup(test_nothing_on_trial, set_up),
        cmocka_unit_test_setup(test_no_room, set_up),
        cmocka_unit_test_setup(test_another_chip_is_left_alone, set_up),
        cmocka_unit_test_setup(test_flash_that_does_not_take_a_word, set_up),
        cmocka_unit_test_setup(test_power_cut_anywhere, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
