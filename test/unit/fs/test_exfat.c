/* SPDX-License-Identifier: MIT
 * exFAT volumes that are odd, damaged or mean harm: every walk ends soon, nothing outside the device
 * is asked for, and the reason comes out. */
#include "support/cmocka_all.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fs/volume.h"
#include "support/exfat_image.h"
#include "support/ram_disk.h"
#include "util/bytes.h"

enum {
    CLUSTER = 1024,
    CLUSTERS = 600,
    FILE_BYTES = 5000,
    IMAGE_BYTES = 0x100000,
    READS_MAX = 2 * 65536 / 16 + 100,
    FIRST_SET = 96, /* in the root folder, behind label, bitmap and letters */
};

static int memory = -1;
static uint8_t *image; /* the file of `memory` */
static uint8_t content[FILE_BYTES];
static struct exfat_image exfat;
static struct ram_disk disk;
static struct volume volume;
static struct volume_file file;

static int make(enum exfat_chain chain)
{
    if (image != NULL)
        (void)munmap(image, IMAGE_BYTES);
    if (memory >= 0)
        close(memory);
    memory = memfd_create("exfat", 0);
    (void)exfat_image_make(&exfat, memory, 0, 512, CLUSTER, CLUSTERS, chain);
    for (uint32_t i = 0; i < FILE_BYTES; i++)
        content[i] = (uint8_t)(i * 7 + i / 256 + 1);
    exfat_image_put(&exfat, "/firmware.bin", content, FILE_BYTES, FILE_BYTES, chain);
    if (ftruncate(memory, IMAGE_BYTES) != 0)
        return -1;
    image = mmap(NULL, IMAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    ram_disk_init(&disk, image, IMAGE_BYTES, 512);
    disk.polls_per_read = 0;
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    return make(EXFAT_LINKED);
}

static uint8_t *root(void)
{
    return image + exfat.heap + (size_t)(exfat.root_cluster - 2) * CLUSTER;
}

static uint8_t *link_of(uint32_t cluster)
{
    return image + exfat.table + (size_t)4 * cluster;
}

/* The checksum of the set at `set` is right again. */
static void seal(uint8_t *set)
{
    uint16_t sum = 0;

    for (uint32_t i = 0; i < 32u * (set[1] + 1u); i++)
        if (i != 2 && i != 3)
            sum = (uint16_t)(((uint32_t)sum << 15 | sum >> 1) + set[i]);
    put_le16(set + 2, sum);
}

/* Mounts, opens and walks over the whole file. */
static enum bl_rc walk_to(const char *path)
{
    struct volume_run run;
    uint64_t blocks = 0;
    enum bl_rc rc;

    disk.reads = 0;
    rc = volume_mount(&volume, &disk.dev);
    if (rc == BL_OK)
        rc = volume_open(&volume, path, &file);
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

static enum bl_rc walk(void)
{
    return walk_to("/Firmware.BIN");
}

static void assert_reads(uint32_t valid)
{
    uint8_t bytes[FILE_BYTES];
    uint32_t got;

    assert_int_equal(volume_read_at(&volume, &file, 0, bytes, FILE_BYTES, &got), BL_OK);
    assert_int_equal(got, FILE_BYTES);
    assert_memory_equal(bytes, content, valid);
    for (uint32_t i = valid; i < FILE_BYTES; i++)
        assert_int_equal(bytes[i], 0);
}

static void the_good_ones_are_good(void **state)
{
    (void)state;
    for (enum exfat_chain chain = 0; chain <= EXFAT_SCATTERED; chain++) {
        make(chain);
        assert_int_equal(walk(), BL_OK);
        assert_string_equal(volume_describe(&volume), "exFAT");
        assert_reads(FILE_BYTES);
    }
}

/* Old data lies behind what was written of a file; it must not come out. */
static void what_was_never_written_is_zero(void **state)
{
    const uint32_t valid[] = {0, 1, 511, 512, 1024, 4999};
    uint8_t bytes[100];
    uint32_t got;
    (void)state;

    for (uint32_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        make(EXFAT_LINKED);
        exfat_image_put(&exfat, "/short.bin", content, FILE_BYTES, valid[i], EXFAT_LINKED);
        assert_int_equal(walk_to("/short.bin"), BL_OK);
        assert_int_equal(file.bytes, FILE_BYTES);
        assert_reads(valid[i]);
        assert_int_equal(volume_read_at(&volume, &file, 4950, bytes, sizeof bytes, &got), BL_OK);
        assert_int_equal(got, 50);
        assert_int_equal(bytes[49], 0);
        assert_int_equal(bytes[48], valid[i] == 4999 ? content[4998] : 0);
    }
}

static void every_field_of_the_boot_sector(void **state)
{
    const struct {
        uint32_t off, bytes;
        uint64_t value;
        enum bl_rc rc;
    } cases[] = {
        {3, 1, 'e', BL_E_FS_NONE},
        {510, 1, 0, BL_E_FS_NONE},
        {11, 1, 1, BL_E_FS_CORRUPT},
        {63, 1, 1, BL_E_FS_CORRUPT},
        {64, 8, 12345, BL_OK}, /* the partition's place is nobody's business */
        {72, 8, 0, BL_E_FS_CORRUPT},
        {72, 8, IMAGE_BYTES / 512 + 1, BL_E_FS_CORRUPT},
        {72, 8, UINT64_MAX, BL_E_FS_CORRUPT},
        {80, 4, 23, BL_E_FS_CORRUPT},
        {80, 4, 0xFFFFFFFF, BL_E_FS_CORRUPT},
        {84, 4, 0, BL_E_FS_CORRUPT},
        {84, 4, 4, BL_E_FS_CORRUPT},
        {84, 4, 0xFFFFFFFF, BL_E_FS_CORRUPT},
        {88, 4, 28, BL_E_FS_CORRUPT},
        {88, 4, 0xFFFFFFFF, BL_E_FS_CORRUPT},
        {92, 4, 0, BL_E_FS_CORRUPT},
        {92, 4, CLUSTERS + 600, BL_E_FS_CORRUPT},
        {92, 4, 0xFFFFFFFF, BL_E_FS_CORRUPT},
        {96, 4, 0, BL_E_FS_CORRUPT},
        {96, 4, 1, BL_E_FS_CORRUPT},
        {96, 4, CLUSTERS + 2, BL_E_FS_CORRUPT},
        {105, 1, 2, BL_E_FS_CORRUPT},
        {108, 1, 8, BL_E_FS_CORRUPT},
        {108, 1, 13, BL_E_FS_CORRUPT},
        {108, 1, 255, BL_E_FS_CORRUPT},
        {109, 1, 17, BL_E_FS_CORRUPT},
        {109, 1, 255, BL_E_FS_CORRUPT},
        {110, 1, 0, BL_E_FS_CORRUPT},
        {110, 1, 3, BL_E_FS_CORRUPT},
    };
    (void)state;

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Damage of the main region alone: its backup serves. */
        make(EXFAT_LINKED);
        for (uint32_t b = 0; b < cases[i].bytes; b++)
            image[cases[i].off + b] = (uint8_t)(cases[i].value >> 8 * b);
        if (walk() != BL_OK)
            fail_msg("offset %u: the backup was not used", (unsigned)cases[i].off);
        assert_reads(FILE_BYTES);
        /* Of both. */
        exfat_image_checksum(&exfat);
        if (walk() != cases[i].rc)
            fail_msg("offset %u, value 0x%llx", (unsigned)cases[i].off,
                     (unsigned long long)cases[i].value);
    }
}

static void a_blank_boot_sector_has_a_backup(void **state)
{
    (void)state;
    memset(image, 0, 12 * 512);
    assert_int_equal(walk(), BL_OK);
    disk.bad_lba = 12;
    assert_int_equal(walk(), BL_E_FS_NONE);
    /* What was made after the exFAT counts, whatever lies at the backup's place. */
    disk.bad_lba = UINT64_MAX;
    memcpy(image + 3, "NTFS    ", 8);
    assert_int_equal(walk(), BL_E_FS_FOREIGN);
    assert_string_equal(volume_describe(&volume), "NTFS");
}

/* TexFAT: the volume's flags say which of two tables counts. */
static void the_active_table_is_read(void **state)
{
    uint32_t sectors = (uint32_t)(exfat.heap - exfat.table) / 512;
    (void)state;

    put_le32(image + 84, sectors / 2); /* the second half of the room for the first */
    put_le32(image + 92, sectors / 2 * 128 - 2);
    image[110] = 2;
    assert_int_equal(walk(), BL_OK);
    image[106] = 1;
    assert_int_equal(walk(), BL_E_FS_CHAIN);
    memmove(image + exfat.table + sectors / 2 * 512, image + exfat.table, sectors / 2 * 512);
    memset(image + exfat.table, 0, sectors / 2 * 512);
    assert_int_equal(walk(), BL_OK);
    assert_reads(FILE_BYTES);
}

static void chains_that_lead_astray(void **state)
{
    const uint32_t links[] = {0, 1, CLUSTERS + 2, 0xFFFFFFF7, 0xFFFFFFF6, 0xFFFFFFFF};
    uint32_t first = le32(root() + FIRST_SET + 52);
    (void)state;

    for (uint32_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        put_le32(link_of(first + 2), links[i]);
        assert_int_equal(walk(), BL_E_FS_CHAIN);
    }
    put_le32(link_of(first + 2), first); /* a circle ends with the size */
    assert_int_equal(walk(), BL_OK);
}

/* A set in the root folder is changed, and its checksum made right: what comes of it? */
static void sets_of_entries(void **state)
{
    const struct {
        uint32_t off, bytes;
        uint64_t value;
        bool sealed;
        enum bl_rc rc;
    } cases[] = {
        {0, 1, 0x05, true, BL_E_FILE_NONE}, /* deleted */
        {1, 1, 1, true, BL_E_FILE_NONE},    /* no name */
        {1, 1, 0, true, BL_E_FILE_NONE},
        {2, 1, 0xAA, false, BL_E_FILE_NONE}, /* checksum */
        {70, 1, 'x', false, BL_E_FILE_NONE},
        {4, 1, 0x22, true, BL_E_FILE_NONE}, /* hidden */
        {4, 1, 0x24, true, BL_E_FILE_NONE}, /* system */
        {4, 1, 0x21, true, BL_OK},          /* read-only */
        {4, 1, 0x30, true, BL_E_FILE_IS_DIR},
        {32, 1, 0x40, true, BL_E_FILE_NONE}, /* stream: deleted */
        {32, 1, 0xC1, true, BL_E_FILE_NONE},
        {32, 1, 0xC2, true, BL_E_FILE_NONE}, /* mandatory, but unknown */
        {32, 1, 0x85, true, BL_E_FILE_NONE},
        {64, 1, 0xC0, true, BL_E_FILE_NONE}, /* a second stream */
        {64, 1, 0xE0, true, BL_E_FILE_NONE}, /* optional, and so no name */
        {64, 1, 0xC2, true, BL_E_FILE_NONE},
        {35, 1, 11, true, BL_E_FILE_NONE}, /* another length of the name */
        {35, 1, 13, true, BL_E_FILE_NONE},
        {35, 1, 0, true, BL_E_FILE_NONE},
        {35, 1, 16, true, BL_E_FILE_NONE}, /* more than the entries hold */
        {66, 2, 0, true, BL_E_FILE_NONE},
        {52, 4, 0, true, BL_E_FS_CHAIN},
        {52, 4, 0xFFFFFFFF, true, BL_E_FS_CHAIN},
        {56, 8, 0, true, BL_OK}, /* empty */
        {56, 8, UINT64_MAX, true, BL_E_FS_CHAIN},
        {56, 8, CLUSTERS * CLUSTER + 1, true, BL_E_FS_CHAIN},
        {40, 8, UINT64_MAX, true, BL_OK}, /* more valid than there is: no harm */
        {33, 1, 3, true, BL_OK},          /* no links: the same clusters here */
    };
    (void)state;

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *set;

        make(EXFAT_LINKED);
        set = root() + FIRST_SET;
        for (uint32_t b = 0; b < cases[i].bytes; b++)
            set[cases[i].off + b] = (uint8_t)(cases[i].value >> 8 * b);
        if (cases[i].sealed)
            seal(set);
        if (walk() != cases[i].rc)
            fail_msg("offset %u, value 0x%llx", (unsigned)cases[i].off,
                     (unsigned long long)cases[i].value);
        /* The next set is found, whatever became of this one. */
        exfat_image_put(&exfat, "/next.bin", content, 10, 10, EXFAT_LINKED);
        if (cases[i].off != 1)
            assert_int_equal(walk_to("/next.bin"), BL_OK);
    }
}

