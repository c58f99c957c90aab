/* SPDX-License-Identifier: MIT
 * A block device in memory. */
#include "support/ram_disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum bl_rc read_start(void *ctx, uint64_t lba, uint32_t count, void *dst)
{
    struct ram_disk *d = ctx;

    if (d->pending)
        return BL_E_BUSY;
    if (count == 0 || lba >= d->dev.block_count || count > d->dev.block_count - lba) {
        d->out_of_range++;
        return BL_E_BUG;
    }
    d->reads++;
    d->pending = true;
    d->polls_left = d->polls_per_read;
    d->rc = d->bad_lba >= lba && d->bad_lba < lba + count ? BL_E_MSC_READ : BL_OK;
    memcpy(dst, d->bytes + lba * d->dev.block_bytes, (size_t)count * d->dev.block_bytes);
    return BL_OK;
}

static enum bl_rc poll(void *ctx)
{
    struct ram_disk *d = ctx;

    if (d->polls_left > 0) {
        d->polls_left--;
        return BL_PENDING;
    }
    d->pending = false;
    return d->rc;
}

void ram_disk_init(struct ram_disk *d, uint8_t *bytes, uint64_t size, uint32_t block_bytes)
{
    *d = (struct ram_disk){.bytes = bytes, .polls_per_read = 2, .bad_lba = UINT64_MAX};
    d->dev = (struct blockdev){.ctx = d,
                               .block_count = size / block_bytes,
                               .block_bytes = block_bytes,
                               .read_start = read_start,
                               .poll = poll};
}

uint8_t *ram_disk_load(const char *path, uint64_t *size)
{
    FILE *f = fopen(path, "rb");
    long end = f != NULL && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    uint8_t *bytes = end > 0 ? malloc((size_t)end) : NULL;

    if (bytes == NULL || fseek(f, 0, SEEK_SET) != 0 || fread(bytes, (size_t)end, 1, f) != 1) {
        fprintf(stderr, "ram_disk: cannot read %s\n", path);
        abort();
    }
    (void)fclose(f);
    *size = (uint64_t)end;
    return bytes;
}
