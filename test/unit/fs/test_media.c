/* SPDX-License-Identifier: MIT
 * Every medium: the cross product of format, block size, cluster size, fragmentation, partitioning
 * and depth, read byte for byte as it was written. FAT comes from mkfs.fat and mtools, exFAT from
 * support/exfat_image.c; GRUB's readers must agree wherever they know the block size (512).
 *
 *   format         FAT12, FAT16, FAT32, exFAT
 *   block size     512, 1024, 2048, 4096 bytes
 *   cluster size   FAT: 1, 8, 128 blocks; exFAT: 1 block, 32 KB, 1 MB
 *   fragmentation  one run, scattered; exFAT also without links
 *   partitioning   none, MBR, MBR logical, GPT, GPT whose primary is damaged
 *   depth          /firmware.bin, and four folders down with long names
 *
 * 3 * 4 * 3 * 2 FAT volumes and 4 * 3 * 3 of exFAT in 5 partitionings: 540 images, 1,080 files. No
 * combination is impossible, but for those that the lists leave out: clusters of FAT end at 128
 * sectors, a device cannot have blocks larger than the sectors of its file system, and only exFAT
 * has files without links. The other cluster sizes are read without partitioning. */
#include "support/cmocka_all.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs/volume.h"
#include "support/file_disk.h"
#include "support/medium.h"
#include "support/table_image.h"

enum {
    BUFFER_BYTES = 65536,
    LONGEST = 33 * 1024 * 1024,
};

#define DEEP "/Firmware updates/pump v2/a/The folder of the release/The release image.binary"

static char dir[] = "/tmp/stickboot-media-XXXXXX";
static char image[64];
static uint8_t *content;
static struct file_disk disk;
static struct volume volume;
static uint32_t images, files, compared;

static void shell(const char *format, ...)
{
    char command[2048];
    int at = snprintf(command, sizeof command,
                      "cd %s && export LC_ALL=C.UTF-8 MTOOLS_SKIP_CHECK=1 && ", dir);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(command + at, sizeof command - (size_t)at, format, args);
    va_end(args);
    if (system(command) != 0)
        fail_msg("%s", command);
}

static int begin(void **state)
{
    uint32_t x = 1;
    (void)state;

    content = malloc(LONGEST);
    if (content == NULL || mkdtemp(dir) == NULL)
        return -1;
    for (uint32_t i = 0; i < LONGEST; i++) {
        x = x * 1664525 + 1013904223;
        content[i] = (uint8_t)(x >> 24);
    }
    (void)snprintf(image, sizeof image, "%s/image", dir);
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(content);
    shell("rm -rf %s", dir);
    return 0;
}

/* More than two clusters, or twenty of small ones; never whole blocks. */
static uint32_t length_for(const struct medium *m)
{
    uint32_t length = 2 * m->cluster_bytes + 777;

    return length < 20000 ? 20000 + 777 : length > LONGEST ? m->cluster_bytes + 777 : length;
}

static void write_content(uint32_t length)
{
    char path[64];
    int fd;

    (void)snprintf(path, sizeof path, "%s/firmware.bin", dir);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, content, length), length);
    close(fd);
}

static void make(struct medium *m, uint64_t offset)
{
    uint32_t length = length_for(m);

    medium_make(m, image, offset, 2 * length);
    medium_put(m, "/a file in front.txt", content, 0);
    medium_put(m, "/firmware.bin", content, length);
    medium_put(m, DEEP, content, length);
}

/* Reads a file run by run as the loader does; returns the count of runs. */
static uint32_t read_file(const char *name, uint32_t length)
{
    static uint8_t buffer[BUFFER_BYTES];
    uint32_t piece = BUFFER_BYTES / disk.dev.block_bytes;
    struct volume_file file;
    struct volume_run run;
    uint32_t done = 0, runs = 0;

    assert_int_equal(volume_open(&volume, name, &file), BL_OK);
    assert_int_equal(file.bytes, length);
    for (;; runs++) {
        assert_int_equal(volume_next_run(&volume, &file, &run), BL_OK);
        if (run.count == 0)
            break;
        assert_true(run.count < CLUSTERS_RUN_BLOCKS_MAX + (1u << volume.clusters.cluster_shift));
        while (run.count > 0) {
            uint32_t count = run.count < piece ? run.count : piece;
            uint32_t bytes = count * disk.dev.block_bytes;

            assert_int_equal(blockdev_read(&disk.dev, run.lba, count, buffer, 1000), BL_OK);
            bytes = length - done < bytes ? length - done : bytes;
            assert_true(bytes > 0);
            assert_memory_equal(buffer, content + done, bytes);
            done += bytes;
            run.lba += count;
            run.count -= count;
        }
    }
    assert_int_equal(done, length);
    return runs;
}