/* Entries of other makers, which may be passed over, belong to the checksum. */
static void optional_entries_in_a_set(void **state)
{
    uint8_t *set = root() + FIRST_SET;
    (void)state;

    set[1] = 3;
    set[96] = 0xE0;
    set[100] = 0x77;
    seal(set);
    assert_int_equal(walk(), BL_OK);
    set[100] = 0x78;
    assert_int_equal(walk(), BL_E_FILE_NONE);
    set[96] = 0xC2; /* whoever does not know this one must not touch the file */
    seal(set);
    assert_int_equal(walk(), BL_E_FILE_NONE);
}

/* The first set is no good; its name must not lengthen that of the second. */
static void names_do_not_leak_from_set_to_set(void **state)
{
    uint8_t *set = root() + FIRST_SET + 96;
    (void)state;

    exfat_image_put(&exfat, "/sixteen letters!", content, 10, 10, EXFAT_LINKED);
    exfat_image_put(&exfat, "/sixteen letters", content, 10, 10, EXFAT_LINKED);
    set[2] ^= 1;
    set += 128;
    assert_int_equal(set[35], 15);
    assert_int_equal(walk_to("/sixteen letters"), BL_OK);
    set[35] = 16;
    seal(set);
    assert_int_equal(walk_to("/sixteen letters!"), BL_E_FILE_NONE);
}

