/* SPDX-License-Identifier: MIT
 * FAT boot sectors. Folders are in fat_folder.c. */
#include "fs/fat.h"

#include "util/bytes.h"

/* Boot sector, FAT 1.03 "Boot Sector and BPB". */
enum {
    BPB_BYTES_PER_SECTOR_OFF = 11,
    BPB_SECTORS_PER_CLUSTER_OFF = 13,
    BPB_RESERVED_OFF = 14,
    BPB_TABLES_OFF = 16,
    BPB_ROOT_ENTRIES_OFF = 17,
    BPB_TOTAL_16_OFF = 19,
    BPB_MEDIA_OFF = 21,
    BPB_TABLE_SECTORS_16_OFF = 22,
    BPB_TOTAL_32_OFF = 32,
    BPB_TABLE_SECTORS_32_OFF = 36,
    BPB_EXT_FLAGS_OFF = 40,
    BPB_VERSION_OFF = 42,
    BPB_ROOT_CLUSTER_OFF = 44,
    SIGNATURE_OFF = 510,
};

enum {
    FAT12_CLUSTERS_MAX = 4084,
    FAT16_CLUSTERS_MAX = 65524,
    FAT32_CLUSTERS_MAX = 0x0FFFFFF5,
};

/* The boot sector's numbers, in sectors of the file system. */
struct bpb {
    uint32_t sector_bytes;
    uint32_t cluster_sectors;
    uint32_t reserved;
    uint32_t tables;
    uint32_t root_entries;
    uint32_t total;
    uint32_t table_sectors;
    bool wide; /* FAT32 */
    uint32_t root_cluster;
    uint32_t active_table;
};

static bool is_power_of_2(uint32_t v)
{
    return v != 0 && (v & (v - 1)) == 0;
}

/* A jump, a media byte and the signature: what every formatter writes, and what the first block of
 * a partitioned stick hardly has. */
static bool looks_like_fat(const uint8_t *s)
{
    uint32_t sector_bytes = le16(s + BPB_BYTES_PER_SECTOR_OFF);
    bool jump = (s[0] == 0xEB && s[2] == 0x90) || s[0] == 0xE9;

    return jump && s[SIGNATURE_OFF] == 0x55 && s[SIGNATURE_OFF + 1] == 0xAA &&
           is_power_of_2(sector_bytes) && sector_bytes >= BLOCKDEV_BLOCK_BYTES_MIN &&
           sector_bytes <= BLOCKDEV_BLOCK_BYTES_MAX && s[BPB_TABLES_OFF] != 0 &&
           (s[BPB_MEDIA_OFF] == 0xF0 || s[BPB_MEDIA_OFF] >= 0xF8);
}

static void bpb_decode(const uint8_t *s, struct bpb *b)
{
    b->sector_bytes = le16(s + BPB_BYTES_PER_SECTOR_OFF);
    b->cluster_sectors = s[BPB_SECTORS_PER_CLUSTER_OFF];
    b->reserved = le16(s + BPB_RESERVED_OFF);
    b->tables = s[BPB_TABLES_OFF];
    b->root_entries = le16(s + BPB_ROOT_ENTRIES_OFF);
    b->total = le16(s + BPB_TOTAL_16_OFF);
    if (b->total == 0)
        b->total = le32(s + BPB_TOTAL_32_OFF);
    b->table_sectors = le16(s + BPB_TABLE_SECTORS_16_OFF);
    b->wide = b->table_sectors == 0;
    b->root_cluster = 0;
    b->active_table = 0;
    if (!b->wide)
        return;
    b->table_sectors = le32(s + BPB_TABLE_SECTORS_32_OFF);
    b->root_cluster = le32(s + BPB_ROOT_CLUSTER_OFF);
    /* Bit 7: mirroring is off, and bits 3:0 name the one table that is kept up to date. */
    if ((s[BPB_EXT_FLAGS_OFF] & 0x80) != 0)
        b->active_table = s[BPB_EXT_FLAGS_OFF] & 0x0F;
}

