/* SPDX-License-Identifier: MIT
 * Reading a file run by run; source.h. */
#include "boot/source.h"

#include <stddef.h>

void source_begin(struct source *source, struct stick *stick, struct offer *offer)
{
    *source = (struct source){.stick = stick, .offer = offer, .dev = msc_blockdev(&stick->msc)};
    volume_rewind(&offer->file);
}

/* Starts the next read of the chunk: up to the end of the chunk or of the run. */
static enum bl_rc source_read(struct source *source)
{
    struct volume_run *run = &source->run;

    if (run->count == 0) {
        enum bl_rc rc = volume_next_run(&source->stick->volume, &source->offer->file, run);

        if (rc != BL_OK)
            return rc;
        if (run->count == 0)
            return BL_E_FS_CHAIN;
    }
    uint32_t count = source->blocks_left < run->count ? source->blocks_left : run->count;
    uint64_t lba = run->lba;
    uint8_t *mem = source->mem;

    run->lba += count;
    run->count -= count;
    source->blocks_left -= count;
    source->mem += (size_t)count * source->dev->block_bytes;
    return source->dev->read_start(source->dev->ctx, lba, count, mem);
}

/* Offsets follow each other and chunks are whole blocks: the runs need no look at off. */
static enum bl_rc source_start(void *ctx, uint32_t off, uint8_t *mem, uint32_t len)
{
    struct source *source = ctx;

    source->chunk = mem;
    source->chunk_off = off;
    source->chunk_len = len;
    source->mem = mem;
    source->blocks_left = (len + source->dev->block_bytes - 1) / source->dev->block_bytes;
    return source_read(source);
}

static enum bl_rc source_poll(void *ctx)
{
    struct source *source = ctx;
    enum bl_rc rc = source->dev->poll(source->dev->ctx);

    if (rc != BL_OK)
        return rc;
    if (source->blocks_left == 0) {
        volume_clear_unwritten(&source->offer->file, source->chunk_off, source->chunk,
                               source->chunk_len);
        return BL_OK;
    }
    rc = source_read(source);
    return rc == BL_OK ? BL_PENDING : rc;
}

struct pump_source source_end(struct source *source)
{
    return (struct pump_source){source, source_start, source_poll};
}
