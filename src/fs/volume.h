/* SPDX-License-Identifier: MIT
 * The front of all file systems: finds them on a block device, finds files and folders in one, and
 * tells which blocks hold a file. Read-only. Everything here reads single blocks and waits for them;
 * the file's own bytes are for the caller to read, run by run.
 * Superfloppy, MBR with primary and logical partitions, GPT; FAT12, FAT16, FAT32, exFAT; long names. */
#ifndef FS_VOLUME_H
#define FS_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/blockdev.h"
#include "fs/clusters.h"
#include "fs/folder.h"
#include "fs/partition.h"
#include "util/err.h"

struct volume {
    struct blockdev_cache cache; /* 4 KB: keep the struct off a small stack */
    struct partition_walk walk;
    enum bl_rc table_rc;
    bool whole;         /* the device as a whole was tried, too */
    bool any;           /* a file system of this stick could be read */
    bool mounted;       /* the latest one */
    const char *format; /* "FAT32", "NTFS"; NULL = unknown */
    struct clusters clusters;
    struct folder root;
    char text[24];
};

/* Consecutive blocks of the device. */
struct volume_run {
    uint64_t lba;
    uint32_t count; /* 0 = end of file */
};

struct volume_file {
    uint64_t bytes;
    uint64_t valid_bytes; /* the rest was never written and reads as zeros */
    struct chain chain;
    struct volume_run first;  /* the first run, once it is known; count 0 before */
    struct chain after_first; /* chain behind it */
};

/* Mounts the first file system that can be read. dev must live as long as v. BL_E_FS_NONE,
 * BL_E_FS_FOREIGN, BL_E_FS_CORRUPT (one is there, but its geometry makes no sense), BL_E_FS_TABLE, or
 * the device's error: of several partitions, the first that says more than BL_E_FS_NONE. */
BL_MUST enum bl_rc volume_mount(struct volume *v, const struct blockdev *dev);

/* Mounts the file system after the one that is mounted, in another partition. BL_E_FS_NONE when there
 * is none; errors of volume_mount. Nothing is mounted then. */
BL_MUST enum bl_rc volume_mount_next(struct volume *v);

/* What was found, for the log: "MBR, FAT32"; also after an error: "GPT", "MBR, NTFS". The text is
 * v's. */
const char *volume_describe(struct volume *v);

/* Finds a file by its full path ("/firmware.bin", UTF-8). ASCII letters match in either case, all
 * else exactly; both the long name and the 8.3 name count. Hidden and system entries are never
 * found, nor are names that do not fit into FILE_PATH_MAX. BL_E_FILE_NONE, BL_E_FILE_IS_DIR,
 * BL_E_FS_CHAIN, BL_E_FS_FOLDER, or the device's error. */
BL_MUST enum bl_rc volume_open(struct volume *v, const char *path, struct volume_file *out);

/* Finds a folder by its full path ("/", "/firmware", "/firmware/") to walk over its entries. Errors
 * of volume_open. */
BL_MUST enum bl_rc volume_open_folder(struct volume *v, const char *path, struct folder *out);

/* The next file or folder, in the order of the disk, hidden ones too; labels, deleted entries and
 * "." and ".." are left out, so are names that do not fit into FILE_PATH_MAX (FAT: their 8.3 name
 * stands for them). BL_OK with an empty name at the end; no more calls then. Looks at
 * FOLDER_RAW_ENTRIES_MAX raw entries at the most (BL_E_FS_FOLDER). Other calls for v may come
 * between. BL_E_FS_CHAIN, or the device's error. */
BL_MUST enum bl_rc volume_next_entry(struct volume *v, struct folder *folder,
                                     struct folder_entry *out);

/* Opens the file that entry names. BL_E_FILE_IS_DIR, BL_E_FS_CHAIN. */
BL_MUST enum bl_rc volume_open_entry(struct volume *v, const struct folder_entry *entry,
                                     struct volume_file *out);

/* The next blocks of the file, contiguous clusters merged (at most CLUSTERS_RUN_BLOCKS_MAX blocks or
 * one cluster), never past the file's size (the last block of the last run may be partly beyond it).
 * BL_OK with count 0 at the end of the file. Reads the cluster table with blockdev_read: no read of
 * the caller's may be pending. */
BL_MUST enum bl_rc volume_next_run(struct volume *v, struct volume_file *file,
                                   struct volume_run *out);

/* Makes volume_next_run start at the file's beginning again. */
void volume_rewind(struct volume_file *file);

/* Makes zeros of what was never written among the len bytes from off on, which were read to mem: the
 * blocks hold anything there. For whoever reads runs. */
void volume_clear_unwritten(const struct volume_file *file, uint64_t off, void *mem, uint32_t len);

/* Reads at most size of the file's bytes from off on to buf; *got = how many, 0 behind the file's
 * end. Leaves the file rewound. BL_E_FS_CHAIN or the device's error: buf is then undefined. */
BL_MUST enum bl_rc volume_read_at(struct volume *v, struct volume_file *file, uint32_t off,
                                  void *buf, uint32_t size, uint32_t *got);

#endif