static void files_without_links(void **state)
{
    uint8_t *set;
    (void)state;

    make(EXFAT_NO_LINKS);
    memset(link_of(exfat.root_cluster + 4), 0xEE, 100); /* nobody looks there */
    assert_int_equal(walk(), BL_OK);
    set = root() + FIRST_SET;
    put_le32(set + 52, CLUSTERS + 2 - 5); /* the last clusters of the volume */
    seal(set);
    assert_int_equal(walk(), BL_OK);
    put_le32(set + 52, CLUSTERS + 2 - 4);
    seal(set);
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_E_FS_CHAIN);
    put_le32(set + 52, 0); /* empty, as some write it */
    put_le32(set + 56, 0);
    seal(set);
    assert_int_equal(walk(), BL_OK);
}

static void names(void **state)
{
    static char longest[128];
    struct folder folder;
    struct folder_entry entry;
    (void)state;

    exfat_image_put(&exfat, "/a \xC3\xA4\xE2\x82\xAC.bin", content, 10, 10, EXFAT_LINKED);
    assert_int_equal(walk_to("/A \xC3\xA4\xE2\x82\xAC.BIN"), BL_OK);
    assert_int_equal(walk_to("/a \xC3\x84\xE2\x82\xAC.bin"), BL_E_FILE_NONE);
    assert_int_equal(walk_to("/firmware.bin/x"), BL_E_FILE_NONE);
    assert_int_equal(walk_to("/firmware.bi"), BL_E_FILE_NONE);
    memset(longest, 'n', sizeof longest - 1);
    longest[0] = '/';
    exfat_image_put(&exfat, longest, content, 10, 10, EXFAT_LINKED);
    assert_int_equal(walk_to(longest), BL_OK);
    /* One more, as no path can name it, and the iterator does not show it. */
    static char longer[140];

    memset(longer, 'n', sizeof longer - 1);
    longer[0] = '/';
    exfat_image_put(&exfat, longer, content, 10, 10, EXFAT_LINKED);
    assert_int_equal(volume_open_folder(&volume, "/", &folder), BL_OK);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(volume_next_entry(&volume, &folder, &entry), BL_OK);
        assert_string_not_equal(entry.name, "");
        assert_string_equal(entry.alias, "");
    }
    assert_int_equal(volume_next_entry(&volume, &folder, &entry), BL_OK);
    assert_string_equal(entry.name, "");
}

