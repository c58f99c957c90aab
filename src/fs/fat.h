/* SPDX-License-Identifier: MIT
 * FAT12, FAT16 and FAT32 (Microsoft "FAT: General Overview of On-Disk Format" 1.03, cited as FAT
 * 1.03). Foreign data all over: every field is range-checked, every walk bounded. Used through
 * volume.h only. */
#ifndef FS_FAT_H
#define FS_FAT_H

#include "fs/blockdev.h"
#include "fs/clusters.h"
#include "fs/folder.h"
#include "fs/partition.h"
#include "util/err.h"

#define FAT12_LINK_MASK 0xFFFu
#define FAT16_LINK_MASK 0xFFFFu
#define FAT32_LINK_MASK 0x0FFFFFFFu

/* Decodes the boot sector of a partition, and makes root the root folder. BL_E_FS_NONE when it is no
 * FAT's at all, BL_E_FS_CORRUPT when it is but its numbers contradict each other or the partition's
 * size. */
BL_MUST enum bl_rc fat_mount(struct clusters *c, struct folder *root, struct blockdev_cache *cache,
                             const struct partition *where);

/* See volume_folder_next. */
BL_MUST enum bl_rc fat_folder_next(struct folder *folder, const struct clusters *c,
                                   struct blockdev_cache *cache, struct folder_entry *out);

#endif
