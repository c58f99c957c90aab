/* SPDX-License-Identifier: MIT
 * Clusters and their chains. FAT12, FAT16, FAT32 and exFAT number clusters alike, from 2 on, and
 * keep one link for each in a table; they differ in the width of a link. Used through volume.h. */
#ifndef FS_CLUSTERS_H
#define FS_CLUSTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/blockdev.h"
#include "util/err.h"

/* The most blocks in one run, unless one cluster is longer: bounds the links that are read for it. */
#define CLUSTERS_RUN_BLOCKS_MAX 4096u

/* All in blocks of the device, also when the file system's own sectors are larger. The table has a
 * link for every cluster, and all of it lies on the device: whoever fills this in sees to it. */
struct clusters {
    uint64_t table_lba;
    uint64_t data_lba;      /* of cluster 2 */
    uint32_t cluster_shift; /* log2 of the blocks per cluster: 0-16 */
    uint32_t cluster_max;   /* the last valid number: count of clusters + 1 */
    uint32_t link_mask;     /* 0xFFF, 0xFFFF, 0x0FFFFFFF; exFAT 0xFFFFFFFF */
};

/* As chain.blocks: a folder of unknown length, which ends with its links. */
#define CHAIN_TO_ITS_END UINT64_MAX

/* A file or a folder: its clusters, and how far a walk over them has come. */
struct chain {
    uint32_t first;
    uint32_t next;
    bool contiguous;      /* one cluster behind the other, the table says nothing (exFAT) */
    uint64_t blocks;      /* that hold its bytes; 0 = it has no cluster */
    uint64_t blocks_left; /* not yet given out by chain_next_run */
};

bool clusters_has(const struct clusters *c, uint32_t cluster);

/* Starts a walk at the beginning. first, contiguous and blocks are the caller's.
 * BL_E_FS_CHAIN when first or blocks cannot be. */
BL_MUST enum bl_rc chain_begin(const struct clusters *c, struct chain *chain);

void chain_rewind(struct chain *chain);

/* The next consecutive blocks; count 0 at the end. BL_E_FS_CHAIN when the chain leaves the volume or
 * ends early, or the device's error. */
BL_MUST enum bl_rc chain_next_run(const struct clusters *c, struct blockdev_cache *cache,
                                  struct chain *chain, uint64_t *lba, uint32_t *count);

#endif
