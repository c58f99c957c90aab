/* SPDX-License-Identifier: MIT
 * A part of a file as a block device for unit tests; the file may be large and sparse. Notes every
 * read of blocks that it does not have. */
#ifndef SUPPORT_FILE_DISK_H
#define SUPPORT_FILE_DISK_H

#include <stdint.h>

#include "fs/blockdev.h"

struct file_disk {
    struct blockdev dev;
    int fd;
    uint64_t offset;
    uint32_t reads;
    uint32_t out_of_range;
};

/* fd stays the caller's. A rest that is no whole block is left out. */
void file_disk_init(struct file_disk *d, int fd, uint64_t offset, uint64_t size,
                    uint32_t block_bytes);

#endif
