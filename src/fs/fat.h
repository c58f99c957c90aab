/* SPDX-License-Identifier: MIT
 * FAT12, FAT16 and FAT32, read-only and synchronous (Microsoft "FAT: General Overview of On-Disk
 * Format" 1.03, cited as FAT 1.03). Foreign data all over: every field is range-checked, every walk
 * bounded. Used through volume.h only. */
#ifndef FS_FAT_H
#define FS_FAT_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/blockdev.h"
#include "fs/partition.h"
#include "util/err.h"

/* Entries of one folder: the format's own limit (a folder has at most 2 MB, FAT 1.03). */
#define FAT_FOLDER_ENTRIES_MAX 65536u

/* All in blocks of the device, also when the file system's own sectors are larger. */
struct fat {
    uint8_t bits;       /* 12, 16 or 32 */
    uint64_t table_lba; /* the table that is read: the first, or FAT32's active one */
    uint64_t root_lba;  /* FAT12 and FAT16: the fixed root folder */
    uint32_t root_blocks;
    uint32_t root_cluster;   /* FAT32 */
    uint64_t data_lba;       /* of cluster 2 */
    uint32_t cluster_blocks; /* 1-32768 */
    uint32_t cluster_max;    /* the last valid number: count of clusters + 1 */
};

struct fat_file {
    uint32_t first_cluster;
    uint32_t next_cluster;
    uint64_t blocks;      /* that hold the file's bytes */
    uint64_t blocks_left; /* not yet given out by fat_next_run */
};

struct fat_entry {
    bool is_folder;
    uint32_t first_cluster;
    uint32_t bytes;
};

/* Decodes the boot sector of a partition. BL_E_FS_NONE when it is no FAT's at all, BL_E_FS_CORRUPT
 * when it is but its numbers contradict each other or the partition's size. */
BL_MUST enum bl_rc fat_mount(struct fat *f, struct blockdev_cache *cache,
                             const struct partition *where);

/* Finds path ("/a/b.bin") from the root folder. BL_E_FILE_NONE, BL_E_FS_CHAIN, or the device's
 * error. The root folder itself is not found. */
BL_MUST enum bl_rc fat_find(const struct fat *f, struct blockdev_cache *cache, const char *path,
                            struct fat_entry *out);

/* Begins the walk over a file. BL_E_FS_CHAIN when its size and first cluster cannot be. */
BL_MUST enum bl_rc fat_file_begin(const struct fat *f, const struct fat_entry *entry,
                                  uint32_t block_bytes, struct fat_file *out);

/* Makes fat_next_run start at the beginning again. */
void fat_rewind(struct fat_file *file);

/* See volume_next_run. BL_E_FS_CHAIN when the chain leaves the volume or ends before the size. */
BL_MUST enum bl_rc fat_next_run(const struct fat *f, struct blockdev_cache *cache,
                                struct fat_file *file, uint64_t *lba, uint32_t *count);

/* For fat_folder.c: the link of a cluster, a cluster in range or FAT_END. BL_E_FS_CHAIN for a link
 * to anything else, or the device's error. */
#define FAT_END 0x0FFFFFFFu
BL_MUST enum bl_rc fat_next_cluster(const struct fat *f, struct blockdev_cache *cache,
                                    uint32_t cluster, uint32_t *out);

/* The first block of a cluster that is in range. */
uint64_t fat_cluster_lba(const struct fat *f, uint32_t cluster);

#endif
