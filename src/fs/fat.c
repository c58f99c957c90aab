/* SPDX-License-Identifier: MIT
 * FAT geometry and cluster chains. Folders are in fat_folder.c. */
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
    FOLDER_ENTRY_BYTES = 32,
};

enum {
    FIRST_CLUSTER = 2,
    FAT12_CLUSTERS_MAX = 4084, /* the type follows from the count of clusters, nothing else */
    FAT16_CLUSTERS_MAX = 65524,
    FAT32_CLUSTERS_MAX = 0x0FFFFFF5,
    FAT32_ENTRY_MASK = 0x0FFFFFFF,
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
    bool wide;

    b->sector_bytes = le16(s + BPB_BYTES_PER_SECTOR_OFF);
    b->cluster_sectors = s[BPB_SECTORS_PER_CLUSTER_OFF];
    b->reserved = le16(s + BPB_RESERVED_OFF);
    b->tables = s[BPB_TABLES_OFF];
    b->root_entries = le16(s + BPB_ROOT_ENTRIES_OFF);
    b->total = le16(s + BPB_TOTAL_16_OFF);
    if (b->total == 0)
        b->total = le32(s + BPB_TOTAL_32_OFF);
    b->table_sectors = le16(s + BPB_TABLE_SECTORS_16_OFF);
    wide = b->table_sectors == 0;
    b->root_cluster = 0;
    b->active_table = 0;
    if (!wide)
        return;
    b->table_sectors = le32(s + BPB_TABLE_SECTORS_32_OFF);
    b->root_cluster = le32(s + BPB_ROOT_CLUSTER_OFF);
    /* Bit 7: mirroring is off, and bits 3:0 name the one table that is kept up to date. */
    if ((s[BPB_EXT_FLAGS_OFF] & 0x80) != 0)
        b->active_table = s[BPB_EXT_FLAGS_OFF] & 0x0F;
}

static uint8_t bits_of(uint64_t clusters)
{
    if (clusters <= FAT12_CLUSTERS_MAX)
        return 12;
    return clusters <= FAT16_CLUSTERS_MAX ? 16 : 32;
}

/* The table must have an entry for every cluster, and the type must have its kind of root. */
static bool type_fits(const struct fat *f, const struct bpb *b, uint64_t clusters)
{
    uint64_t table_bits = (uint64_t)b->table_sectors * b->sector_bytes * 8;

    if (clusters == 0 || clusters > FAT32_CLUSTERS_MAX || (clusters + 2) * f->bits > table_bits)
        return false;
    if (f->bits != 32)
        return b->root_entries != 0;
    return b->root_entries == 0 && b->root_cluster >= FIRST_CLUSTER &&
           b->root_cluster <= f->cluster_max;
}

static enum bl_rc lay_out(struct fat *f, const struct bpb *b, const struct partition *where,
                          uint32_t block_bytes)
{
    uint32_t scale = b->sector_bytes / block_bytes; /* blocks per sector */
    uint32_t root_bytes = b->root_entries * FOLDER_ENTRY_BYTES;
    uint32_t root_sectors = (root_bytes + b->sector_bytes - 1) / b->sector_bytes;
    uint64_t table_end = b->reserved + (uint64_t)b->tables * b->table_sectors;
    uint64_t data = table_end + root_sectors;
    uint64_t clusters;

    if (scale == 0 || !is_power_of_2(b->cluster_sectors) || b->reserved == 0 ||
        b->active_table >= b->tables || b->table_sectors == 0)
        return BL_E_FS_CORRUPT;
    if (data >= b->total || (uint64_t)b->total * scale > where->block_count)
        return BL_E_FS_CORRUPT;
    clusters = (uint32_t)(b->total - data) / b->cluster_sectors;
    f->bits = bits_of(clusters);
    f->cluster_max = (uint32_t)clusters + 1;
    if (!type_fits(f, b, clusters))
        return BL_E_FS_CORRUPT;
    f->table_lba =
        where->start_lba + scale * (b->reserved + (uint64_t)b->active_table * b->table_sectors);
    f->root_lba = where->start_lba + scale * table_end;
    f->root_blocks = root_sectors * scale;
    f->root_cluster = b->root_cluster;
    f->data_lba = where->start_lba + scale * data;
    f->cluster_blocks = b->cluster_sectors * scale;
    return BL_OK;
}

enum bl_rc fat_mount(struct fat *f, struct blockdev_cache *cache, const struct partition *where)
{
    struct bpb b;
    enum bl_rc rc = blockdev_cache_load(cache, where->start_lba);

    if (rc != BL_OK)
        return rc;
    if (!looks_like_fat(cache->bytes))
        return BL_E_FS_NONE;
    bpb_decode(cache->bytes, &b);
    if (b.root_cluster != 0 && le16(cache->bytes + BPB_VERSION_OFF) != 0)
        return BL_E_FS_NONE; /* FAT 1.03 BPB_FSVer: a later version must not be mounted */
    return lay_out(f, &b, where, cache->dev->block_bytes);
}

