/* SPDX-License-Identifier: MIT
 * Partition tables: MBR with its primary entries. */
#include "fs/partition.h"

#include "util/bytes.h"

enum {
    MBR_TABLE_OFF = 446,
    MBR_ENTRY_BYTES = 16,
    MBR_SIGNATURE_OFF = 510,
    ENTRY_STATUS_OFF = 0, /* 0x00 or 0x80 (active) */
    ENTRY_TYPE_OFF = 4,
    ENTRY_START_OFF = 8,
    ENTRY_COUNT_OFF = 12,
    TYPE_EMPTY = 0x00,
    TYPE_EXTENDED = 0x05,
    TYPE_EXTENDED_LBA = 0x0F,
    TYPE_GPT_PROTECTIVE = 0xEE,
};

/* The type byte says little about the file system (formatters often leave it), so it only serves to
 * leave out what holds none. */
static bool holds_a_volume(const uint8_t *entry, uint64_t device_blocks)
{
    uint8_t type = entry[ENTRY_TYPE_OFF];
    uint64_t start = le32(entry + ENTRY_START_OFF);
    uint64_t count = le32(entry + ENTRY_COUNT_OFF);

    if (type == TYPE_EMPTY || type == TYPE_EXTENDED || type == TYPE_EXTENDED_LBA)
        return false;
    return start != 0 && count != 0 && start + count <= device_blocks;
}

void partition_parse(const uint8_t *block0, uint64_t device_blocks, struct partition_table *out)
{
    out->scheme = PARTITION_NONE;
    out->count = 0;
    if (block0[MBR_SIGNATURE_OFF] != 0x55 || block0[MBR_SIGNATURE_OFF + 1] != 0xAA)
        return;
    for (uint32_t i = 0; i < PARTITION_MAX; i++) {
        const uint8_t *entry = block0 + MBR_TABLE_OFF + i * MBR_ENTRY_BYTES;

        if ((entry[ENTRY_STATUS_OFF] & 0x7F) != 0) {
            out->count = 0; /* not a table: a boot sector's code or text */
            return;
        }
        if (entry[ENTRY_TYPE_OFF] == TYPE_GPT_PROTECTIVE) {
            out->scheme = PARTITION_GPT;
            out->count = 0;
            return;
        }
        if (holds_a_volume(entry, device_blocks))
            out->entries[out->count++] = (struct partition){
                .start_lba = le32(entry + ENTRY_START_OFF),
                .block_count = le32(entry + ENTRY_COUNT_OFF),
            };
    }
    if (out->count > 0)
        out->scheme = PARTITION_MBR;
}