static void folders(void **state)
{
    (void)state;
    for (enum exfat_chain chain = 0; chain <= EXFAT_SCATTERED; chain++) {
        make(chain);
        for (char name[] = "/folder/a.bin"; name[8] <= 'n'; name[8]++)
            exfat_image_put(&exfat, name, content, 10, 10, EXFAT_LINKED);
        exfat_image_put(&exfat, "/folder/below/f.bin", content, FILE_BYTES, FILE_BYTES, chain);
        assert_int_equal(walk_to("/FOLDER/below/f.bin"), BL_OK);
        assert_reads(FILE_BYTES);
        assert_int_equal(walk_to("/folder/below"), BL_E_FILE_IS_DIR);
        assert_int_equal(walk_to("/folder/n.bin"), BL_OK);
        assert_int_equal(walk_to("/folder/o.bin"), BL_E_FILE_NONE);
    }
}

static void folders_without_end(void **state)
{
    uint32_t first = exfat.root_cluster;
    (void)state;

    /* Its clusters run in a circle, and hold nothing but entries that are not in use. */
    for (uint32_t i = 0; i < CLUSTER; i += 32)
        root()[i] = 0x05;
    put_le32(link_of(first), first);
    assert_int_equal(walk(), BL_E_FS_FOLDER);
    put_le32(link_of(first), 0);
    assert_int_equal(walk(), BL_E_FS_CHAIN);
    put_le32(link_of(first), 0xFFFFFFFF);
    assert_int_equal(walk(), BL_E_FILE_NONE);
}

