/* SPDX-License-Identifier: MIT
 * FAT volumes that are damaged or mean harm: every walk ends soon, nothing outside the device is
 * asked for, and the reason comes out. The volume is made here, byte by byte. */
#include "support/cmocka_all.h"

#include <string.h>

#include "fs/volume.h"
#include "support/ram_disk.h"
#include "util/bytes.h"

/* FAT32 with little more than the least count of clusters (65,525) and FAT16, both of one block. */
enum {
    RESERVED = 32,
    CLUSTERS_32 = 65600,
    TABLE_32 = (CLUSTERS_32 + 2 + 127) / 128,
    CLUSTERS_16 = 5000,
    TABLE_16 = (CLUSTERS_16 + 2 + 255) / 256,
    ROOT_16 = 32, /* blocks: 512 entries */
    BLOCKS_MAX = RESERVED + 2 * TABLE_32 + CLUSTERS_32,
    FILE_CLUSTER = 10,
    FILE_BYTES = 2000, /* 4 blocks */
    READS_MAX = 2 * 65536 / 16 + 100,
};

static uint8_t image[BLOCKS_MAX * 512];
static struct ram_disk disk;
static struct volume volume;
static struct volume_file file;
static uint8_t *table, *root;
static bool wide;

static void link_cluster(uint32_t cluster, uint32_t next)
{
    if (wide)
        put_le32(table + 4 * cluster, next);
    else
        put_le16(table + 2 * cluster, next);
}

static void boot_sector(uint32_t table_blocks, uint32_t total)
{
    memset(image, 0, (size_t)total * 512);
    memcpy(image, "\xEB\x58\x90TESTTEST", 11);
    put_le16(image + 11, 512);
    image[13] = 1;
    put_le16(image + 14, RESERVED);
    image[16] = 2;
    image[21] = 0xF8;
    put_le32(image + 32, total);
    if (wide) {
        put_le32(image + 36, table_blocks);
        put_le32(image + 44, 2);
    } else {
        put_le16(image + 17, ROOT_16 * 16);
        put_le16(image + 22, table_blocks);
    }
    image[510] = 0x55;
    image[511] = 0xAA;
}

static void put_file(void)
{
    memcpy(root, "FIRMWAREBIN", 11);
    put_le16(root + 26, FILE_CLUSTER);
    put_le32(root + 28, FILE_BYTES);
    for (uint32_t i = 0; i < 3; i++)
        link_cluster(FILE_CLUSTER + i, FILE_CLUSTER + i + 1);
    link_cluster(FILE_CLUSTER + 3, 0x0FFFFFFF);
}

static void make(bool fat32)
{
    uint32_t table_blocks = fat32 ? TABLE_32 : TABLE_16;
    uint32_t total = RESERVED + 2 * table_blocks + (fat32 ? CLUSTERS_32 : ROOT_16 + CLUSTERS_16);

    wide = fat32;
    boot_sector(table_blocks, total);
    table = image + RESERVED * 512;
    root = table + (size_t)2 * table_blocks * 512;
    link_cluster(0, 0x0FFFFFF8);
    link_cluster(1, 0x0FFFFFFF);
    if (fat32)
        link_cluster(2, 0x0FFFFFFF); /* the root folder */
    put_file();
    ram_disk_init(&disk, image, (uint64_t)total * 512, 512);
    disk.polls_per_read = 0;
}

/* Mounts, opens and walks over the whole file. */
static enum bl_rc walk(void)
{
    struct volume_run run;
    uint64_t blocks = 0;
    enum bl_rc rc;

    disk.reads = 0;
    rc = volume_mount(&volume, &disk.dev);
    if (rc == BL_OK)
        rc = volume_open(&volume, "/firmware.bin", &file);
    while (rc == BL_OK) {
        rc = volume_next_run(&volume, &file, &run);
        if (rc != BL_OK || run.count == 0)
            break;
        assert_true(run.lba < disk.dev.block_count);
        assert_true(run.count <= disk.dev.block_count - run.lba);
        blocks += run.count;
        assert_true(blocks <= (file.bytes + 511) / 512);
    }
    assert_int_equal(disk.out_of_range, 0);
    assert_true(disk.reads < READS_MAX);
    return rc;
}

