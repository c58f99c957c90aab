/* SPDX-License-Identifier: MIT
 * A block device over a file. */
#include "support/file_disk.h"

#include <unistd.h>

static enum bl_rc read_start(void *ctx, uint64_t lba, uint32_t count, void *dst)
{
    struct file_disk *d = ctx;
    size_t bytes = (size_t)count * d->dev.block_bytes;
    off_t at = (off_t)(d->offset + lba * d->dev.block_bytes);

    if (count == 0 || lba >= d->dev.block_count || count > d->dev.block_count - lba) {
        d->out_of_range++;
        return BL_E_BUG;
    }
    d->reads++;
    return pread(d->fd, dst, bytes, at) == (ssize_t)bytes ? BL_OK : BL_E_MSC_READ;
}

static enum bl_rc poll(void *ctx)
{
    (void)ctx;
    return BL_OK;
}

void file_disk_init(struct file_disk *d, int fd, uint64_t offset, uint64_t size,
                    uint32_t block_bytes)
{
    *d = (struct file_disk){.fd = fd, .offset = offset};
    d->dev = (struct blockdev){.ctx = d,
                               .block_count = size / block_bytes,
                               .block_bytes = block_bytes,
                               .read_start = read_start,
                               .poll = poll};
}
