/* SPDX-License-Identifier: MIT
 * Finding the partition table, and the walk over an MBR; partition.h. */
#include "fs/partition.h"

#include "util/bytes.h"

enum {
    MBR_TABLE_OFF = 446,
    MBR_ENTRIES = 4,
    MBR_ENTRY_BYTES = 16,
    MBR_SIGNATURE_OFF = 510,
    ENTRY_STATUS_OFF = 0, /* 0x00 or 0x80 (active) */
    ENTRY_TYPE_OFF = 4,
    ENTRY_START_OFF = 8,
    ENTRY_COUNT_OFF = 12,
    TYPE_EMPTY = 0x00,
    TYPE_EXTENDED = 0x05,
    TYPE_EXTENDED_LBA = 0x0F,
    TYPE_EXTENDED_LINUX = 0x85,
    TYPE_GPT_PROTECTIVE = 0xEE,
};

static const uint8_t *mbr_entry(const uint8_t *record, uint32_t index)
{
    return record + MBR_TABLE_OFF + index * MBR_ENTRY_BYTES;
}

static bool is_record(const uint8_t *block)
{
    return block[MBR_SIGNATURE_OFF] == 0x55 && block[MBR_SIGNATURE_OFF + 1] == 0xAA;
}

/* A boot sector of a file system has the same signature: there, code or text stands for the table. */
static enum partition_scheme scheme_of(const uint8_t *block0)
{
    enum partition_scheme scheme = PARTITION_NONE;

    if (!is_record(block0))
        return PARTITION_NONE;
    for (uint32_t i = 0; i < MBR_ENTRIES; i++) {
        const uint8_t *entry = mbr_entry(block0, i);

        if ((entry[ENTRY_STATUS_OFF] & 0x7F) != 0)
            return PARTITION_NONE;
        if (entry[ENTRY_TYPE_OFF] == TYPE_GPT_PROTECTIVE)
            scheme = PARTITION_GPT;
        if (entry[ENTRY_TYPE_OFF] != TYPE_EMPTY && scheme == PARTITION_NONE)
            scheme = PARTITION_MBR;
    }
    return scheme;
}

enum bl_rc partition_begin(struct partition_walk *walk, struct blockdev_cache *cache)
{
    enum bl_rc rc = blockdev_cache_load(cache, 0);

    *walk = (struct partition_walk){.scheme = PARTITION_NONE};
    if (rc != BL_OK)
        return rc;
    walk->scheme = scheme_of(cache->bytes);
    if (walk->scheme == PARTITION_GPT) {
        rc = gpt_begin(walk, cache, 1);
        if (rc == BL_E_FS_TABLE)
            rc = gpt_begin(walk, cache, cache->dev->block_count - 1);
        if (rc != BL_E_FS_TABLE)
            return rc;
        *walk = (struct partition_walk){.scheme = PARTITION_GPT};
    }
    walk->count = walk->scheme == PARTITION_NONE ? 0 : PARTITION_RECORDS_MAX;
    return rc;
}

static bool is_extended(uint8_t type)
{
    return type == TYPE_EXTENDED || type == TYPE_EXTENDED_LBA || type == TYPE_EXTENDED_LINUX;
}

/* The first record's links count from block 0, and the first link is what all later ones count
 * from. */
static void mbr_follow(struct partition_walk *walk)
{
    walk->table_lba = walk->link_lba;
    if (walk->extended_lba == 0)
        walk->extended_lba = walk->link_lba;
    walk->link_lba = 0;
    walk->index = 0;
    walk->count--;
}

/* Takes one entry; false when it holds no partition. The type says little about the file system
 * (formatters often leave it), so it only serves to leave out what holds none. */
static bool mbr_take(struct partition_walk *walk, const uint8_t *entry, uint64_t device_blocks,
                     struct partition *out)
{
    uint8_t type = entry[ENTRY_TYPE_OFF];
    uint32_t start = le32(entry + ENTRY_START_OFF);

    if (is_extended(type) && walk->link_lba == 0)
        walk->link_lba = walk->extended_lba + start;
    if (type == TYPE_EMPTY || type == TYPE_GPT_PROTECTIVE || is_extended(type))
        return false;
    out->start_lba = walk->table_lba + start;
    out->block_count = le32(entry + ENTRY_COUNT_OFF);
    return start != 0 && out->block_count != 0 &&
           out->start_lba + out->block_count <= device_blocks;
}

static enum bl_rc mbr_next(struct partition_walk *walk, struct blockdev_cache *cache,
                           struct partition *out)
{
    uint64_t device_blocks = cache->dev->block_count;

    for (;;) {
        if (walk->index == MBR_ENTRIES && walk->link_lba != 0)
            mbr_follow(walk);
        if (walk->index == MBR_ENTRIES || walk->count == 0 || walk->table_lba >= device_blocks)
            break;
        enum bl_rc rc = blockdev_cache_load(cache, walk->table_lba);

        if (rc != BL_OK)
            return rc;
        if (!is_record(cache->bytes))
            break;
        if (mbr_take(walk, mbr_entry(cache->bytes, walk->index++), device_blocks, out))
            return BL_OK;
    }
    out->block_count = 0;
    return BL_OK;
}

enum bl_rc partition_next(struct partition_walk *walk, struct blockdev_cache *cache,
                          struct partition *out)
{
    return walk->entry_bytes != 0 ? gpt_next(walk, cache, out) : mbr_next(walk, cache, out);
}
