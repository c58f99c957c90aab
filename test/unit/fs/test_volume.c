/* SPDX-License-Identifier: MIT
 * Volumes made by the ordinary tools: every layout and FAT type, names, folders, fragmented files;
 * what is read is compared byte by byte with what was written. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs/volume.h"
#include "support/ram_disk.h"
#include "support/stick_image.h"

enum { BIG_BYTES = 300 * 1024 + 1 };

static char path[64];
static uint8_t content[BIG_BYTES];
static uint8_t *image;
static struct ram_disk disk;
static struct volume volume;
static struct volume_file file;

static int make_content(void **state)
{
    uint32_t x = 1;
    int fd;
    (void)state;

    for (uint32_t i = 0; i < sizeof content; i++) {
        x = x * 1664525 + 1013904223;
        content[i] = (uint8_t)(x >> 24);
    }
    strcpy(path, "/tmp/stickboot-volume-XXXXXX");
    fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int clean_up(void **state)
{
    (void)state;
    free(image);
    image = NULL;
    return remove(path);
}

/* A command of the shell whose first %s is the image. */
static void shell(const char *format)
{
    char command[512] = "export LC_ALL=C.UTF-8; ";
    size_t at = strlen(command);

    (void)snprintf(command + at, sizeof command - at, format, path);
    assert_int_equal(system(command), 0);
}

static enum bl_rc mount(uint32_t block_bytes)
{
    uint64_t size;

    free(image);
    image = ram_disk_load(path, &size);
    ram_disk_init(&disk, image, size, block_bytes);
    return volume_mount(&volume, &disk.dev);
}

/* Compares a run with the content from *done on. */
static void compare_run(const struct volume_run *run, const uint8_t *want, uint32_t len,
                        uint32_t *done)
{
    uint32_t block_bytes = disk.dev.block_bytes;

    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t part = len - *done < block_bytes ? len - *done : block_bytes;

        assert_true(part > 0); /* not a block more than the size needs */
        assert_memory_equal(want + *done, image + (run->lba + i) * block_bytes, part);
        *done += part;
    }
}

/* Reads all runs of the open file and compares; returns the count of runs. */
static uint32_t assert_same(const uint8_t *want, uint32_t len)
{
    uint32_t done = 0;
    uint32_t runs = 0;
    struct volume_run run;

    assert_int_equal(file.bytes, len);
    for (;;) {
        assert_int_equal(volume_next_run(&volume, &file, &run), BL_OK);
        if (run.count == 0)
            break;
        runs++;
        compare_run(&run, want, len, &done);
    }
    assert_int_equal(done, len);
    assert_int_equal(volume_next_run(&volume, &file, &run), BL_OK);
    assert_int_equal(run.count, 0);
    return runs;
}

static uint32_t assert_holds(const char *name, const uint8_t *want, uint32_t len)
{
    assert_int_equal(volume_open(&volume, name, &file), BL_OK);
    return assert_same(want, len);
}

static void every_layout_and_type(void **state)
{
    const struct {
        enum stick_layout layout;
        unsigned bits, mb;
        const char *text;
    } cases[] = {{STICK_SUPERFLOPPY, 12, 2, "FAT12"},  {STICK_SUPERFLOPPY, 16, 16, "FAT16"},
                 {STICK_SUPERFLOPPY, 32, 34, "FAT32"}, {STICK_MBR, 12, 3, "MBR, FAT12"},
                 {STICK_MBR, 16, 20, "MBR, FAT16"},    {STICK_MBR, 32, 35, "MBR, FAT32"}};
    const uint32_t sizes[] = {0, 1, 511, 512, 513, 4096, BIG_BYTES};
    char name[16];
    (void)state;

    for (uint32_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        stick_image_make(path, cases[c].mb, cases[c].bits, cases[c].layout);
        for (uint32_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            (void)snprintf(name, sizeof name, "/f%u.bin", (unsigned)sizes[s]);
            stick_image_put(path, cases[c].layout, name, content, sizes[s]);
        }
        assert_int_equal(mount(512), BL_OK);
        assert_string_equal(volume_describe(&volume), cases[c].text);
        for (uint32_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            (void)snprintf(name, sizeof name, "/F%u.Bin", (unsigned)sizes[s]);
            assert_true(assert_holds(name, content, sizes[s]) <= 1); /* contiguous: one run */
        }
        assert_int_equal(volume_open(&volume, "/f2.bin", &file), BL_E_FILE_NONE);
        assert_int_equal(disk.out_of_range, 0);
    }
}

