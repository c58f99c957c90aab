/* SPDX-License-Identifier: MIT
 * Partition tables: MBR with primary and logical partitions ("IBM PC" layout, UEFI 2.x 5.2.1), and
 * GPT (UEFI 2.x 5.3), whose backup counts when the primary is damaged. Used through volume.h. */
#ifndef FS_PARTITION_H
#define FS_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/blockdev.h"
#include "util/err.h"

/* Records of an MBR, the first one and those of logical partitions, before their chain ends for us. */
#define PARTITION_RECORDS_MAX 64u

/* Bytes of a GPT's entries: four times the usual size. */
#define PARTITION_GPT_BYTES_MAX 65536u

enum partition_scheme { PARTITION_NONE, PARTITION_MBR, PARTITION_GPT };

struct partition {
    uint64_t start_lba; /* in blocks of the device */
    uint64_t block_count;
};

/* A walk over the entries that hold something and lie on the device, in their order. */
struct partition_walk {
    enum partition_scheme scheme;
    uint64_t table_lba;    /* GPT: of the entries; MBR: of the record */
    uint32_t index;        /* of the entry that comes next */
    uint32_t count;        /* of entries; MBR: of records, from here on */
    uint32_t entry_bytes;  /* GPT, else 0 */
    uint64_t extended_lba; /* MBR: what links of logical partitions count from */
    uint64_t link_lba;     /* the record that comes next, 0 = none */
};

/* Reads the table. A stick without one is PARTITION_NONE, and has no entries. BL_E_FS_TABLE when
 * there is a GPT, and both copies are damaged; the MBR in front of it is then walked. Or the
 * device's error. */
BL_MUST enum bl_rc partition_begin(struct partition_walk *walk, struct blockdev_cache *cache);

/* The next partition; block_count 0 at the end. The device's error. */
BL_MUST enum bl_rc partition_next(struct partition_walk *walk, struct blockdev_cache *cache,
                                  struct partition *out);

/* For partition.c: gpt.c reads the copy whose header is at lba. BL_E_FS_TABLE when it is damaged. */
BL_MUST enum bl_rc gpt_begin(struct partition_walk *walk, struct blockdev_cache *cache,
                             uint64_t lba);
BL_MUST enum bl_rc gpt_next(struct partition_walk *walk, struct blockdev_cache *cache,
                            struct partition *out);

#endif
