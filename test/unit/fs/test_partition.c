/* SPDX-License-Identifier: MIT
 * Partition tables: good, strange and hostile ones, made here byte by byte. */
#include "support/cmocka_all.h"

#include <string.h>

#include "fs/partition.h"
#include "support/ram_disk.h"
#include "util/bytes.h"
#include "util/crc.h"

enum { BLOCKS = 8192, BLOCK = 512, ENTRIES = 128 };

static uint8_t image[BLOCKS * BLOCK];
static struct ram_disk disk;
static struct blockdev_cache cache;
static struct partition_walk table;
static struct partition part;

static void record(uint32_t lba)
{
    image[lba * BLOCK + 510] = 0x55;
    image[lba * BLOCK + 511] = 0xAA;
}

static void entry(uint32_t lba, uint32_t index, uint8_t type, uint32_t start, uint32_t count)
{
    uint8_t *e = image + lba * BLOCK + 446 + 16 * index;

    e[4] = type;
    put_le32(e + 8, start);
    put_le32(e + 12, count);
}

static int clear(void **state)
{
    (void)state;
    memset(image, 0, sizeof image);
    record(0);
    ram_disk_init(&disk, image, sizeof image, BLOCK);
    return 0;
}

static int check_reads(void **state)
{
    (void)state;
    assert_int_equal(disk.out_of_range, 0);
    return 0;
}

static enum bl_rc begin(void)
{
    disk.reads = 0;
    blockdev_cache_init(&cache, &disk.dev);
    return partition_begin(&table, &cache);
}

/* The walk gives just these, `count` pairs of start and length. */
static void expect(enum partition_scheme scheme, const uint32_t (*parts)[2], uint32_t count)
{
    assert_int_equal(begin(), BL_OK);
    assert_int_equal(table.scheme, scheme);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(partition_next(&table, &cache, &part), BL_OK);
        assert_int_equal(part.start_lba, parts[i][0]);
        assert_int_equal(part.block_count, parts[i][1]);
    }
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(partition_next(&table, &cache, &part), BL_OK);
        assert_int_equal(part.block_count, 0);
    }
}

#define EXPECT(scheme, ...)                                                                        \
    do {                                                                                           \
        const uint32_t parts_[][2] = {__VA_ARGS__};                                                \
        expect(scheme, parts_, sizeof parts_ / sizeof parts_[0]);                                  \
    } while (0)

static void finds_primary_entries_in_order(void **state)
{
    (void)state;
    entry(0, 1, 0x0C, 2048, 1000);
    entry(0, 3, 0x07, 4000, 96);
    EXPECT(PARTITION_MBR, {2048, 1000}, {4000, 96});
}

static void needs_the_signature(void **state)
{
    (void)state;
    entry(0, 0, 0x0C, 2048, 1000);
    image[511] = 0xAB;
    expect(PARTITION_NONE, NULL, 0);
}

static void leaves_out_what_is_not_on_the_device(void **state)
{
    (void)state;
    entry(0, 0, 0x0C, 2048, BLOCKS - 2047);
    entry(0, 1, 0x0C, 0xFFFFFFFF, 0xFFFFFFFF); /* the sum overflows 32 bits */
    entry(0, 2, 0x0C, 0, 100);
    entry(0, 3, 0x0C, 2048, 0);
    expect(PARTITION_MBR, NULL, 0);
    entry(0, 0, 0x0C, 2048, BLOCKS - 2048);
    EXPECT(PARTITION_MBR, {2048, BLOCKS - 2048});
}

static void text_is_no_table(void **state)
{
    (void)state;
    entry(0, 0, 0x0C, 2048, 1000);
    image[446 + 16] = 'M'; /* the status of the second entry: neither 0x00 nor 0x80 */
    expect(PARTITION_NONE, NULL, 0);
    image[446 + 16] = 0x80;
    EXPECT(PARTITION_MBR, {2048, 1000});
}

/* Links count from the extended partition, starts from the record that they stand in. */
static void logical_partitions(void **state)
{
    const uint8_t types[] = {0x05, 0x0F, 0x85};
    (void)state;

    for (uint32_t i = 0; i < sizeof types; i++) {
        clear(state);
        entry(0, 0, types[i], 1000, 3000);
        entry(0, 1, 0x0C, 5000, 100);
        record(1000);
        entry(1000, 0, 0x0C, 10, 500);
        entry(1000, 1, 0x05, 1000, 1000);
        record(2000);
        entry(2000, 0, 0x07, 20, 600);
        entry(2000, 1, 0x05, 2000, 1000);
        record(3000);
        entry(3000, 0, 0x06, 30, 700);
        EXPECT(PARTITION_MBR, {5000, 100}, {1010, 500}, {2020, 600}, {3030, 700});
    }
}

