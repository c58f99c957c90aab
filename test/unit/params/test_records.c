/* SPDX-License-Identifier: MIT
 * params/records.c: a record survives its encoding, and no other bits are one. */
#include <string.h>

#include "params/records.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"

static struct record_image image(enum record_kind kind, uint32_t bytes, uint8_t fill)
{
    struct record_image out = {.kind = (uint8_t)kind,
                               .trial_starts = (uint8_t)(fill + 1),
                               .trial_watchdog_ms = (uint16_t)(fill * 200u),
                               .bytes = bytes};

    memset(out.sha256, fill, sizeof out.sha256);
    return out;
}

static struct record_summary summary(uint32_t bytes, uint8_t fill)
{
    struct record_summary out = {.bytes = bytes, .version = {fill, 2, 0x1234, 0x12345678}};

    memset(out.id, fill, sizeof out.id);
    return out;
}

/* Every field has a value of its own. */
static struct record sample(uint32_t seq)
{
    struct record record = {.seq = seq,
                            .phase = RECORD_INSTALL,
                            .source = RECORD_FROM_STICK,
                            .boots = 3,
                            .failures = 2,
                            .suspect = RECORD_SUSPECT_F | 0x41,
                            .run = image(RECORD_PLAIN, 111, 0x11),
                            .old_image = image(RECORD_BARE, 786432, 0x22),
                            .new_image = image(RECORD_MCUBOOT, 786368, 0x33),
                            .handled_id = {1, 2, 3, 4, 5, 6, 7, 8},
                            .counter_floor = 0x12345,
                            .revoked_ids = {0xAABBCCDD, 0, 0, 0x11223344}};

    for (unsigned i = 0; i < RECORD_REJECTED_MAX; i++)
        memset(record.rejected[i], (int)(0x60 + i), RECORD_ID_BYTES);
    record.last = (struct record_result){.what = RECORD_REFUSED,
                                         .source = RECORD_FROM_APPLICATION,
                                         .rc = -83,
                                         .stick_vid = 0x0781,
                                         .stick_pid = 0x5567,
                                         .old_image = summary(5, 0x66),
                                         .new_image = summary(6, 0x77)};
    return record;
}

static void round_trip(void **state)
{
    struct record in = sample(9);
    struct record out;
    uint8_t bytes[RECORD_BYTES];

    (void)state;
    memset(&out, 0, sizeof out);
    record_encode(&in, bytes);
    assert_true(record_decode(bytes, &out));
    assert_memory_equal(&in, &out, sizeof in);
}

static void no_other_bits(void **state)
{
    struct record in = sample(9);
    struct record out;
    uint8_t bytes[RECORD_BYTES];

    (void)state;
    record_encode(&in, bytes);
    for (unsigned bit = 0; bit < RECORD_BYTES * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(record_decode(bytes, &out));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    memset(bytes, 0, sizeof bytes);
    assert_false(record_decode(bytes, &out));
    memset(bytes, 0xFF, sizeof bytes);
    assert_false(record_decode(bytes, &out));
    in.phase = RECORD_ROLLBACK + 1;
    record_encode(&in, bytes);
    assert_false(record_decode(bytes, &out));
    in.phase = 0;
    record_encode(&in, bytes);
    assert_false(record_decode(bytes, &out));
    in = sample(0);
    record_encode(&in, bytes);
    assert_false(record_decode(bytes, &out));
}

static void put(uint32_t log_addr, uint32_t slot, uint32_t seq)
{
    struct record record = sample(seq);

    record_encode(&record, flash_host_at(log_addr + slot * RECORD_BYTES));
}

static void newest_of_both_wins(void **state)
{
    struct record out;

    (void)state;
    flash_host_reset();
    assert_false(record_newest(&out));
    assert_int_equal(out.phase, RECORD_SETTLED);
    assert_int_equal(out.seq, 0);
    put(RECORD_LOG_P_ADDR, 0, 1);
    put(RECORD_LOG_P_ADDR, 1, 2);
    put(RECORD_LOG_F_ADDR, 0, 1);
    assert_true(record_newest(&out));
    assert_int_equal(out.seq, 2);
    put(RECORD_LOG_F_ADDR, 5, 3);
    assert_true(record_newest(&out));
    assert_int_equal(out.seq, 3);
    *flash_host_at(RECORD_LOG_F_ADDR + 5 * RECORD_BYTES + 77) ^= 1; /* torn: the one before */
    assert_true(record_newest(&out));
    assert_int_equal(out.seq, 2);
}

static void scan_knows_the_next_slot(void **state)
{
    struct record_log log;

    (void)state;
    flash_host_reset();
    record_log_scan(&log, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    assert_int_equal(log.used, 0);
    put(RECORD_LOG_P_ADDR, 3, 7);
    *flash_host_at(RECORD_LOG_P_ADDR + 9 * RECORD_BYTES + 255) = 0xFE; /* a torn slot is used */
    record_log_scan(&log, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    assert_int_equal(log.used, 10);
    assert_true(log.valid);
    assert_int_equal(log.newest.seq, 7);
}

/* One slot of log P. */
static void put_trial(uint32_t slot, uint8_t image_fill, uint8_t boots)
{
    struct record record = sample(slot + 1);

    record.phase = RECORD_TRIAL;
    record.boots = boots;
    record.run = image(RECORD_MCUBOOT, 111, image_fill);
    record_encode(&record, flash_host_at(RECORD_LOG_P_ADDR + slot * RECORD_BYTES));
}

static void put_confirmed(uint32_t slot, uint8_t image_fill)
{
    struct record_image what = image(RECORD_MCUBOOT, 111, image_fill);

    record_encode_confirmed(what.sha256, flash_host_at(RECORD_LOG_P_ADDR + slot * RECORD_BYTES));
}

static bool confirmed(void)
{
    struct record_log log;

    record_log_scan(&log, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    return log.confirmed;
}

/* Only the image that is on trial, only since its trial began. */
static void confirmation(void **state)
{
    (void)state;
    flash_host_reset();
    put_confirmed(0, 0x11); /* the application has erased the log: the trial is in the other one */
    assert_true(confirmed());
    put_trial(1, 0x11, 0);
    assert_false(confirmed());
    put_confirmed(2, 0x22);
    assert_false(confirmed());
    put_confirmed(3, 0x11);
    assert_true(confirmed());
    put_trial(4, 0x11, 2);
    assert_true(confirmed());
    put_trial(5, 0x11, 0); /* another trial of the same image */
    assert_false(confirmed());
    put_confirmed(6, 0x11);
    put_trial(7, 0x22, 1);
    assert_false(confirmed());
    put_confirmed(8, 0x22);
    put(RECORD_LOG_P_ADDR, 9, 10);
    assert_false(confirmed());
}

static void places(void **state)
{
    (void)state;
    assert_int_equal(RECORD_LOG_P_ADDR, 0x08019000);
    assert_int_equal(RECORD_LOG_P_SLOTS, 112);
    assert_int_equal(RECORD_LOG_F_ADDR, 0x08020100);
    assert_true(RECORD_LOG_F_ADDR + RECORD_LOG_F_SLOTS * RECORD_BYTES <= RECORD_KEEP_ADDR);
    assert_int_equal(RECORD_KEEP_ADDR + RECORD_KEEP_BYTES, 0x08040000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),          cmocka_unit_test(no_other_bits),
        cmocka_unit_test(newest_of_both_wins), cmocka_unit_test(scan_knows_the_next_slot),
        cmocka_unit_test(confirmation),        cmocka_unit_test(places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
