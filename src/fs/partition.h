/* SPDX-License-Identifier: MIT
 * Partition tables. Pure: decodes a block that somebody else has read. MBR: "IBM PC" layout, four
 * primary entries of 16 bytes at offset 446, signature 55 AA at 510 (as in UEFI 2.x, 5.2.1). */
#ifndef FS_PARTITION_H
#define FS_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

#define PARTITION_MAX 4u

enum partition_scheme { PARTITION_NONE, PARTITION_SUPERFLOPPY, PARTITION_MBR, PARTITION_GPT };

struct partition {
    uint64_t start_lba; /* in blocks of the device */
    uint64_t block_count;
};

struct partition_table {
    enum partition_scheme scheme; /* NONE, MBR or GPT */
    uint32_t count;
    struct partition entries[PARTITION_MAX];
};

/* Decodes block 0 (at least 512 bytes) of a device of device_blocks blocks. Entries that are empty,
 * extended, or do not lie on the device are left out. A protective MBR gives PARTITION_GPT and no
 * entries. */
void partition_parse(const uint8_t *block0, uint64_t device_blocks, struct partition_table *out);

#endif