static void chains_of_records_that_lead_astray(void **state)
{
    (void)state;
    entry(0, 0, 0x05, 1000, 3000);
    entry(0, 1, 0x0C, 5000, 100);
    EXPECT(PARTITION_MBR, {5000, 100}); /* no record there */
    record(1000);
    entry(1000, 0, 0x0C, 10, BLOCKS);
    entry(1000, 1, 0x05, BLOCKS, 1);
    EXPECT(PARTITION_MBR, {5000, 100}); /* nothing on the device */
    entry(1000, 1, 0x05, 0xFFFFFFFF, 1);
    EXPECT(PARTITION_MBR, {5000, 100});
    entry(0, 0, 0x05, 0xFFFFFFFF, 1);
    EXPECT(PARTITION_MBR, {5000, 100});
    disk.bad_lba = 0;
    assert_int_equal(begin(), BL_E_MSC_READ);
    disk.bad_lba = 1000;
    entry(0, 0, 0x05, 1000, 3000);
    assert_int_equal(begin(), BL_OK);
    assert_int_equal(partition_next(&table, &cache, &part), BL_OK);
    assert_int_equal(partition_next(&table, &cache, &part), BL_E_MSC_READ);
}

static void a_chain_of_records_without_end(void **state)
{
    uint32_t found = 0;
    (void)state;

    entry(0, 0, 0x0F, 1000, 3000);
    record(1000);
    entry(1000, 0, 0x0C, 10, 500);
    entry(1000, 1, 0x05, 0, 1000); /* itself */
    assert_int_equal(begin(), BL_OK);
    do {
        assert_int_equal(partition_next(&table, &cache, &part), BL_OK);
        found += part.block_count != 0;
        assert_true(found <= PARTITION_RECORDS_MAX);
    } while (part.block_count != 0);
    assert_int_equal(found, PARTITION_RECORDS_MAX - 1);
}

/* A GPT whose header is at lba, its entries at entries_lba. */
static void gpt(uint32_t lba, uint32_t entries_lba, uint32_t entries, uint32_t entry_bytes)
{
    uint8_t *h = image + lba * BLOCK;

    memset(h, 0, BLOCK);
    memcpy(h, "EFI PART", 8);
    put_le32(h + 8, 0x00010000);
    put_le32(h + 12, 92);
    put_le32(h + 24, lba);
    put_le32(h + 72, entries_lba);
    put_le32(h + 80, entries);
    put_le32(h + 84, entry_bytes);
    put_le32(h + 88, crc32_bytes(0, image + entries_lba * BLOCK, entries * entry_bytes));
    put_le32(h + 16, crc32_bytes(0, h, 92));
}

static void gpt_entry(uint32_t off, uint32_t first, uint32_t last)
{
    image[off] = 0x42; /* any type */
    put_le32(image + off + 32, first);
    put_le32(image + off + 40, last);
}

static void make_gpt(uint32_t entry_bytes)
{
    uint32_t blocks = ENTRIES * entry_bytes / BLOCK;

    clear(NULL);
    entry(0, 0, 0xEE, 1, 0xFFFFFFFF);
    gpt_entry(2 * BLOCK, 2048, 3047);
    gpt_entry(2 * BLOCK + 5 * entry_bytes, 4096, 4096);
    gpt_entry(2 * BLOCK + (ENTRIES - 1) * entry_bytes, 5000, 5009);
    memcpy(image + (BLOCKS - 1 - blocks) * BLOCK, image + 2 * BLOCK, ENTRIES * entry_bytes);
    gpt(1, 2, ENTRIES, entry_bytes);
    gpt(BLOCKS - 1, BLOCKS - 1 - blocks, ENTRIES, entry_bytes);
}

static void gpt_of_all_entry_sizes(void **state)
{
    (void)state;
    for (uint32_t bytes = 128; bytes <= 512; bytes *= 2) {
        make_gpt(bytes);
        EXPECT(PARTITION_GPT, {2048, 1000}, {4096, 1}, {5000, 10});
    }
    make_gpt(128); /* few entries of the largest size */
    memset(image + 3 * BLOCK, 0, 30 * BLOCK);
    gpt_entry(2 * BLOCK + 4096, 4096, 4096);
    gpt(1, 2, 2, 4096);
    EXPECT(PARTITION_GPT, {2048, 1000}, {4096, 1});
}

static void the_backup_counts_when_the_primary_is_damaged(void **state)
{
    /* Signature, size, its own CRC, place, entries' place, count, size of one, CRC; an entry. */
    const uint32_t offs[] = {512, 524, 528, 536, 584, 592, 596, 600, 1024 + 56};
    (void)state;

    for (uint32_t i = 0; i < sizeof offs / sizeof offs[0]; i++) {
        make_gpt(128);
        image[offs[i]] ^= 1;
        EXPECT(PARTITION_GPT, {2048, 1000}, {4096, 1}, {5000, 10});
        /* What was read is the backup: it goes wrong as well, and there is nothing. */
        image[(BLOCKS - 1) * BLOCK + offs[i] % BLOCK] ^= offs[i] < 1024;
        image[(BLOCKS - 33) * BLOCK + 56] ^= offs[i] >= 1024;
        assert_int_equal(begin(), BL_E_FS_TABLE);
        assert_int_equal(table.scheme, PARTITION_GPT);
        assert_int_equal(partition_next(&table, &cache, &part), BL_OK);
        assert_int_equal(part.block_count, 0);
    }
}

