/* SPDX-License-Identifier: MIT
 * The front of all file systems: finds one on a block device, finds a file in it, and tells which
 * blocks hold the file. Read-only. Everything here reads single blocks and waits for them; the
 * file's own bytes are for the caller to read, run by run.
 * Now: superfloppy or MBR with primary partitions; FAT12, FAT16, FAT32; long names. */
#ifndef FS_VOLUME_H
#define FS_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/blockdev.h"
#include "fs/fat.h"
#include "fs/partition.h"
#include "util/err.h"

struct volume {
    struct blockdev_cache cache; /* 4 KB: keep the struct off a small stack */
    enum partition_scheme scheme;
    enum volume_kind { VOLUME_NONE, VOLUME_FAT, VOLUME_EXFAT, VOLUME_NTFS } kind;
    struct fat fat;
    char text[16];
};

struct volume_file {
    uint64_t bytes;
    struct fat_file fat;
};

/* Consecutive blocks of the device. */
struct volume_run {
    uint64_t lba;
    uint32_t count; /* 0 = end of file */
};

/* Mounts the first file system that can be read. dev must live as long as v. BL_E_FS_NONE,
 * BL_E_FS_CORRUPT (one is there, but its geometry makes no sense), or the device's error. */
BL_MUST enum bl_rc volume_mount(struct volume *v, const struct blockdev *dev);

/* What was found, for the log: "MBR, FAT32"; also after BL_E_FS_NONE: "GPT", "MBR, exFAT". The text
 * is v's. */
const char *volume_describe(struct volume *v);

/* Finds a file by its full path ("/firmware.bin"). ASCII letters match in either case; both the
 * long name and the 8.3 name count. Hidden and system entries are never found. BL_E_FILE_NONE,
 * BL_E_FILE_IS_DIR, BL_E_FS_CHAIN, or the device's error. */
BL_MUST enum bl_rc volume_open(struct volume *v, const char *path, struct volume_file *out);

/* The next blocks of the file, contiguous clusters merged, never past the file's size (the last
 * block of the last run may be partly beyond it). BL_OK with count 0 at the end of the file. Reads
 * the cluster table with blockdev_read: no read of the caller's may be pending. */
BL_MUST enum bl_rc volume_next_run(struct volume *v, struct volume_file *file,
                                   struct volume_run *out);

/* Makes volume_next_run start at the file's beginning again. */
void volume_rewind(struct volume_file *file);

/* Reads at most size of the file's bytes from off on to buf; *got = how many, 0 behind the file's
 * end. Leaves the file rewound. BL_E_FS_CHAIN or the device's error: buf is then undefined. */
BL_MUST enum bl_rc volume_read_at(struct volume *v, struct volume_file *file, uint32_t off,
                                  void *buf, uint32_t size, uint32_t *got);

#endif