static void the_good_ones_are_good(void **state)
{
    (void)state;
    make(true);
    assert_int_equal(walk(), BL_OK);
    assert_string_equal(volume.format, "FAT32");
    assert_int_equal(file.bytes, FILE_BYTES);
    make(false);
    assert_int_equal(walk(), BL_OK);
    assert_string_equal(volume.format, "FAT16");
}

static void chains_that_lead_astray(void **state)
{
    /* Free, reserved, outside, bad, end: in the low 16 bits as well as in the low 28. */
    const uint32_t links[] = {0, 1, 0x0FFFEEEE, 0x0FFFFFF7, 0x0FFFFFF8, 0xFFFFFFFF};
    (void)state;

    for (int fat32 = 0; fat32 < 2; fat32++)
        for (uint32_t i = 0; i < sizeof links / sizeof links[0]; i++)
            for (uint32_t at = 0; at < 3; at++) {
                make(fat32);
                link_cluster(FILE_CLUSTER + at, links[i]);
                assert_int_equal(walk(), BL_E_FS_CHAIN);
            }
    make(true);
    link_cluster(FILE_CLUSTER, CLUSTERS_32 + 2); /* one too far */
    assert_int_equal(walk(), BL_E_FS_CHAIN);
    link_cluster(FILE_CLUSTER, CLUSTERS_32 + 1); /* the last one */
    link_cluster(CLUSTERS_32 + 1, FILE_CLUSTER + 1);
    put_le32(root + 28, FILE_BYTES + 512);
    assert_int_equal(walk(), BL_OK);
}

/* A contiguous file at the very end of the volume, and one block beyond it. */
static void the_last_cluster_is_the_last(void **state)
{
    (void)state;
    make(true);
    put_le16(root + 20, (CLUSTERS_32 + 1) >> 16);
    put_le16(root + 26, (CLUSTERS_32 + 1) & 0xFFFF);
    put_le32(root + 28, 512);
    assert_int_equal(walk(), BL_OK);
    put_le32(root + 28, 1024);
    link_cluster(CLUSTERS_32 + 1, CLUSTERS_32 + 2);
    assert_int_equal(walk(), BL_E_FS_CHAIN);
}

static void upper_4_bits_of_a_fat32_link_do_not_count(void **state)
{
    (void)state;
    make(true);
    for (uint32_t i = 0; i < 3; i++)
        link_cluster(FILE_CLUSTER + i, 0xA0000000 | (FILE_CLUSTER + i + 1));
    assert_int_equal(walk(), BL_OK);
}

static void a_circle_ends_with_the_size(void **state)
{
    struct volume_run run;
    (void)state;

    make(true);
    put_le32(root + 28, 30000 * 512);
    link_cluster(FILE_CLUSTER + 1, FILE_CLUSTER);
    assert_int_equal(walk(), BL_OK);
    assert_int_equal(volume_next_run(&volume, &file, &run), BL_OK);
    assert_int_equal(run.count, 0);
}

static void sizes_that_cannot_be(void **state)
{
    (void)state;
    make(true);
    put_le32(root + 28, 0xFFFFFFFF); /* larger than the volume */
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_E_FS_CHAIN);
    make(true);
    put_le16(root + 26, 0); /* bytes, but no cluster */
    assert_int_equal(walk(), BL_E_FS_CHAIN);
    make(true);
    put_le16(root + 20, 0xFFFF); /* first cluster far outside */
    assert_int_equal(walk(), BL_E_FS_CHAIN);
    make(false);
    put_le16(root + 20, 0xFFFF); /* these bytes mean nothing on FAT16 */
    assert_int_equal(walk(), BL_OK);
    make(true);
    put_le16(root + 26, 0);
    put_le32(root + 28, 0); /* an empty file is in order */
    assert_int_equal(walk(), BL_OK);
}

static void folders_without_end(void **state)
{
    (void)state;
    /* The root's one cluster links to itself and holds nothing but other files. */
    make(true);
    for (uint32_t i = 0; i < 16; i++)
        memcpy(root + 32 * i, "OTHER   BIN", 11);
    link_cluster(2, 2);
    assert_int_equal(walk(), BL_E_FS_FOLDER);
    /* A fixed root without an end marker ends with its blocks. */
    make(false);
    for (uint32_t i = 0; i < ROOT_16 * 16; i++)
        memcpy(root + 32 * i, "OTHER   BIN", 11);
    assert_int_equal(walk(), BL_E_FILE_NONE);
    make(true);
    root[11] = 0x10;
    assert_int_equal(walk(), BL_E_FILE_IS_DIR);
    make(true);
    root[0] = 0xE5;
    memset(root + 32, 0xE5, 480);
    assert_int_equal(walk(), BL_E_FILE_NONE);
    link_cluster(2, 0); /* a free cluster in the root's chain */
    assert_int_equal(walk(), BL_E_FS_CHAIN);
}

