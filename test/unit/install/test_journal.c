/* SPDX-License-Identifier: MIT
 * install/journal.c and keep.c: what is written where, and what stays when a log fills up. Cuts in
 * the middle of it are in unit/boot/test_power_cut.c. */
#include <string.h>

#include "install/journal.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "util/bytes.h"

static struct journal journal;

static int begin(void **state)
{
    (void)state;
    flash_host_reset();
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        *flash_host_at(APP_PARAMS_ADDR + i) = (uint8_t)(i * 13);
    journal_load(&journal);
    return 0;
}

static struct record state_of(uint32_t n)
{
    struct record record;

    record_default(&record);
    record.counter_floor = n;
    return record;
}

static void assert_parameters(void)
{
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        assert_int_equal(*flash_host_at(APP_PARAMS_ADDR + i), (uint8_t)(i * 13));
}

static void nothing_known(void **state)
{
    (void)state;
    assert_false(journal.found);
    assert_int_equal(journal.state.phase, RECORD_SETTLED);
    assert_int_equal(journal_flag(), UPGRADE_FLAG_NONE);
    assert_int_equal(flash_host.operations, 0);
}

static void written_to_both_logs(void **state)
{
    struct record next = state_of(5);
    struct record_log log;

    (void)state;
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    /* Blank logs are erased first: they may be what a cut erase left. */
    assert_int_equal(flash_host.erases[3], 1);
    assert_int_equal(flash_host.erases[4], 1);
    assert_parameters();
    journal_load(&journal); /* the next power-up */
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    record_log_scan(&log, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    assert_true(log.valid && log.newest.counter_floor == 5);
    record_log_scan(&log, RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
    assert_true(log.valid && log.newest.counter_floor == 5);
    /* The first slot was filled with zeros: it might have been begun before a cut. */
    assert_int_equal(log.used, 5); /* "P suspect" twice, the state, zeros, the state */
    assert_int_equal(le32(flash_host_at(RECORD_LOG_F_ADDR + 3 * RECORD_BYTES)), 0);
    assert_int_equal(flash_host.erases[3] + flash_host.erases[4], 2);
    journal_load(&journal);
    assert_true(journal.found);
    assert_int_equal(journal.state.counter_floor, 5);
}

static void the_same_is_not_written(void **state)
{
    struct record next = state_of(5);
    uint32_t before;

    (void)state;
    assert_int_equal(journal_note(&journal, &next), BL_OK);
    before = flash_host.operations;
    assert_int_equal(journal_note(&journal, &next), BL_OK);
    journal_load(&journal);
    assert_int_equal(journal_note(&journal, &next), BL_OK);
    assert_int_equal(flash_host.operations, before);
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    assert_true(flash_host.operations > before);
}

static void flag(void **state)
{
    struct record next = state_of(7);

    (void)state;
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    assert_int_equal(journal_set_flag(), BL_OK);
    assert_int_equal(journal_flag(), UPGRADE_FLAG_PENDING);
    next.counter_floor = 8;
    assert_int_equal(journal_put(&journal, &next, true), BL_OK);
    assert_int_equal(journal_flag(), UPGRADE_FLAG_NONE);
    assert_int_equal(flash_host.erases[4], 2);
    journal_load(&journal);
    assert_int_equal(journal.state.counter_floor, 8);
    assert_int_equal(journal.state.suspect, 0);
    assert_true(journal_synced(&journal));
    assert_int_equal(flash_host.rule_breaks, 0);
}

/* Many years: both logs fill up again and again. */
static void logs_fill_up(void **state)
{
    (void)state;
    put_le32(flash_host_at(UPGRADE_FLAG_ADDR), UPGRADE_FLAG_PENDING);
    for (uint32_t n = 1; n <= 1500; n++) {
        struct record next = state_of(n);

        if (n % 7 == 0)
            journal_load(&journal); /* a restart: one more slot each */
        assert_int_equal(journal_note(&journal, &next), BL_OK);
        struct record found;

        assert_true(record_newest(&found));
        assert_int_equal(found.counter_floor, n);
        assert_int_equal(journal_flag(), UPGRADE_FLAG_PENDING);
    }
    assert_parameters();
    assert_int_equal(flash_host.rule_breaks, 0);
    assert_in_range(flash_host.erases[3], 10, 20);
    assert_true(flash_host.erases[4] > 0);
}

/* The application uses all of sector 3, or has erased it: nothing of its 4 KB is lost. */
static void log_p_unusable(void **state)
{
    struct record next = state_of(3);

    (void)state;
    memset(flash_host_at(RECORD_LOG_P_ADDR), 0xA5, RECORD_LOG_P_SLOTS * RECORD_BYTES);
    journal_load(&journal);
    assert_int_equal(journal_note(&journal, &next), BL_OK);
    assert_int_equal(flash_host.erases[3], 1);
    assert_parameters();
    journal_load(&journal);
    assert_int_equal(journal.state.suspect, 0);
    assert_int_equal(journal.state.counter_floor, 3);
}

/* P is lost, and F has no room: before F is erased, P holds the state for the time being. */
static void one_log_always_holds_it(void **state)
{
    struct record next = state_of(1);
    struct record found;

    (void)state;
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    for (uint32_t i = journal.f.scan.used; i < RECORD_LOG_F_SLOTS; i++)
        memset(flash_host_at(RECORD_LOG_F_ADDR + i * RECORD_BYTES), 0, RECORD_BYTES);
    memset(flash_host_at(RECORD_LOG_P_ADDR), 0xFF, RECORD_LOG_P_SLOTS * RECORD_BYTES);
    memset(flash_host_at(RECORD_LOG_P_ADDR), 0, 3 * RECORD_BYTES); /* begun, and cut */
    journal_load(&journal);
    next.counter_floor = 2;
    flash_host.bad_sector_addr = APP_PARAMS_ADDR; /* F is erased, then it stops */
    assert_int_equal(journal_put(&journal, &next, false), BL_E_FLASH_ERASE);
    record_log_scan(&journal.p.scan, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    assert_true(journal.p.scan.valid);
    assert_true(record_newest(&found));
    assert_int_equal(found.counter_floor, 2);
}

/* Each repair of P that is cut takes places of F, until there are none. */
static void f_full_in_a_repair(void **state)
{
    struct record next = state_of(4);

    (void)state;
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    next.seq = journal.state.seq + 1;
    next.suspect = RECORD_SUSPECT_P;
    memcpy(flash_host_at(RECORD_KEEP_ADDR), flash_host_at(APP_PARAMS_ADDR), APP_PARAMS_USED_BYTES);
    for (uint32_t i = journal.f.scan.used; i + 1 < RECORD_LOG_F_SLOTS; i++)
        record_encode(&next, flash_host_at(RECORD_LOG_F_ADDR + i * RECORD_BYTES));
    memset(flash_host_at(APP_PARAMS_ADDR), 0xFF, APP_PARAMS_SECTOR_BYTES);
    journal_load(&journal);
    assert_int_equal(journal_repair(&journal), BL_OK);
    assert_parameters();
    journal_load(&journal);
    assert_true(journal_synced(&journal));
    assert_int_equal(journal.state.suspect, 0);
    assert_int_equal(journal.state.counter_floor, 4);
}

static void bad_slot_is_given_up(void **state)
{
    struct record next = state_of(3);

    (void)state;
    flash_host.bad_word_addr = RECORD_LOG_P_ADDR;
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    journal_load(&journal);
    assert_true(journal.p.scan.valid);
    assert_int_equal(journal.p.scan.used, 2);
}

static void errors_are_told(void **state)
{
    struct record next = state_of(3);

    (void)state;
    assert_int_equal(journal_put(&journal, &next, false), BL_OK);
    flash_host.bad_sector_addr = UPGRADE_FLAG_ADDR;
    assert_int_equal(journal_put(&journal, &next, true), BL_E_FLASH_ERASE);
    assert_int_equal(journal.state.suspect, RECORD_SUSPECT_F); /* to be repeated */
    flash_host.supply_low = true;
    assert_int_equal(journal_put(&journal, &next, false), BL_E_SUPPLY_LOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_known, begin),
        cmocka_unit_test_setup(written_to_both_logs, begin),
        cmocka_unit_test_setup(the_same_is_not_written, begin),
        cmocka_unit_test_setup(flag, begin),
        cmocka_unit_test_setup(logs_fill_up, begin),
        cmocka_unit_test_setup(log_p_unusable, begin),
        cmocka_unit_test_setup(one_log_always_holds_it, begin),
        cmocka_unit_test_setup(f_full_in_a_repair, begin),
        cmocka_unit_test_setup(bad_slot_is_given_up, begin),
        cmocka_unit_test_setup(errors_are_told, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
