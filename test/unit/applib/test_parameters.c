/* SPDX-License-Identifier: MIT
 * applib/parameters.c over the host's flash, with the loader's own journal as the judge. */
#include "applib/parameters.h"

#include <string.h>

#include "applib/confirm.h"
#include "install/journal.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "util/bytes.h"

static uint32_t old_data[APP_PARAMS_USED_BYTES / 4];
static uint32_t new_data[APP_PARAMS_USED_BYTES / 4];

/* A board in use: parameters, and a state in both logs. */
static int set_up(void **state)
{
    struct journal journal;
    struct record record;

    (void)state;
    flash_host_reset();
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES / 4; i++) {
        old_data[i] = i % 16 == 0 ? i * 2654435761u : 0xFFFFFFFF;
        new_data[i] = i % 16 == 3 ? i * 40503u + 7 : 0xFFFFFFFF;
    }
    memcpy(flash_host_at(APP_PARAMS_ADDR), old_data, sizeof old_data);
    journal_load(&journal);
    record_default(&record);
    record.counter_floor = 42;
    assert_int_equal(journal_put(&journal, &record, false), BL_OK);
    flash_host.operations = 0;
    return 0;
}

static bool holds(const uint32_t *data)
{
    return memcmp(flash_host_at(APP_PARAMS_ADDR), data, APP_PARAMS_USED_BYTES) == 0;
}

/* What the loader does at its next start. */
static void start_loader(struct journal *journal)
{
    journal_load(journal);
    if ((journal->state.suspect & RECORD_SUSPECT_P) != 0)
        assert_int_equal(journal_repair(journal), BL_OK);
    if (!journal_synced(journal))
        assert_int_equal(journal_put(journal, &journal->state, false), BL_OK);
}

static void test_replaces_all_and_keeps_the_records(void **state)
{
    struct journal journal;

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        new_data[1] = i;
        assert_int_equal(parameters_write(new_data), BL_OK);
        assert_true(holds(new_data));
        journal_load(&journal);
        assert_true(journal_synced(&journal));
        assert_int_equal(journal.state.counter_floor, 42);
        assert_false(journal_tight(&journal));
    }
    assert_int_equal(flash_host.erases[3] - 1 <= 3, true);
    assert_int_equal(flash_host.rule_breaks, 0);
}

static void test_request_survives(void **state)
{
    (void)state;
    assert_int_equal(journal_set_flag(), BL_OK);
    assert_int_equal(parameters_write(new_data), BL_OK);
    assert_int_equal(journal_flag(), UPGRADE_FLAG_PENDING);
}

static void test_confirmation_survives(void **state)
{
    struct journal journal;

    (void)state;
    journal_load(&journal);
    journal.state.phase = RECORD_TRIAL;
    journal.state.boots = 1;
    memset(journal.state.run.sha256, 0x33, sizeof journal.state.run.sha256);
    assert_int_equal(journal_put(&journal, &journal.state, false), BL_OK);
    assert_int_equal(parameters_write(new_data), BL_OK);
    assert_true(confirm_pending());
    assert_int_equal(confirm_image(), BL_OK);
    assert_int_equal(parameters_write(old_data), BL_OK);
    assert_false(confirm_pending());
    journal_load(&journal);
    assert_true(journal.p.scan.confirmed);
}

static void test_board_without_records(void **state)
{
    (void)state;
    flash_host_reset();
    assert_int_equal(parameters_write(new_data), BL_OK);
    assert_true(holds(new_data));
}

static void test_another_chip_is_left_alone(void **state)
{
    (void)state;
    flash_host.wrong_layout = true;
    assert_int_equal(parameters_write(new_data), BL_E_FLASH_LAYOUT);
    assert_int_equal(flash_host.operations, 0);
}

/* Old or new, on cells that hold, and no record lost. */
static void test_power_cut_anywhere(void **state)
{
    struct journal journal;
    volatile unsigned seen_old = 0;
    volatile unsigned seen_new = 0;

    assert_int_equal(parameters_write(new_data), BL_OK);
    uint32_t operations = flash_host.operations;

    for (volatile uint32_t cut = 1; cut <= operations; cut++) {
        for (volatile int kind = 0; kind < FLASH_HOST_CUTS; kind++) {
            set_up(state);
            flash_host_power_up();
            flash_host.random = cut;
            flash_host.cut_at = cut;
            flash_host.cut_kind = (enum flash_host_cut)kind;
            if (setjmp(flash_host_cut_jump) == 0) {
                (void)!parameters_write(new_data);
                fail(); /* the power was not cut */
            }
            flash_host_power_up();
            start_loader(&journal);
            assert_int_equal(journal.state.counter_floor, 42);
            assert_true(holds(old_data) || holds(new_data));
            assert_true(flash_host_solid(APP_PARAMS_ADDR, APP_PARAMS_USED_BYTES));
            seen_old += holds(old_data);
            seen_new += holds(new_data);
        }
    }
    assert_true(seen_old > 0 && seen_new > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_replaces_all_and_keeps_the_records, set_up),
        cmocka_unit_test_setup(test_request_survives, set_up),
        cmocka_unit_test_setup(test_confirmation_survives, set_up),
        cmocka_unit_test_setup(test_board_without_records, set_up),
        cmocka_unit_test_setup(test_another_chip_is_left_alone, set_up),
        cmocka_unit_test_setup(test_power_cut_anywhere, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