/* A large file fills the holes between small ones. */
static void fragmented_files(void **state)
{
    const unsigned bits[] = {12, 16, 32}, mb[] = {2, 16, 34};
    (void)state;

    for (uint32_t c = 0; c < 3; c++) {
        char name[24];

        stick_image_make(path, mb[c], bits[c], STICK_SUPERFLOPPY);
        for (unsigned i = 0; i < 40; i++) {
            (void)snprintf(name, sizeof name, "/hole%02u.bin", i);
            stick_image_put(path, STICK_SUPERFLOPPY, name, content + i, 9000);
        }
        shell("mdel -i %s '::/hole?[02468].bin'");
        if (bits[c] == 32) /* FSI_Nxt_Free: look for free clusters from the beginning on */
            shell("printf '\\002\\000\\000\\000' | "
                  "dd of=%s bs=1 seek=1004 conv=notrunc status=none");
        stick_image_put(path, STICK_SUPERFLOPPY, "/firmware.bin", content, sizeof content);
        assert_int_equal(mount(512), BL_OK);
        assert_true(assert_holds("/firmware.bin", content, sizeof content) > 15);
        assert_int_equal(assert_holds("/hole01.bin", content + 1, 9000), 1);
    }
}

static void names(void **state)
{
    static const struct {
        const char *on_stick, *asked;
        enum bl_rc rc;
    } cases[] = {
        {"/firmware.bin.md5", "/firmware.bin.md5", BL_OK},
        {"/firmware.bin.md5", "/firmwa~1.md5", BL_OK}, /* the alias */
        {"/Firmware.BIN", "/firmware.bin", BL_OK},
        {"/thirteenchars", "/THIRTEENCHARS", BL_OK}, /* just one entry, without a zero */
        {"/thirteencharsX", "/thirteenchars", BL_E_FILE_NONE},
        {"/thirteenchars", "/thirteencharsX", BL_E_FILE_NONE},
        {"/firmware.binary", "/firmware.bin", BL_E_FILE_NONE},
        {"/._firmware.bin", "/firmware.bin", BL_E_FILE_NONE},
        {"/xfirmware.bin", "/firmware.bin", BL_E_FILE_NONE},
        {"/a name with blanks.txt", "/A Name With Blanks.TXT", BL_OK},
        {"/noextension", "/noextension", BL_OK},
        {"/short", "/short", BL_OK},
        {"/short", "/", BL_E_FILE_IS_DIR},
        {"/short", "", BL_E_FILE_IS_DIR},
        {"/short", "/short/below", BL_E_FILE_NONE},
        {"/short", "/..", BL_E_FILE_NONE},
        {"/short", "/.", BL_E_FILE_NONE},
        {"/firm \xC3\xA4re.bin", "/FIRM \xC3\xA4RE.bin", BL_OK},
        {"/firm \xC3\xA4re.bin", "/firm \xC3\x84re.bin", BL_E_FILE_NONE}, /* only ASCII has case */
        {"/\xE2\x82\xAC 5", "/\xE2\x82\xAC 5", BL_OK},
    };
    (void)state;

    for (uint32_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        stick_image_make(path, 2, 12, STICK_SUPERFLOPPY);
        stick_image_put(path, STICK_SUPERFLOPPY, cases[c].on_stick, content, 100);
        assert_int_equal(mount(512), BL_OK);
        if (volume_open(&volume, cases[c].asked, &file) != cases[c].rc)
            fail_msg("%s on the stick, %s asked for", cases[c].on_stick, cases[c].asked);
    }
}

