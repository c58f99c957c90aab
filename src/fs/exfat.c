/* SPDX-License-Identifier: MIT
 * exFAT boot sectors. Folders are in exfat_folder.c. The region's checksum is not looked at: cameras
 * write wrong ones, and fields that pass here do no harm. */
#include "fs/exfat.h"

#include <string.h>

#include "util/bytes.h"

/* Boot sector, exFAT 3.1. */
enum {
    NAME_OFF = 3,
    ZEROS_OFF = 11, /* where FAT has its numbers */
    ZEROS_END = 64,
    VOLUME_SECTORS_OFF = 72,
    TABLE_OFF = 80,
    TABLE_SECTORS_OFF = 84,
    HEAP_OFF = 88,
    CLUSTERS_OFF = 92,
    ROOT_CLUSTER_OFF = 96,
    REVISION_MAJOR_OFF = 105,
    FLAGS_OFF = 106, /* bit 0: the second table is the active one */
    SECTOR_SHIFT_OFF = 108,
    CLUSTER_SHIFT_OFF = 109,
    TABLES_OFF = 110,
    SIGNATURE_OFF = 510,

    TABLE_SECTOR_MIN = 24, /* behind both boot regions */
    SECTOR_SHIFT_MAX = 12,
    CLUSTER_BYTES_SHIFT_MAX = 25,
};

#define CLUSTERS_MAX 0xFFFFFFF5u
#define BYTES_A_LINK 4u

static bool looks_like_exfat(const uint8_t *s)
{
    return memcmp(s + NAME_OFF, "EXFAT   ", 8) == 0 && s[SIGNATURE_OFF] == 0x55 &&
           s[SIGNATURE_OFF + 1] == 0xAA;
}

/* What must not be otherwise, whatever the numbers are. */
static bool constants_are_right(const uint8_t *s)
{
    for (uint32_t i = ZEROS_OFF; i < ZEROS_END; i++)
        if (s[i] != 0)
            return false;
    return s[REVISION_MAJOR_OFF] == 1 && s[SECTOR_SHIFT_OFF] <= SECTOR_SHIFT_MAX &&
           s[CLUSTER_SHIFT_OFF] <= CLUSTER_BYTES_SHIFT_MAX - s[SECTOR_SHIFT_OFF] &&
           (s[TABLES_OFF] == 1 || s[TABLES_OFF] == 2);
}

/* Boot regions, tables and clusters follow each other, and the last of them lies in the partition. */
static bool numbers_fit(const uint8_t *s, uint64_t partition_sectors)
{
    uint32_t table = le32(s + TABLE_OFF);
    uint32_t table_sectors = le32(s + TABLE_SECTORS_OFF);
    uint32_t heap = le32(s + HEAP_OFF);
    uint32_t clusters = le32(s + CLUSTERS_OFF);
    uint64_t sectors = le64(s + VOLUME_SECTORS_OFF);

    return table >= TABLE_SECTOR_MIN && clusters <= CLUSTERS_MAX &&
           (uint64_t)table_sectors << s[SECTOR_SHIFT_OFF] >= (clusters + 2ull) * BYTES_A_LINK &&
           table + (uint64_t)table_sectors * s[TABLES_OFF] <= heap &&
           heap + ((uint64_t)clusters << s[CLUSTER_SHIFT_OFF]) <= sectors &&
           sectors <= partition_sectors;
}

enum bl_rc exfat_mount(struct clusters *c, struct folder *root, struct blockdev_cache *cache,
                       const struct partition *where, uint32_t off_blocks)
{
    const uint8_t *s = cache->bytes;
    enum bl_rc rc = BL_E_FS_NONE;

    if (off_blocks < where->block_count)
        rc = blockdev_cache_load(cache, where->start_lba + off_blocks);
    if (rc != BL_OK)
        return rc;
    if (!looks_like_exfat(s))
        return BL_E_FS_NONE;
    if (!constants_are_right(s) || s[SECTOR_SHIFT_OFF] < cache->block_shift)
        return BL_E_FS_CORRUPT;
    uint32_t scale = s[SECTOR_SHIFT_OFF] - cache->block_shift; /* log2 of blocks per sector */
    uint32_t table = le32(s + TABLE_OFF);

    if (!numbers_fit(s, where->block_count >> scale))
        return BL_E_FS_CORRUPT;
    if (s[TABLES_OFF] == 2 && (s[FLAGS_OFF] & 1) != 0)
        table += le32(s + TABLE_SECTORS_OFF);
    c->table_lba = where->start_lba + ((uint64_t)table << scale);
    c->data_lba = where->start_lba + ((uint64_t)le32(s + HEAP_OFF) << scale);
    c->cluster_shift = s[CLUSTER_SHIFT_OFF] + scale;
    c->cluster_max = le32(s + CLUSTERS_OFF) + 1;
    c->link_mask = EXFAT_LINK_MASK;
    *root =
        (struct folder){.chain = {.first = le32(s + ROOT_CLUSTER_OFF), .blocks = CHAIN_TO_ITS_END}};
    return folder_begin(root, c) == BL_OK ? BL_OK : BL_E_FS_CORRUPT;
}