/* "firmware.bin" as a long name in front of another short one. */
static void put_long_name(void)
{
    static const uint8_t entry[32] = {0x41, 'f', 0,   'i', 0, 'r', 0,   'm', 0, 'w', 0,
                                      0x0F, 0,   0,   'a', 0, 'r', 0,   'e', 0, '.', 0,
                                      'b',  0,   'i', 0,   0, 0,   'n', 0,   0, 0};
    uint8_t sum = 0;

    make(true);
    memcpy(root + 32, root, 32);
    memcpy(root + 32, "OTHER   BIN", 11);
    memcpy(root, entry, 32);
    for (uint32_t i = 0; i < 11; i++)
        sum = (uint8_t)((sum << 7 | sum >> 1) + root[32 + i]);
    root[13] = sum;
}

static void long_names_that_do_not_belong(void **state)
{
    const struct {
        uint32_t off;
        uint8_t value;
    } cases[] = {
        {0, 0x42},  /* the other half is missing */
        {0, 0x01},  /* no beginning */
        {0, 0x7F},  /* more parts than a name can have */
        {0, 0x40},  /* part 0 */
        {0, 0xE5},  /* deleted */
        {2, 1},     /* another alphabet */
        {32, 0xE5}, /* its file is deleted */
        {43, 0x08}, /* its file is the label */
        {32, 'P'},  /* another short name: the checksum differs */
    };
    (void)state;

    put_long_name();
    assert_int_equal(walk(), BL_OK);
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_long_name();
        root[cases[i].off] = cases[i].value;
        if (walk() != BL_E_FILE_NONE)
            fail_msg("offset %u, value 0x%x", (unsigned)cases[i].off, cases[i].value);
    }
}

static void put_long_part(uint8_t *entry, uint8_t ordinal, const char *part)
{
    static const uint8_t offsets[13] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

    memset(entry, 0xFF, 32);
    entry[0] = ordinal;
    entry[11] = 0x0F;
    entry[12] = 0;
    for (uint32_t i = 0; i < 13 && (i == 0 || part[i - 1] != 0); i++)
        put_le16(entry + offsets[i], (uint8_t)part[i]);
}

/* The parts of a long name in their order, and in others. */
static void long_names_out_of_order(void **state)
{
    const struct {
        uint8_t ordinals[3];
        enum bl_rc rc;
    } cases[] = {
        {{0, 0x42, 1}, BL_OK},          {{0x42, 1, 1}, BL_E_FILE_NONE},
        {{0x42, 2, 1}, BL_E_FILE_NONE}, {{0, 1, 0x42}, BL_E_FILE_NONE},
        {{0, 0x42, 2}, BL_E_FILE_NONE}, {{0, 0x42, 0}, BL_E_FILE_NONE},
    };
    (void)state;

    for (uint32_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        uint8_t sum = 0;

        make(true);
        memcpy(root + 96, root, 32);
        for (uint32_t i = 0; i < 11; i++)
            sum = (uint8_t)((sum << 7 | sum >> 1) + root[96 + i]);
        for (uint32_t i = 0; i < 3; i++) {
            uint8_t ordinal = cases[c].ordinals[i];

            put_long_part(root + 32 * i, ordinal, (ordinal & 3) == 2 ? "X" : "thirteenchars");
            root[32 * i + 13] = sum;
            if (ordinal == 0)
                root[32 * i] = 0xE5;
        }
        assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
        assert_int_equal(volume_open(&volume, "/thirteencharsX", &file), cases[c].rc);
    }
}