/* The longest path that config/limits.h allows, in one name: ten long-name entries. */
static void a_very_long_name(void **state)
{
    char name[128];
    (void)state;

    memset(name, 'n', sizeof name);
    name[0] = '/';
    name[126] = '\0';
    stick_image_make(path, 2, 12, STICK_SUPERFLOPPY);
    stick_image_put(path, STICK_SUPERFLOPPY, name, content, 100);
    assert_int_equal(mount(512), BL_OK);
    (void)assert_holds(name, content, 100);
    name[125] = 'm';
    assert_int_equal(volume_open(&volume, name, &file), BL_E_FILE_NONE);
}

static void folders(void **state)
{
    (void)state;
    stick_image_make(path, 35, 32, STICK_MBR);
    shell("mmd -i %s@@1M ::/update '::/update/a long folder name' ::/firmware.bin");
    stick_image_put(path, STICK_MBR, "/update/a long folder name/firmware.bin", content, 5000);
    assert_int_equal(mount(512), BL_OK);
    (void)assert_holds("/update/A LONG folder name/firmware.bin", content, 5000);
    (void)assert_holds("//update//a long folder name//firmware.bin", content, 5000);
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_E_FILE_IS_DIR);
    assert_int_equal(volume_open(&volume, "/update", &file), BL_E_FILE_IS_DIR);
    assert_int_equal(volume_open(&volume, "/update/nothing.bin", &file), BL_E_FILE_NONE);
    assert_int_equal(volume_open(&volume, "/update/../firmware.bin", &file), BL_E_FILE_NONE);
}

static void hidden_and_system_files_are_not_found(void **state)
{
    (void)state;
    stick_image_make(path, 2, 12, STICK_SUPERFLOPPY);
    stick_image_put(path, STICK_SUPERFLOPPY, "/hidden file.bin", content, 10);
    stick_image_put(path, STICK_SUPERFLOPPY, "/system.bin", content, 10);
    shell("mattrib -i %s +h '::/hidden file.bin'");
    shell("mattrib -i %s +s ::/system.bin");
    assert_int_equal(mount(512), BL_OK);
    assert_int_equal(volume_open(&volume, "/hidden file.bin", &file), BL_E_FILE_NONE);
    assert_int_equal(volume_open(&volume, "/system.bin", &file), BL_E_FILE_NONE);
    assert_int_equal(volume_open(&volume, "/STICK", &file), BL_E_FILE_NONE); /* the label */
}

/* A root folder of many clusters, with deleted names between the others. */
static void a_crowded_root(void **state)
{
    char name[40];
    (void)state;

    stick_image_make(path, 34, 32, STICK_SUPERFLOPPY);
    for (unsigned i = 0; i < 60; i++) {
        (void)snprintf(name, sizeof name, "/a rather long file name, number %02u", i);
        stick_image_put(path, STICK_SUPERFLOPPY, name, content + i, 4);
    }
    shell("mdel -i %s '::/a rather long file name, number 2*'");
    stick_image_put(path, STICK_SUPERFLOPPY, "/firmware.bin.md5", content, 700);
    assert_int_equal(mount(512), BL_OK);
    (void)assert_holds("/firmware.bin.md5", content, 700);
    (void)assert_holds("/a rather long file name, number 59", content + 59, 4);
    assert_int_equal(volume_open(&volume, "/a rather long file name, number 25", &file),
                     BL_E_FILE_NONE);
}

