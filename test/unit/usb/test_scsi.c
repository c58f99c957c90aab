/* SPDX-License-Identifier: MIT
 * SCSI command blocks, byte by byte, and answers of any length. */
#include "support/cmocka_all.h"

#include <string.h>

#include "usb/scsi.h"

static struct bot_command c;

static void read_is_big_endian(void **state)
{
    const uint8_t want[10] = {0x28, 0, 0x12, 0x34, 0x56, 0x78, 0, 0x00, 0x80, 0};
    (void)state;

    scsi_read(&c, 0x12345678, 128, 512);
    assert_int_equal(c.cdb_bytes, 10);
    assert_int_equal(c.data_bytes, 65536);
    assert_memory_equal(c.cdb, want, sizeof want);
    assert_false(c.residue_bogus);
}

static void short_commands(void **state)
{
    const uint8_t inquiry[6] = {0x12, 0, 0, 0, 36, 0};
    const uint8_t sense[6] = {0x03, 0, 0, 0, 18, 0};
    const uint8_t start[6] = {0x1B, 0, 0, 0, 1, 0};
    (void)state;

    scsi_inquiry(&c);
    assert_memory_equal(c.cdb, inquiry, 6);
    assert_int_equal(c.data_bytes, 36);
    assert_true(c.residue_bogus);
    scsi_request_sense(&c);
    assert_memory_equal(c.cdb, sense, 6);
    scsi_start_unit(&c);
    assert_memory_equal(c.cdb, start, 6);
    assert_int_equal(c.data_bytes, 0);
    scsi_test_unit_ready(&c);
    assert_int_equal(c.cdb[0], 0);
    assert_int_equal(c.cdb_bytes, 6);
    scsi_read_capacity(&c);
    assert_int_equal(c.cdb[0], 0x25);
    assert_int_equal(c.cdb_bytes, 10);
}

static void sense_of_any_length(void **state)
{
    const uint8_t bytes[18] = {0x70, 0, 0xF6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x28, 0x01};
    struct scsi_sense s = scsi_sense_parse(bytes, 18);
    (void)state;

    assert_int_equal(s.key, 6);
    assert_int_equal(s.asc, 0x28);
    assert_int_equal(s.ascq, 1);
    s = scsi_sense_parse(bytes, 13);
    assert_int_equal(s.key, 6);
    assert_int_equal(s.asc, 0);
    s = scsi_sense_parse(bytes, 2);
    assert_int_equal(s.key, 0);
}

static void disks_only(void **state)
{
    const uint8_t disk[] = {0x00}, cd[] = {0x05}, absent[] = {0x20};
    (void)state;

    assert_true(scsi_is_disk(disk, 1));
    assert_false(scsi_is_disk(disk, 0));
    assert_false(scsi_is_disk(cd, 1));
    assert_false(scsi_is_disk(absent, 1));
}

static void names_are_bounded_and_printable(void **state)
{
    uint8_t inquiry[36] = {0};
    char text[16];
    (void)state;

    memcpy(inquiry + 8, "Acme    Stick\x01\xFFX        1.00", 28);
    scsi_name(inquiry, 36, text, sizeof text);
    assert_string_equal(text, "Acme Stick??X");
    scsi_name(inquiry, 36, text, 8);
    assert_string_equal(text, "Acme St");
    scsi_name(inquiry, 31, text, sizeof text);
    assert_string_equal(text, "");
}

static void capacities(void **state)
{
    uint64_t count = 0;
    uint32_t bytes = 0;
    (void)state;

    assert_true(
        scsi_capacity_parse((const uint8_t[]){0, 0, 0x10, 0xFF, 0, 0, 2, 0}, 8, &count, &bytes));
    assert_int_equal(count, 0x1100);
    assert_int_equal(bytes, 512);
    assert_true(scsi_capacity_parse((const uint8_t[]){0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 16, 0}, 8,
                                    &count, &bytes));
    assert_true(count == UINT64_C(0x100000000));
    assert_false(
        scsi_capacity_parse((const uint8_t[]){0, 0, 1, 0, 0, 0, 32, 0}, 8, &count, &bytes));
    assert_false(scsi_capacity_parse((const uint8_t[]){0, 0, 1, 0, 0, 0, 3, 0}, 8, &count, &bytes));
    assert_false(scsi_capacity_parse((const uint8_t[]){0, 0, 1, 0, 0, 0, 0, 0}, 8, &count, &bytes));
    assert_false(scsi_capacity_parse((const uint8_t[]){0, 0, 1, 0, 0, 0, 2}, 7, &count, &bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_is_big_endian),
        cmocka_unit_test(short_commands),
        cmocka_unit_test(sense_of_any_length),
        cmocka_unit_test(disks_only),
        cmocka_unit_test(names_are_bounded_and_printable),
        cmocka_unit_test(capacities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