static void geometry_that_contradicts_itself(void **state)
{
    const struct {
        uint32_t off, bytes, value;
        enum bl_rc rc;
    } cases[] = {
        {0, 1, 0, BL_E_FS_NONE},
        {11, 2, 0, BL_E_FS_NONE},
        {11, 2, 256, BL_E_FS_NONE},
        {11, 2, 513, BL_E_FS_NONE},
        {11, 2, 8192, BL_E_FS_NONE},
        {11, 2, 4096, BL_E_FS_CORRUPT},
        {13, 1, 0, BL_E_FS_CORRUPT},
        {13, 1, 3, BL_E_FS_CORRUPT},
        {13, 1, 128, BL_OK}, /* few clusters for FAT32, but that is for nobody to decide */
        {14, 2, 0, BL_E_FS_CORRUPT},
        {16, 1, 0, BL_E_FS_NONE},
        {16, 1, 255, BL_E_FS_CORRUPT},
        {17, 2, 512, BL_E_FS_CORRUPT},
        {21, 1, 0x12, BL_E_FS_NONE},
        {32, 4, 0, BL_E_FS_CORRUPT},
        {32, 4, 1000, BL_E_FS_CORRUPT},
        {32, 4, BLOCKS_MAX + 1, BL_E_FS_CORRUPT},
        {32, 4, 0xFFFFFFFF, BL_E_FS_CORRUPT},
        {36, 4, 0, BL_E_FS_CORRUPT},
        {36, 4, TABLE_32 - 1, BL_E_FS_CORRUPT},
        {36, 4, 0x80000000, BL_E_FS_CORRUPT},
        {36, 4, 0xFFFFFFFF, BL_E_FS_CORRUPT},
        {40, 1, 0x82, BL_E_FS_CORRUPT},
        {42, 2, 1, BL_E_FS_NONE},
        {44, 4, 0, BL_E_FS_CORRUPT},
        {44, 4, 1, BL_E_FS_CORRUPT},
        {44, 4, CLUSTERS_32 + 2, BL_E_FS_CORRUPT},
        {510, 1, 0, BL_E_FS_NONE},
    };
    (void)state;

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make(true);
        for (uint32_t b = 0; b < cases[i].bytes; b++)
            image[cases[i].off + b] = (uint8_t)(cases[i].value >> 8 * b);
        if (walk() != cases[i].rc)
            fail_msg("offset %u, value 0x%x", (unsigned)cases[i].off, (unsigned)cases[i].value);
    }
}

static void the_active_table_is_read(void **state)
{
    (void)state;
    make(true);
    memcpy(table + TABLE_32 * 512, table, TABLE_32 * 512);
    memset(table, 0, TABLE_32 * 512);
    assert_int_equal(walk(), BL_E_FS_CHAIN);
    image[40] = 0x81; /* mirroring off, the second one counts */
    assert_int_equal(walk(), BL_OK);
}

/* Every byte of the boot sector's numbers in turn takes every value. */
static void any_boot_sector(void **state)
{
    (void)state;
    for (int fat32 = 0; fat32 < 2; fat32++) {
        make(fat32);
        for (uint32_t at = 0; at < 64; at++) {
            uint8_t old = image[at];

            for (uint32_t value = 0; value < 256; value++) {
                image[at] = (uint8_t)value;
                (void)!walk();
            }
            image[at] = old;
        }
        assert_int_equal(walk(), BL_OK);
    }
}

/* Random bytes in boot sector, table and folder, from a fixed seed. */
static void random_damage(void **state)
{
    uint32_t x = 12345;
    (void)state;

    for (uint32_t round = 0; round < 20; round++) {
        make(round & 1);
        for (uint32_t i = 0; i < 400; i++) {
            uint8_t *where = (i & 1) != 0 ? table + (x >> 8) % 200 : root + (x >> 8) % 512;
            uint8_t old = image[11 + x % 50];

            *where = (uint8_t)(x >> 24);
            if (i % 8 == 0)
                image[11 + x % 50] = (uint8_t)(x >> 16);
            (void)!walk();
            image[11 + x % 50] = old;
            x = x * 1664525 + 1013904223;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_ones_are_good),
        cmocka_unit_test(chains_that_lead_astray),
        cmocka_unit_test(the_last_cluster_is_the_last),
        cmocka_unit_test(upper_4_bits_of_a_fat32_link_do_not_count),
        cmocka_unit_test(a_circle_ends_with_the_size),
        cmocka_unit_test(sizes_that_cannot_be),
        cmocka_unit_test(folders_without_end),
        cmocka_unit_test(long_names_that_do_not_belong),
        cmocka_unit_test(long_names_out_of_order),
        cmocka_unit_test(geometry_that_contradicts_itself),
        cmocka_unit_test(the_active_table_is_read),
        cmocka_unit_test(any_boot_sector),
        cmocka_unit_test(random_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