static void blocks_of_4096_bytes(void **state)
{
    (void)state;
    shell("truncate -s 24M %s");
    shell("mkfs.fat -F 16 -s 1 -S 4096 %s >/dev/null");
    stick_image_put(path, STICK_SUPERFLOPPY, "/firmware.bin", content, BIG_BYTES);
    assert_int_equal(mount(4096), BL_OK);
    assert_int_equal(volume.clusters.cluster_shift, 0);
    (void)assert_holds("/firmware.bin", content, BIG_BYTES);
    /* The same on devices with smaller blocks: sectors and blocks differ. */
    assert_int_equal(mount(512), BL_OK);
    assert_int_equal(volume.clusters.cluster_shift, 3);
    (void)assert_holds("/firmware.bin", content, BIG_BYTES);
    assert_int_equal(mount(1024), BL_OK);
    (void)assert_holds("/firmware.bin", content, BIG_BYTES);
}

static void small_reads(void **state)
{
    uint8_t buffer[2000];
    uint32_t got = 0;
    (void)state;

    stick_image_make(path, 2, 12, STICK_SUPERFLOPPY);
    stick_image_put(path, STICK_SUPERFLOPPY, "/firmware.md5", content, 1300);
    assert_int_equal(mount(512), BL_OK);
    assert_int_equal(volume_open(&volume, "/firmware.md5", &file), BL_OK);
    assert_int_equal(volume_read_at(&volume, &file, 0, buffer, sizeof buffer, &got), BL_OK);
    assert_int_equal(got, 1300);
    assert_memory_equal(buffer, content, 1300);
    memset(buffer, 0xEE, sizeof buffer);
    assert_int_equal(volume_read_at(&volume, &file, 0, buffer, 515, &got), BL_OK);
    assert_int_equal(got, 515);
    assert_memory_equal(buffer, content, 515);
    assert_int_equal(buffer[515], 0xEE);
    assert_int_equal(volume_read_at(&volume, &file, 0, buffer, 0, &got), BL_OK);
    assert_int_equal(got, 0);
}

/* Every offset around block and cluster ends, also in a file whose clusters lie apart. */
static void reads_in_the_middle(void **state)
{
    static const uint32_t offs[] = {0, 1, 511, 512, 513, 1023, 4096, 70000, BIG_BYTES - 1};
    uint8_t buffer[1200];
    uint32_t got = 0;
    (void)state;

    stick_image_make(path, 20, 16, STICK_MBR);
    stick_image_put(path, STICK_MBR, "/firmware.bin", content, BIG_BYTES);
    assert_int_equal(mount(512), BL_OK);
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_OK);
    assert_int_equal(volume_read_at(&volume, &file, 0, buffer, sizeof buffer, &got), BL_OK);
    uint32_t reads = disk.reads;

    /* The links are known now: one block is read where there are many of the table before it. */
    assert_int_equal(volume_read_at(&volume, &file, BIG_BYTES - 1, buffer, 1, &got), BL_OK);
    assert_int_equal(disk.reads, reads + 1);
    for (size_t i = 0; i < sizeof offs / sizeof offs[0]; i++) {
        uint32_t left = BIG_BYTES - offs[i];
        uint32_t want = left < sizeof buffer ? left : (uint32_t)sizeof buffer;

        assert_int_equal(volume_read_at(&volume, &file, offs[i], buffer, sizeof buffer, &got),
                         BL_OK);
        assert_int_equal(got, want);
        assert_memory_equal(buffer, content + offs[i], want);
    }
    assert_int_equal(volume_read_at(&volume, &file, BIG_BYTES, buffer, 1, &got), BL_OK);
    assert_int_equal(got, 0);
    assert_int_equal(volume_read_at(&volume, &file, UINT32_MAX, buffer, 1, &got), BL_OK);
    assert_int_equal(got, 0);
}

