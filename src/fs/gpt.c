/* SPDX-License-Identifier: MIT
 * GPT: header and entries are believed only with the right CRC-32; partition.h. */
#include <string.h>

#include "fs/partition.h"
#include "util/bytes.h"
#include "util/crc.h"

/* UEFI 2.x, 5.3.2 "GPT Header" and 5.3.3 "GPT Partition Entry Array". */
enum {
    HEADER_BYTES_OFF = 12,
    HEADER_CRC_OFF = 16,
    HEADER_CRC_END = 20,
    HEADER_LBA_OFF = 24,
    HEADER_ENTRIES_LBA_OFF = 72,
    HEADER_ENTRIES_OFF = 80,
    HEADER_ENTRY_BYTES_OFF = 84,
    HEADER_ENTRIES_CRC_OFF = 88,
    HEADER_BYTES_MIN = 92,
    ENTRY_TYPE_BYTES = 16, /* a GUID, zero in an entry that is not in use */
    ENTRY_FIRST_OFF = 32,
    ENTRY_LAST_OFF = 40,
    ENTRY_BYTES_MIN = 128,
    ENTRY_BYTES_MAX = 4096,
};

static const uint8_t zeros[ENTRY_TYPE_BYTES];

static bool header_is_right(const uint8_t *header, uint64_t lba, uint32_t block_bytes)
{
    uint32_t bytes = le32(header + HEADER_BYTES_OFF);
    uint32_t crc;

    if (memcmp(header, "EFI PART", 8) != 0 || bytes < HEADER_BYTES_MIN || bytes > block_bytes ||
        le64(header + HEADER_LBA_OFF) != lba)
        return false;
    crc = crc32_bytes(0, header, HEADER_CRC_OFF); /* its own field counts as zero */
    crc = crc32_bytes(crc, zeros, HEADER_CRC_END - HEADER_CRC_OFF);
    crc = crc32_bytes(crc, header + HEADER_CRC_END, bytes - HEADER_CRC_END);
    return crc == le32(header + HEADER_CRC_OFF);
}

/* Entries do not cross blocks, since either's size is a power of two and so is the rest. */
static bool sizes_are_right(const struct partition_walk *walk, uint64_t device_blocks)
{
    uint32_t bytes = walk->entry_bytes;

    return bytes >= ENTRY_BYTES_MIN && bytes <= ENTRY_BYTES_MAX && (bytes & (bytes - 1)) == 0 &&
           walk->count <= PARTITION_GPT_BYTES_MAX / bytes && walk->table_lba < device_blocks;
}

/* The entries' CRC, over blocks of the device that need not be all there. */
static enum bl_rc entries_crc(const struct partition_walk *walk, struct blockdev_cache *cache,
                              uint32_t *crc)
{
    uint32_t block_bytes = cache->dev->block_bytes;
    uint32_t left = walk->count * walk->entry_bytes;

    *crc = 0;
    for (uint64_t lba = walk->table_lba; left > 0; lba++) {
        uint32_t part = left < block_bytes ? left : block_bytes;
        enum bl_rc rc =
            lba < cache->dev->block_count ? blockdev_cache_load(cache, lba) : BL_E_FS_TABLE;

        if (rc != BL_OK)
            return rc;
        *crc = crc32_bytes(*crc, cache->bytes, part);
        left -= part;
    }
    return BL_OK;
}

enum bl_rc gpt_begin(struct partition_walk *walk, struct blockdev_cache *cache, uint64_t lba)
{
    const uint8_t *header = cache->bytes;
    uint32_t crc;
    enum bl_rc rc = lba < cache->dev->block_count ? blockdev_cache_load(cache, lba) : BL_E_FS_TABLE;

    if (rc != BL_OK)
        return rc;
    if (!header_is_right(header, lba, cache->dev->block_bytes))
        return BL_E_FS_TABLE;
    uint32_t wanted_crc = le32(header + HEADER_ENTRIES_CRC_OFF);

    *walk = (struct partition_walk){.scheme = PARTITION_GPT,
                                    .table_lba = le64(header + HEADER_ENTRIES_LBA_OFF),
                                    .count = le32(header + HEADER_ENTRIES_OFF),
                                    .entry_bytes = le32(header + HEADER_ENTRY_BYTES_OFF)};
    if (!sizes_are_right(walk, cache->dev->block_count))
        return BL_E_FS_TABLE;
    rc = entries_crc(walk, cache, &crc);
    return rc == BL_OK && crc != wanted_crc ? BL_E_FS_TABLE : rc;
}

enum bl_rc gpt_next(struct partition_walk *walk, struct blockdev_cache *cache,
                    struct partition *out)
{
    uint32_t block_mask = cache->dev->block_bytes - 1;

    out->block_count = 0;
    while (walk->index < walk->count) {
        uint32_t off = walk->index++ * walk->entry_bytes;
        enum bl_rc rc = blockdev_cache_load(cache, walk->table_lba + (off >> cache->block_shift));

        if (rc != BL_OK)
            return rc;
        const uint8_t *entry = cache->bytes + (off & block_mask);
        uint64_t first = le64(entry + ENTRY_FIRST_OFF);
        uint64_t last = le64(entry + ENTRY_LAST_OFF);

        if (memcmp(entry, zeros, ENTRY_TYPE_BYTES) == 0 || first == 0 || first > last ||
            last >= cache->dev->block_count)
            continue;
        out->start_lba = first;
        out->block_count = last - first + 1;
        break;
    }
    return BL_OK;
}