static bool in_range(const struct fat *f, uint32_t cluster)
{
    return cluster >= FIRST_CLUSTER && cluster <= f->cluster_max;
}

/* One byte of the table. type_fits has made sure that the table is large enough. */
static enum bl_rc table_byte(const struct fat *f, struct blockdev_cache *cache, uint32_t off,
                             uint8_t *out)
{
    uint32_t block_bytes = cache->dev->block_bytes;
    enum bl_rc rc = blockdev_cache_load(cache, f->table_lba + off / block_bytes);

    if (rc == BL_OK)
        *out = cache->bytes[off % block_bytes];
    return rc;
}

/* The entry of a cluster that is in range. Byte by byte, since a FAT12 entry may lie across two
 * blocks; the cache makes the others cheap. */
static enum bl_rc table_entry(const struct fat *f, struct blockdev_cache *cache, uint32_t cluster,
                              uint32_t *out)
{
    uint32_t off = cluster * (f->bits / 4u) / 2; /* a cluster's number has 28 bits */
    uint32_t bytes = f->bits == 32 ? 4 : 2;
    uint32_t value = 0;

    for (uint32_t i = 0; i < bytes; i++) {
        uint8_t byte;
        enum bl_rc rc = table_byte(f, cache, off + i, &byte);

        if (rc != BL_OK)
            return rc;
        value |= (uint32_t)byte << 8 * i;
    }
    if (f->bits == 32)
        value &= FAT32_ENTRY_MASK;
    if (f->bits == 12)
        value = (cluster & 1) != 0 ? value >> 4 : value & 0xFFF;
    *out = value;
    return BL_OK;
}

enum bl_rc fat_next_cluster(const struct fat *f, struct blockdev_cache *cache, uint32_t cluster,
                            uint32_t *out)
{
    /* From here on it is the end of the chain; one less is a bad cluster. */
    uint32_t end = f->bits == 32 ? 0x0FFFFFF8 : f->bits == 16 ? 0xFFF8 : 0xFF8;
    enum bl_rc rc;

    if (!in_range(f, cluster))
        return BL_E_FS_CHAIN;
    rc = table_entry(f, cache, cluster, out);
    if (rc != BL_OK)
        return rc;
    if (*out >= end)
        *out = FAT_END;
    else if (!in_range(f, *out))
        return BL_E_FS_CHAIN;
    return BL_OK;
}

enum bl_rc fat_file_begin(const struct fat *f, const struct fat_entry *entry, uint32_t block_bytes,
                          struct fat_file *out)
{
    uint64_t clusters = f->cluster_max - 1;

    out->first_cluster = entry->first_cluster;
    out->blocks = entry->bytes / block_bytes + (entry->bytes % block_bytes != 0 ? 1 : 0);
    if (out->blocks > clusters * f->cluster_blocks)
        return BL_E_FS_CHAIN;
    if (out->blocks > 0 && !in_range(f, out->first_cluster))
        return BL_E_FS_CHAIN;
    fat_rewind(out);
    return BL_OK;
}

void fat_rewind(struct fat_file *file)
{
    file->next_cluster = file->first_cluster;
    file->blocks_left = file->blocks;
}

uint64_t fat_cluster_lba(const struct fat *f, uint32_t cluster)
{
    return f->data_lba + (uint64_t)(cluster - FIRST_CLUSTER) * f->cluster_blocks;
}

/* Every turn takes blocks off blocks_left, so a chain that runs in a circle ends with the size. */
enum bl_rc fat_next_run(const struct fat *f, struct blockdev_cache *cache, struct fat_file *file,
                        uint64_t *lba, uint32_t *count)
{
    uint32_t cluster = file->next_cluster;
    uint64_t blocks = 0;

    *count = 0;
    if (file->blocks_left == 0)
        return BL_OK;
    if (!in_range(f, cluster))
        return BL_E_FS_CHAIN;
    *lba = fat_cluster_lba(f, cluster);
    for (;;) {
        uint32_t next;
        enum bl_rc rc;

        blocks += f->cluster_blocks;
        if (blocks >= file->blocks_left) {
            blocks = file->blocks_left;
            break;
        }
        rc = fat_next_cluster(f, cache, cluster, &next);
        if (rc != BL_OK)
            return rc;
        file->next_cluster = next;
        if (next == FAT_END)
            return BL_E_FS_CHAIN; /* shorter than the size says */
        if (next != cluster + 1)
            break;
        cluster = next;
    }
    file->blocks_left -= blocks;
    *count = (uint32_t)blocks;
    return BL_OK;
}