/* The same, with a CRC that is right: only the numbers are wrong. */
static void headers_that_cannot_be(void **state)
{
    const struct {
        uint32_t off, value;
    } cases[] = {
        {12, 91}, {12, 513}, {72, BLOCKS}, {76, 1},    {80, 513}, {80, 0xFFFFFFFF},
        {84, 64}, {84, 192}, {84, 0},      {84, 8192}, {24, 2},   {28, 1},
    };
    (void)state;

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t bytes = cases[i].off == 12 ? cases[i].value : 92;
        uint8_t *h = image + BLOCK;

        make_gpt(128);
        memset(image + (BLOCKS - 1) * BLOCK, 0, BLOCK);
        put_le32(h + cases[i].off, cases[i].value);
        put_le32(h + 16, 0);
        put_le32(h + 16, crc32_bytes(0, h, bytes));
        if (begin() != BL_E_FS_TABLE)
            fail_msg("offset %u, value %u", (unsigned)cases[i].off, (unsigned)cases[i].value);
    }
    make_gpt(128); /* entries that go beyond the device */
    memset(image + (BLOCKS - 1) * BLOCK, 0, BLOCK);
    put_le32(image + BLOCK + 72, BLOCKS - 1);
    put_le32(image + BLOCK + 16, 0);
    put_le32(image + BLOCK + 16, crc32_bytes(0, image + BLOCK, 92));
    assert_int_equal(begin(), BL_E_FS_TABLE);
}

static void entries_of_a_gpt_that_cannot_be(void **state)
{
    (void)state;
    make_gpt(128);
    gpt_entry(2 * BLOCK, 2048, 2047);
    gpt_entry(2 * BLOCK + 5 * 128, 4096, BLOCKS);
    put_le32(image + 2 * BLOCK + 127 * 128 + 44, 1); /* far outside */
    gpt_entry(2 * BLOCK + 2 * 128, 0, 100);
    gpt_entry(2 * BLOCK + 3 * 128, BLOCKS - 1, BLOCKS - 1);
    gpt(1, 2, ENTRIES, 128);
    EXPECT(PARTITION_GPT, {BLOCKS - 1, 1});
    disk.bad_lba = 1;
    assert_int_equal(begin(), BL_E_MSC_READ);
    disk.bad_lba = UINT64_MAX;
    assert_int_equal(begin(), BL_OK);
    disk.bad_lba = 2;
    assert_int_equal(partition_next(&table, &cache, &part), BL_E_MSC_READ);
    assert_int_equal(begin(), BL_E_MSC_READ);
}

/* An MBR that describes some partitions of the GPT as well: it serves when the GPT is gone. */
static void a_hybrid_table(void **state)
{
    (void)state;
    make_gpt(128);
    entry(0, 1, 0x0C, 2048, 1000);
    EXPECT(PARTITION_GPT, {2048, 1000}, {4096, 1}, {5000, 10});
    image[BLOCK] = 0;
    image[(BLOCKS - 1) * BLOCK] = 0;
    assert_int_equal(begin(), BL_E_FS_TABLE);
    assert_int_equal(partition_next(&table, &cache, &part), BL_OK);
    assert_int_equal(part.start_lba, 2048);
    assert_int_equal(partition_next(&table, &cache, &part), BL_OK);
    assert_int_equal(part.block_count, 0);
}

/* Devices of one and two blocks. */
static void tiny_devices(void **state)
{
    (void)state;
    for (uint32_t blocks = 1; blocks < 4; blocks++) {
        make_gpt(128);
        ram_disk_init(&disk, image, blocks * BLOCK, BLOCK);
        assert_int_equal(begin(), BL_E_FS_TABLE);
        entry(0, 0, 0x05, 1, 1);
        expect(PARTITION_MBR, NULL, 0);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, clear, check_reads)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(finds_primary_entries_in_order),
        CASE(needs_the_signature),
        CASE(leaves_out_what_is_not_on_the_device),
        CASE(text_is_no_table),
        CASE(logical_partitions),
        CASE(chains_of_records_that_lead_astray),
        CASE(a_chain_of_records_without_end),
        CASE(gpt_of_all_entry_sizes),
        CASE(the_backup_counts_when_the_primary_is_damaged),
        CASE(headers_that_cannot_be),
        CASE(entries_of_a_gpt_that_cannot_be),
        CASE(a_hybrid_table),
        CASE(tiny_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
