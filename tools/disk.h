/* SPDX-License-Identifier: MIT
 * Files in the FAT file system of a disk image, through mtools. The file system is looked for where
 * the loader looks: at the start, or in the first partition of an MBR or GPT. */
#ifndef TOOLS_DISK_H
#define TOOLS_DISK_H

#include <stdint.h>

#include "tools/file.h"

struct disk {
    char drive[FILE_PATH_BYTES]; /* as mtools take it: path@@offset */
};

/* STATUS_FILE, STATUS_INPUT, said. Blocks of 512 bytes. */
enum status disk_open(const char *path, struct disk *out);

/* path: absolute, "/folder/name". Folders that are missing are made; a file of that name is
 * replaced. STATUS_TOOL, said. */
enum status disk_put(const struct disk *disk, const char *path, const struct file_bytes *bytes);
enum status disk_get(const struct disk *disk, const char *path, uint32_t max_bytes,
                     struct file_bytes *out);

#endif