static void errors_of_the_device_come_through(void **state)
{
    struct volume_run run;
    uint32_t got;
    uint8_t byte;
    (void)state;

    stick_image_make(path, 20, 16, STICK_MBR);
    stick_image_put(path, STICK_MBR, "/firmware.bin", content, BIG_BYTES);
    assert_int_equal(mount(512), BL_OK);
    disk.bad_lba = 0;
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_E_MSC_READ);
    disk.bad_lba = 2048;
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_E_MSC_READ);
    disk.bad_lba = UINT64_MAX;
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
    disk.bad_lba = volume.root.lba;
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_E_MSC_READ);
    disk.bad_lba = volume.clusters.table_lba;
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_OK);
    assert_int_equal(volume_next_run(&volume, &file, &run), BL_E_MSC_READ);
    disk.bad_lba = volume.clusters.data_lba;
    assert_int_equal(volume_read_at(&volume, &file, 0, &byte, 1, &got), BL_E_MSC_READ);
}

static void tells_what_it_cannot_read(void **state)
{
    (void)state;
    shell("truncate -s 8M %s");
    shell("mkfs.exfat %s >/dev/null");
    assert_int_equal(mount(512), BL_OK);
    assert_string_equal(volume_describe(&volume), "exFAT");
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_E_FILE_NONE);
    shell("truncate -s 0 %s");
    shell("truncate -s 8M %s");
    assert_int_equal(mount(512), BL_E_FS_NONE);
    assert_string_equal(volume_describe(&volume), "unknown");
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_E_FS_NONE);
    shell("echo 'label: gpt' | sfdisk --quiet %s >/dev/null");
    assert_int_equal(mount(512), BL_E_FS_NONE);
    assert_string_equal(volume_describe(&volume), "GPT, unknown");
}

/* What the iterator shows, in the order of the disk. */
static void a_folder_entry_by_entry(void **state)
{
    static const struct {
        const char *name, *alias;
        uint32_t bytes;
        bool folder, hidden;
    } want[] = {
        {"firmware.bin.md5", "FIRMWA~1.MD5", 40, false, false},
        {"SHORT.BIN", "SHORT.BIN", 0, false, false},
        {"a folder", "AFOLDE~1", 0, true, false},
        {"._hidden.bin", "_HIDDE~1.BIN", 100, false, true},
        {"a \xC3\xA4\xE2\x82\xAC.bin", NULL, 5000, false, false},
    };
    struct folder folder;
    struct folder_entry entry;
    (void)state;

    stick_image_make(path, 2, 12, STICK_SUPERFLOPPY);
    shell("mmd -i %s ::/dir");
    stick_image_put(path, STICK_SUPERFLOPPY, "/dir/gone.bin", content, 10);
    for (uint32_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "/dir/%s", want[i].name);
        if (want[i].folder)
            shell("mmd -i %s '::/dir/a folder'");
        else
            stick_image_put(path, STICK_SUPERFLOPPY, name, content, want[i].bytes);
    }
    shell("mattrib -i %s +h ::/dir/._hidden.bin");
    shell("mdel -i %s ::/dir/gone.bin");
    assert_int_equal(mount(512), BL_OK);
    assert_int_equal(volume_open_folder(&volume, "/DIR/", &folder), BL_OK);
    for (uint32_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        assert_int_equal(volume_next_entry(&volume, &folder, &entry), BL_OK);
        assert_string_equal(entry.name, want[i].name);
        if (want[i].alias != NULL)
            assert_string_equal(entry.alias, want[i].alias);
        assert_int_equal(entry.is_folder, want[i].folder);
        assert_int_equal(entry.is_hidden, want[i].hidden);
        assert_int_equal(entry.bytes, want[i].bytes);
        assert_int_equal(volume_open_entry(&volume, &entry, &file),
                         want[i].folder ? BL_E_FILE_IS_DIR : BL_OK);
    }
    (void)assert_same(content, 5000); /* the last one, while the folder is open */
    assert_int_equal(volume_next_entry(&volume, &folder, &entry), BL_OK);
    assert_string_equal(entry.name, "");
}