/* FAT 1.03 lets the count of clusters decide alone. But formatters make FAT32 with fewer than its
 * 65,525 clusters when they are told to, and every system reads it: what has a table as only FAT32
 * has it is FAT32. */
static uint32_t link_mask(const struct bpb *b, uint32_t clusters)
{
    if (b->wide)
        return FAT32_LINK_MASK;
    return clusters <= FAT12_CLUSTERS_MAX ? FAT12_LINK_MASK : FAT16_LINK_MASK;
}

/* The table must have a link for every cluster, and the type must have its kind of root. */
static bool type_fits(const struct clusters *c, const struct bpb *b)
{
    uint32_t clusters = c->cluster_max - 1;
    uint32_t link_bits = c->link_mask == FAT12_LINK_MASK ? 12 : b->wide ? 32 : 16;
    uint64_t table_bits = (uint64_t)b->table_sectors * b->sector_bytes * 8;

    if (clusters == 0 || clusters > (b->wide ? FAT32_CLUSTERS_MAX : FAT16_CLUSTERS_MAX) ||
        (c->cluster_max + 1ull) * link_bits > table_bits)
        return false;
    return b->wide ? b->root_entries == 0 && clusters_has(c, b->root_cluster)
                   : b->root_entries != 0;
}

static enum bl_rc lay_out(struct clusters *c, struct folder *root, const struct bpb *b,
                          const struct partition *where, uint32_t block_bytes)
{
    uint32_t scale = b->sector_bytes / block_bytes; /* blocks per sector */
    uint32_t root_bytes = b->root_entries * FOLDER_RAW_BYTES;
    uint32_t root_sectors = (root_bytes + b->sector_bytes - 1) / b->sector_bytes;
    uint64_t table_end = b->reserved + (uint64_t)b->tables * b->table_sectors;
    uint64_t data = table_end + root_sectors;

    if (scale == 0 || !is_power_of_2(b->cluster_sectors) || b->reserved == 0 ||
        b->active_table >= b->tables || b->table_sectors == 0)
        return BL_E_FS_CORRUPT;
    if (data >= b->total || (uint64_t)b->total * scale > where->block_count)
        return BL_E_FS_CORRUPT;
    uint32_t clusters = (uint32_t)(b->total - data) / b->cluster_sectors;

    c->cluster_max = clusters + 1;
    c->link_mask = link_mask(b, clusters);
    c->cluster_shift = (uint32_t)__builtin_ctz(b->cluster_sectors * scale);
    c->data_lba = where->start_lba + scale * data;
    c->table_lba =
        where->start_lba + scale * (b->reserved + (uint64_t)b->active_table * b->table_sectors);
    if (!type_fits(c, b))
        return BL_E_FS_CORRUPT;
    root->chain = (struct chain){.first = b->root_cluster};
    if (b->wide)
        root->chain.blocks = CHAIN_TO_ITS_END;
    if (folder_begin(root, c) != BL_OK)
        return BL_E_FS_CORRUPT;
    if (b->wide)
        return BL_OK;
    root->lba = where->start_lba + scale * table_end;
    root->blocks = root_sectors * scale;
    return BL_OK;
}

enum bl_rc fat_mount(struct clusters *c, struct folder *root, struct blockdev_cache *cache,
                     const struct partition *where)
{
    struct bpb b;
    enum bl_rc rc = blockdev_cache_load(cache, where->start_lba);

    if (rc != BL_OK)
        return rc;
    if (!looks_like_fat(cache->bytes))
        return BL_E_FS_NONE;
    bpb_decode(cache->bytes, &b);
    if (b.wide && le16(cache->bytes + BPB_VERSION_OFF) != 0)
        return BL_E_FS_NONE; /* FAT 1.03 BPB_FSVer: a later version must not be mounted */
    return lay_out(c, root, &b, where, cache->dev->block_bytes);
}
