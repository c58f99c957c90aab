/* SPDX-License-Identifier: MIT
 * exFAT (Microsoft "exFAT file system specification" 1.00, cited as exFAT). Foreign data all over:
 * every field is range-checked, every walk bounded. Used through volume.h only. */
#ifndef FS_EXFAT_H
#define FS_EXFAT_H

#include "fs/blockdev.h"
#include "fs/clusters.h"
#include "fs/folder.h"
#include "fs/partition.h"
#include "util/err.h"

#define EXFAT_LINK_MASK 0xFFFFFFFFu

/* From the main boot region to its backup, in sectors (exFAT 2.1). */
#define EXFAT_BACKUP_SECTORS 12u

/* Decodes the boot sector at where->start_lba + off_blocks, and makes root the root folder.
 * BL_E_FS_NONE when it is no exFAT's at all, BL_E_FS_CORRUPT when it is but its numbers contradict
 * each other or the partition's size. */
BL_MUST enum bl_rc exfat_mount(struct clusters *c, struct folder *root,
                               struct blockdev_cache *cache, const struct partition *where,
                               uint32_t off_blocks);

/* See volume_next_entry. Entry sets that are damaged are left out. */
BL_MUST enum bl_rc exfat_folder_next(struct folder *folder, const struct clusters *c,
                                     struct blockdev_cache *cache, struct folder_entry *out);

#endif