static void folders_that_can_be_opened(void **state)
{
    static const struct {
        const char *path;
        enum bl_rc rc;
    } cases[] = {{"", BL_OK},
                 {"/", BL_OK},
                 {"/a", BL_OK},
                 {"/a/b", BL_OK},
                 {"//a//b//", BL_OK},
                 {"/a/f", BL_E_FILE_NONE},
                 {"/a/f/g", BL_E_FILE_NONE},
                 {"/c", BL_E_FILE_NONE},
                 {"/a/..", BL_E_FILE_NONE}};
    struct folder folder;
    struct folder_entry entry;
    (void)state;

    stick_image_make(path, 20, 16, STICK_MBR);
    shell("mmd -i %s@@1M ::/a ::/a/b");
    stick_image_put(path, STICK_MBR, "/a/f", content, 10);
    assert_int_equal(mount(512), BL_OK);
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (volume_open_folder(&volume, cases[i].path, &folder) != cases[i].rc)
            fail_msg("%s", cases[i].path);
    assert_int_equal(volume_open_folder(&volume, "/a/b", &folder), BL_OK);
    assert_int_equal(volume_next_entry(&volume, &folder, &entry), BL_OK); /* it is empty */
    assert_string_equal(entry.name, "");
}

/* Bytes that others are known by, alone and in a partition. */
static void names_what_others_made(void **state)
{
    static const struct {
        uint32_t off;
        const char *bytes, *name;
    } cases[] = {
        {3, "NTFS    ", "NTFS"},      {3, "-FVE-FS-", "BitLocker"}, {0, "LUKS\xBA\xBE", "LUKS"},
        {32, "NXSB", "APFS"},         {1024, "H+", "HFS+"},         {1024, "HX", "HFS+"},
        {1080, "\x53\xEF", "ext2-4"}, {32769, "CD001", "ISO 9660"}, {7, "NTFS    ", NULL}};
    char want[32];
    (void)state;

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (uint32_t block = 512; block <= 4096; block *= 2) {
            bool known = cases[i].name != NULL;
            enum bl_rc rc = known ? BL_E_FS_FOREIGN : BL_E_FS_NONE;

            image = realloc(image, 1 << 20);
            memset(image, 0, 1 << 20);
            ram_disk_init(&disk, image, 1 << 20, block);
            memcpy(image + cases[i].off, cases[i].bytes, strlen(cases[i].bytes));
            assert_int_equal(volume_mount(&volume, &disk.dev), rc);
            assert_string_equal(volume_describe(&volume), known ? cases[i].name : "unknown");
            memmove(image + 65536, image, 65536);
            memset(image, 0, 65536);
            image[446 + 4] = 7;
            image[446 + 8] = (uint8_t)(65536 / block);
            image[446 + 12] = 100;
            image[510] = 0x55;
            image[511] = 0xAA;
            assert_int_equal(volume_mount(&volume, &disk.dev), rc);
            (void)snprintf(want, sizeof want, "MBR, %s", known ? cases[i].name : "unknown");
            assert_string_equal(volume_describe(&volume), want);
            assert_int_equal(disk.out_of_range, 0);
        }
}