static void read_volume(const struct medium *m, uint64_t offset, uint64_t bytes, const char *text)
{
    const char *const names[] = {"/FIRMWARE.bin", DEEP};
    uint32_t length = length_for(m);

    file_disk_init(&disk, m->fd, offset, bytes, m->block_bytes);
    assert_int_equal(volume_mount(&volume, &disk.dev), BL_OK);
    assert_string_equal(volume_describe(&volume), text);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t runs = read_file(names[i], length);

        assert_true(m->chain == EXFAT_SCATTERED ? runs > 1 : runs <= 1 + length / (1u << 21));
        files++;
    }
    assert_int_equal(disk.out_of_range, 0);
    images++;
}

/* GRUB compares what it reads of the image with the file itself. */
static void ask_grub(const char *part, uint32_t length)
{
    write_content(length);
    shell("grub-fstest image cmp '(loop0%s)/firmware.bin' %s/firmware.bin && "
          "grub-fstest image cmp '(loop0%s)" DEEP "' %s/firmware.bin",
          part, dir, part, dir);
    compared++;
}

/* One volume in all its partitionings. */
static void check_medium(struct medium m)
{
    static const char *const schemes[] = {"MBR", "MBR", "GPT", "GPT"};
    static const char *const parts[] = {",msdos1", ",msdos6", ",gpt1", ",gpt1"};
    uint32_t length = length_for(&m);

    make(&m, TABLE_VOLUME_OFFSET);
    read_volume(&m, TABLE_VOLUME_OFFSET, m.bytes, medium_format(&m));
    for (enum table_layout layout = 0; layout < TABLE_LAYOUTS; layout++) {
        uint64_t all = table_image_write(m.fd, layout, m.bytes, m.block_bytes);
        char text[32];

        (void)snprintf(text, sizeof text, "%s, %s", schemes[layout], medium_format(&m));
        read_volume(&m, 0, all, text);
        /* GRUB does not know backups, and reads them all through the same code. */
        if (m.block_bytes == 512 && layout != TABLE_GPT_BACKUP && length < 1000000)
            ask_grub(parts[layout], length);
    }
    medium_close(&m);
}

static void check_fat(unsigned bits)
{
    const uint32_t cluster_blocks[] = {1, 8, 128};

    for (uint32_t block = 512; block <= 4096; block *= 2)
        for (uint32_t i = 0; i < 3; i++) {
            uint32_t cluster = cluster_blocks[i] * block;

            check_medium(medium_of(bits, block, cluster, EXFAT_LINKED));
            check_medium(medium_of(bits, block, cluster, EXFAT_SCATTERED));
        }
}

static void fat12(void **state)
{
    (void)state;
    check_fat(12);
}

static void fat16(void **state)
{
    (void)state;
    check_fat(16);
}

static void fat32(void **state)
{
    (void)state;
    check_fat(32);
}

static void exfat(void **state)
{
    (void)state;
    for (uint32_t block = 512; block <= 4096; block *= 2) {
        const uint32_t cluster_bytes[] = {block, 32768, 1 << 20};

        for (uint32_t i = 0; i < 3; i++)
            for (enum exfat_chain chain = 0; chain <= EXFAT_SCATTERED; chain++)
                check_medium(medium_of(0, block, cluster_bytes[i], chain));
    }
}

static void all_of_them(void **state)
{
    (void)state;
    print_message("%u images, %u files, %u images with GRUB\n", images, files, compared);
    assert_int_equal(images, 540);
    assert_int_equal(files, 1080);
    assert_true(compared > 60);
}

static void every_cluster_size_of_fat(void **state)
{
    (void)state;
    for (uint32_t block = 512; block <= 4096; block *= 2)
        for (uint32_t cluster = block; cluster <= 128 * block; cluster *= 2) {
            struct medium m = medium_of(16, block, cluster, EXFAT_SCATTERED);

            make(&m, 0);
            read_volume(&m, 0, m.bytes, "FAT16");
            medium_close(&m);
        }
}

/* Up to 32 MB; and fsck.exfat finds nothing to complain of. */
static void every_cluster_size_of_exfat(void **state)
{
    (void)state;
    for (uint32_t block = 512; block <= 4096; block *= 2)
        for (uint32_t cluster = block; cluster <= 1u << 25; cluster *= 2) {
            struct medium m = medium_of(0, block, cluster, EXFAT_SCATTERED);

            make(&m, 0);
            read_volume(&m, 0, m.bytes, "exFAT");
            shell("fsck.exfat -n image >fsck.txt 2>&1 || { cat fsck.txt; false; }");
            medium_close(&m);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fat12),
        cmocka_unit_test(fat16),
        cmocka_unit_test(fat32),
        cmocka_unit_test(exfat),
        cmocka_unit_test(all_of_them),
        cmocka_unit_test(every_cluster_size_of_fat),
        cmocka_unit_test(every_cluster_size_of_exfat),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
