/* SPDX-License-Identifier: MIT
 * params/records.c: a record survives its encoding, and no other bits are one. */
#include <string.h>

#include "params/records.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"

static struct record sample(uint32_t seq)
{
    struct record record = {
        .seq = seq, .phase = RECORD_INSTALL, .source = RECORD_FROM_STICK, .failures = 2};

    record.suspect = RECORD_SUSPECT_F;
    record.counter_floor = 0x12345;
    record.revoked_ids[0] = 0xAABBCCDD;
    record.revoked_ids[3] = 0x11223344;
    record.run.bytes = 111;
    record.new_image.bytes = 786368;
    memset(record.run.sha256, 0x11, 32);
    memset(record.run.md5, 0x22, 16);
    memset(record.new_image.sha256, 0x33, 32);
    memset(record.new_image.md5, 0x44, 16);
    memset(record.handled_id, 0x55, 16);
    record.last = (struct record_result){.what = RECORD_REFUSED,
                                         .source = RECORD_FROM_STICK,
                                         .rc = -83,
                                         .stick_vid = 0x0781,
                                         .stick_pid = 0x5567};
    record.last.old_image.bytes = 5;
    record.last.new_image.bytes = 6;
    memset(record.last.old_image.sha256, 0x66, 32);
    memset(record.last.new_image.sha256, 0x77, 32);
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
    in.phase = 99;
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
        cmocka_unit_test(round_trip),
        cmocka_unit_test(no_other_bits),
        cmocka_unit_test(newest_of_both_wins),
        cmocka_unit_test(scan_knows_the_next_slot),
        cmocka_unit_test(places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
