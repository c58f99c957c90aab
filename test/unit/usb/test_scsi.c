/* SPDX-License-Identifier: MIT
 * SCSI command blocks, byte by byte, and answers of any length. */
#include "support/cmocka_all.h"

#include <string.h>

#include "usb/scsi.h"
#include "util/bytes.h"

static struct bot_command c;
static struct scsi_capacity size;

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

static void commands_for_large_units(void **state)
{
    const uint8_t last_of_10[10] = {0x28, 0, 0xFF, 0xFF, 0xFF, 0xF0, 0, 0, 16, 0};
    const uint8_t first_of_16[16] = {0x88, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xF0, 0, 0, 0, 17};
    const uint8_t read_16[16] = {0x88, 0, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC,
                                 0xDE, 0, 0,    0,    0x01, 0x00, 0,    0};
    const uint8_t capacity_16[16] = {0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0};
    (void)state;

    scsi_read(&c, 0xFFFFFFF0, 16, 512);
    assert_int_equal(c.cdb_bytes, 10);
    assert_memory_equal(c.cdb, last_of_10, sizeof last_of_10);
    scsi_read(&c, 0xFFFFFFF0, 17, 512);
    assert_int_equal(c.cdb_bytes, 16);
    assert_memory_equal(c.cdb, first_of_16, sizeof first_of_16);
    scsi_read(&c, 0x123456789ABCDE00, 256, 4096);
    assert_memory_equal(c.cdb, read_16, sizeof read_16);
    assert_int_equal(c.data_bytes, 1 << 20);
    assert_false(c.residue_bogus);
    scsi_read_capacity_16(&c);
    assert_memory_equal(c.cdb, capacity_16, sizeof capacity_16);
    assert_int_equal(c.cdb_bytes, 16);
    assert_int_equal(c.data_bytes, 32);
    assert_true(c.residue_bogus);
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
    s = scsi_sense_parse(bytes, 0);
    assert_int_equal(s.key, 0);

    const uint8_t descriptors[8] = {0x72, 0xF2, 0x3A, 0x01, 0, 0, 0, 0};
    s = scsi_sense_parse(descriptors, 8);
    assert_int_equal(s.key, 2);
    assert_int_equal(s.asc, 0x3A);
    assert_int_equal(s.ascq, 1);
    s = scsi_sense_parse(descriptors, 3);
    assert_int_equal(s.key, 2);
    assert_int_equal(s.asc, 0);
    s = scsi_sense_parse(descriptors, 1);
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

static bool capacity(uint32_t last, uint32_t block_bytes)
{
    uint8_t bytes[SCSI_CAPACITY_BYTES];

    put_be32(bytes, last);
    put_be32(bytes + 4, block_bytes);
    assert_int_equal(scsi_capacity_is_large(bytes), last == UINT32_MAX);
    return scsi_capacity_parse(bytes, false, &size);
}

static bool capacity_16(uint64_t last, uint32_t block_bytes)
{
    uint8_t bytes[SCSI_CAPACITY_16_LEAST];

    put_be32(bytes, (uint32_t)(last >> 32));
    put_be32(bytes + 4, (uint32_t)last);
    put_be32(bytes + 8, block_bytes);
    return scsi_capacity_parse(bytes, true, &size);
}

static void capacities(void **state)
{
    (void)state;
    assert_true(capacity(0x10FF, 512));
    assert_true(size.block_count == 0x1100);
    assert_int_equal(size.block_bytes, 512);
    assert_true(capacity(UINT32_MAX, 4096));
    assert_true(size.block_count == UINT64_C(0x100000000));
    assert_true(capacity_16(UINT64_C(0x123456789A), 1024));
    assert_true(size.block_count == UINT64_C(0x123456789B));
    assert_int_equal(size.block_bytes, 1024);
    assert_false(capacity_16(UINT64_MAX, 512)); /* one more than can be counted */
    assert_false(capacity_16(1000, 520));
    const uint32_t bad[] = {0, 1, 3, 256, 513, 520, 8192, 0x80000000};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(capacity(256, bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_is_big_endian),
        cmocka_unit_test(short_commands),
        cmocka_unit_test(commands_for_large_units),
        cmocka_unit_test(sense_of_any_length),
        cmocka_unit_test(disks_only),
        cmocka_unit_test(names_are_bounded_and_printable),
        cmocka_unit_test(capacities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