/* Three partitions, of which the second can be read and the third has the file. */
static void the_next_file_system(void **state)
{
    (void)state;
    shell("truncate -s 24M %s");
    shell(
        "printf 'label: gpt\nstart=2048,size=2048\nstart=8192,size=8192\nstart=20480,size=8192\n' "
        "| sfdisk --quiet %s >/dev/null");
    shell("printf 'NTFS    ' | dd of=%s bs=1 seek=1048579 conv=notrunc status=none");
    shell("mkfs.fat -F 16 -s 1 --offset=8192 %s 4096 >/dev/null");
    shell("mkfs.fat -F 12 --offset=20480 %s 4096 >/dev/null");
    shell("printf hello | mcopy -i %s@@10M - ::/x.txt");
    assert_int_equal(mount(512), BL_OK);
    assert_string_equal(volume_describe(&volume), "GPT, FAT16");
    assert_int_equal(volume_open(&volume, "/x.txt", &file), BL_E_FILE_NONE);
    assert_int_equal(volume_mount_next(&volume), BL_OK);
    assert_string_equal(volume_describe(&volume), "GPT, FAT12");
    (void)assert_holds("/x.txt", (const uint8_t *)"hello", 5);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(volume_mount_next(&volume), BL_E_FS_NONE);
        assert_int_equal(volume_open(&volume, "/x.txt", &file), BL_E_FS_NONE);
    }
    /* Without the two, the first one is the reason. */
    memset(image + 8192 * 512, 0, 512);
    memset(image + 20480 * 512, 0, 512);
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_E_FS_FOREIGN);
    assert_string_equal(volume_describe(&volume), "GPT, NTFS");
    memset(image + 512, 0, 512);
    memset(image + 24 * 1024 * 1024 - 512, 0, 512);
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_E_FS_TABLE);
    assert_string_equal(volume_describe(&volume), "GPT, unknown");
}

/* A stick that had no table, with a file, then got one: the old file is gone, as everybody sees. */
static void what_lies_under_partitions_is_old(void **state)
{
    static uint8_t old[512];
    (void)state;

    stick_image_make(path, 24, 16, STICK_SUPERFLOPPY);
    stick_image_put(path, STICK_SUPERFLOPPY, "/firmware.bin", content, 100);
    assert_int_equal(mount(512), BL_OK);
    memcpy(old, image, sizeof old);
    shell("echo 'start=40000, size=8192, type=6' | sfdisk --quiet --wipe never %s >/dev/null");
    shell("mkfs.fat -F 12 --offset=40000 %s 4096 >/dev/null");
    assert_int_equal(mount(512), BL_OK);
    memcpy(image, old, 446);
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
    assert_string_equal(volume_describe(&volume), "MBR, FAT12");
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_E_FILE_NONE);
    assert_int_equal(volume_mount_next(&volume), BL_E_FS_NONE);
    /* But a table whose partitions hold nothing is none. */
    memset(image + 40000 * 512, 0, 512);
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
    assert_string_equal(volume_describe(&volume), "FAT16");
    assert_int_equal(volume_open(&volume, "/firmware.bin", &file), BL_OK);
}

/* The first partition holds nothing; then old boot-sector bytes lie in front of the table. */
static void the_first_readable_partition_counts(void **state)
{
    (void)state;
    shell("truncate -s 24M %s");
    shell("printf 'start=2048,size=2048,type=7\\nstart=8192,type=6\\n' | sfdisk --quiet %s "
          ">/dev/null");
    shell("mkfs.fat -F 16 --offset=8192 %s 20480 >/dev/null");
    shell("printf hello | mcopy -i %s@@4M - ::/x.txt");
    assert_int_equal(mount(512), BL_OK);
    (void)assert_holds("/x.txt", (const uint8_t *)"hello", 5);

    memcpy(image, image + 8192 * 512, 64);
    image[19] = 0xFF; /* 65535 sectors of it, more than there are blocks */
    image[20] = 0xFF;
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
    assert_string_equal(volume_describe(&volume), "MBR, FAT16");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_content, clean_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_layout_and_type),
        CASE(fragmented_files),
        CASE(names),
        CASE(a_very_long_name),
        CASE(folders),
        CASE(hidden_and_system_files_are_not_found),
        CASE(a_crowded_root),
        CASE(blocks_of_4096_bytes),
        CASE(small_reads),
        CASE(reads_in_the_middle),
        CASE(errors_of_the_device_come_through),
        CASE(tells_what_it_cannot_read),
        CASE(the_first_readable_partition_counts),
        CASE(names_what_others_made),
        CASE(the_next_file_system),
        CASE(what_lies_under_partitions_is_old),
        CASE(a_folder_entry_by_entry),
        CASE(folders_that_can_be_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