/* Every byte of the boot sector's numbers, and of a set, in turn takes every value. */
static void any_byte(void **state)
{
    (void)state;
    for (uint32_t at = 64; at < 113; at++)
        for (uint32_t value = 0; value < 256; value++) {
            uint8_t old = image[at];

            image[at] = image[12 * 512 + at] = (uint8_t)value;
            (void)!walk();
            image[at] = image[12 * 512 + at] = old;
        }
    for (uint32_t at = 0; at < 96; at++)
        for (uint32_t value = 0; value < 256; value++) {
            uint8_t old = root()[FIRST_SET + at];

            root()[FIRST_SET + at] = (uint8_t)value;
            if (at != 1)
                seal(root() + FIRST_SET);
            (void)!walk();
            root()[FIRST_SET + at] = old;
        }
    seal(root() + FIRST_SET);
    assert_int_equal(walk(), BL_OK);
}

#define CASE(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_good_ones_are_good),
        CASE(what_was_never_written_is_zero),
        CASE(every_field_of_the_boot_sector),
        CASE(a_blank_boot_sector_has_a_backup),
        CASE(the_active_table_is_read),
        CASE(chains_that_lead_astray),
        CASE(sets_of_entries),
        CASE(optional_entries_in_a_set),
        CASE(names_do_not_leak_from_set_to_set),
        CASE(files_without_links),
        CASE(names),
        CASE(folders),
        CASE(folders_without_end),
        CASE(any_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
