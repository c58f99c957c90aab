/* SPDX-License-Identifier: MIT
 * Partition tables: good, strange and hostile ones. */
#include "support/cmocka_all.h"

#include <string.h>

#include "fs/partition.h"
#include "util/bytes.h"

static uint8_t block[512];
static struct partition_table table;

static void entry(uint32_t index, uint8_t type, uint32_t start, uint32_t count)
{
    uint8_t *e = block + 446 + 16 * index;

    e[4] = type;
    put_le32(e + 8, start);
    put_le32(e + 12, count);
}

static int clear(void **state)
{
    (void)state;
    memset(block, 0, sizeof block);
    block[510] = 0x55;
    block[511] = 0xAA;
    return 0;
}

static void finds_primary_entries_in_order(void **state)
{
    (void)state;
    entry(1, 0x0C, 2048, 1000);
    entry(3, 0x07, 4000, 96);
    partition_parse(block, 4096, &table);
    assert_int_equal(table.scheme, PARTITION_MBR);
    assert_int_equal(table.count, 2);
    assert_int_equal(table.entries[0].start_lba, 2048);
    assert_int_equal(table.entries[0].block_count, 1000);
    assert_int_equal(table.entries[1].start_lba, 4000);
}

static void needs_the_signature(void **state)
{
    (void)state;
    entry(0, 0x0C, 2048, 1000);
    block[511] = 0xAB;
    partition_parse(block, 4096, &table);
    assert_int_equal(table.scheme, PARTITION_NONE);
    assert_int_equal(table.count, 0);
}

static void leaves_out_what_is_not_on_the_device(void **state)
{
    (void)state;
    entry(0, 0x0C, 2048, 2049);
    entry(1, 0x0C, 0xFFFFFFFF, 0xFFFFFFFF); /* the sum overflows 32 bits */
    entry(2, 0x0C, 0, 100);
    entry(3, 0x0C, 2048, 0);
    partition_parse(block, 4096, &table);
    assert_int_equal(table.scheme, PARTITION_NONE);
    assert_int_equal(table.count, 0);
}

static void leaves_out_extended_ones(void **state)
{
    (void)state;
    entry(0, 0x05, 1, 10);
    entry(1, 0x0F, 20, 10);
    entry(2, 0x06, 40, 10);
    partition_parse(block, 4096, &table);
    assert_int_equal(table.count, 1);
    assert_int_equal(table.entries[0].start_lba, 40);
}

static void tells_gpt(void **state)
{
    (void)state;
    entry(0, 0xEE, 1, 0xFFFFFFFF);
    partition_parse(block, 4096, &table);
    assert_int_equal(table.scheme, PARTITION_GPT);
    assert_int_equal(table.count, 0);
}

static void text_is_no_table(void **state)
{
    (void)state;
    entry(0, 0x0C, 2048, 1000);
    block[446 + 16] = 'M'; /* the status of the second entry: neither 0x00 nor 0x80 */
    partition_parse(block, 4096, &table);
    assert_int_equal(table.scheme, PARTITION_NONE);
    assert_int_equal(table.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finds_primary_entries_in_order, clear),
        cmocka_unit_test_setup(needs_the_signature, clear),
        cmocka_unit_test_setup(leaves_out_what_is_not_on_the_device, clear),
        cmocka_unit_test_setup(leaves_out_extended_ones, clear),
        cmocka_unit_test_setup(tells_gpt, clear),
        cmocka_unit_test_setup(text_is_no_table, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
