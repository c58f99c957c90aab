/* SPDX-License-Identifier: MIT
 * Sticks of every kind on the real loader: each format in each partitioning with each block size,
 * while cluster size and fragmentation take turns. What is installed comes through USB, and its MD5
 * must be right: it was read byte for byte. The whole product of all of them is read by unit/fs/media. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"
#include "support/medium.h"
#include "support/table_image.h"

enum { SUPERFLOPPY = TABLE_LAYOUTS, PARTITIONINGS, CLUSTER_SIZES = 3 };

static struct rig_file v1, v2;
static unsigned shard, shards = 1;

static int load(void **state)
{
    (void)state;
    v1 = rig_read_build("apps/sample/sample_v1.bin");
    v2 = rig_read_build("apps/sample/sample_v2_12k.bin");
    return 0;
}

static int unload(void **state)
{
    (void)state;
    rig_file_free(&v1);
    rig_file_free(&v2);
    return 0;
}

static void make_stick(struct rig *rig, struct medium *m, unsigned partitioning)
{
    static char path[512];
    char line[64];
    bool partitioned = partitioning != SUPERFLOPPY;

    (void)snprintf(path, sizeof path, "%s/stick.img", rig->dir);
    medium_make(m, path, partitioned ? TABLE_VOLUME_OFFSET : 0, 2 * v2.length);
    rig_md5_line(line, v2.bytes, v2.length);
    medium_put(m, "/firmware.bin", v2.bytes, v2.length);
    medium_put(m, "/firmware.md5", line, (uint32_t)strlen(line));
    if (partitioned)
        (void)table_image_write(m->fd, partitioning, m->bytes, m->block_bytes);
    medium_close(m);
    rig->has_stick = true;
}

static void upgrade_from(struct medium m, unsigned partitioning)
{
    static const char *const schemes[] = {"MBR, ", "MBR, ", "GPT, ", "GPT, ", ""};
    char found[64];
    struct rig rig;

    rig_open(&rig, shard == 0 ? "media0" : "media1");
    rig_debugger(&rig, RUN_ADDR, v1.bytes, v1.length);
    make_stick(&rig, &m, partitioning);
    (void)snprintf(found, sizeof found, "stick: %s%s", schemes[partitioning], medium_format(&m));
    rig_run(&rig, "--stick-quirk block-bytes=%u --until 'Sample application v2' --for 60000",
            (unsigned)m.block_bytes);
    if (rig.status != 0)
        print_message("%s, %s, blocks of %u, clusters of %u, chain %u\n", schemes[partitioning],
                      medium_format(&m), (unsigned)m.block_bytes, (unsigned)m.cluster_bytes,
                      (unsigned)m.chain);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, found, "upgrade finished", "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_flash_is(&rig, RUN_ADDR, v2.bytes, v2.length));
    rig_close(&rig);
}

/* 4 formats * 5 partitionings * 4 block sizes: 80 sticks. */
static void test_every_kind_of_stick(void **state)
{
    static const unsigned formats[] = {12, 16, 32, 0};
    unsigned turn = 0;
    (void)state;

    for (unsigned f = 0; f < 4; f++)
        for (uint32_t block = 512; block <= 4096; block *= 2)
            for (unsigned partitioning = 0; partitioning < PARTITIONINGS; partitioning++, turn++) {
                const uint32_t fat[CLUSTER_SIZES] = {block, 8 * block, 128 * block};
                const uint32_t exfat[CLUSTER_SIZES] = {block, 32768, 1 << 20};
                const uint32_t *sizes = formats[f] == 0 ? exfat : fat;
                enum exfat_chain chain = formats[f] == 0 ? turn % 3 : EXFAT_LINKED + turn % 2;

                if (turn % shards == shard)
                    upgrade_from(
                        medium_of(formats[f], block, sizes[turn / 3 % CLUSTER_SIZES], chain),
                        partitioning);
            }
    assert_int_equal(turn, 80);
}

/* The first partition can be read but has no firmware, the second has. */
static void test_the_partition_that_has_the_file(void **state)
{
    const uint64_t second = 4u << 20;
    struct medium m = medium_of(12, 512, 512, EXFAT_LINKED);
    struct exfat_image exfat;
    char path[512], command[2048], line[64];
    struct rig rig;
    (void)state;

    rig_open(&rig, shard == 0 ? "media0" : "media1");
    rig_debugger(&rig, RUN_ADDR, v1.bytes, v1.length);
    (void)snprintf(path, sizeof path, "%s/stick.img", rig.dir);
    medium_make(&m, path, TABLE_VOLUME_OFFSET, 2 * v2.length);
    medium_put(&m, "/firmware.txt", v1.bytes, 100);
    (void)exfat_image_make(&exfat, m.fd, second, 512, 4096, 200, EXFAT_NO_LINKS);
    rig_md5_line(line, v2.bytes, v2.length);
    exfat_image_put(&exfat, "/firmware.bin", v2.bytes, v2.length, v2.length, EXFAT_NO_LINKS);
    exfat_image_put(&exfat, "/firmware.bin.md5", line, (uint32_t)strlen(line),
                    (uint32_t)strlen(line), EXFAT_LINKED);
    (void)snprintf(command, sizeof command,
                   "truncate -s 6M '%s' && printf 'start=2048,size=4096\\nstart=8192,type=7\\n' | "
                   "sfdisk --quiet --wipe never '%s' >/dev/null 2>&1",
                   path, path);
    assert_int_equal(system(command), 0);
    medium_close(&m);
    rig.has_stick = true;
    rig_run(&rig, "--until 'Sample application v2' --for 60000");
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "stick: MBR, FAT12", "stick: MBR, exFAT", "upgrade finished",
                             "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_flash_is(&rig, RUN_ADDR, v2.bytes, v2.length));
    rig_close(&rig);
}

/* usage: board-media [SHARD SHARDS] */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_partition_that_has_the_file),
        cmocka_unit_test(test_every_kind_of_stick),
    };

    if (argc == 3) {
        shard = (unsigned)strtoul(argv[1], NULL, 10);
        shards = (unsigned)strtoul(argv[2], NULL, 10);
    }
    return cmocka_run_group_tests(tests, load, unload);
}
