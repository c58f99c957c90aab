/* SPDX-License-Identifier: MIT
 * Runs and small reads of a file that is open; volume.h. */
#include <string.h>

#include "fs/volume.h"

/* A file is looked at several times before it is read as a whole, mostly at its ends, and mostly lies
 * in one piece: its links are walked over once. */
enum bl_rc volume_next_run(struct volume *v, struct volume_file *file, struct volume_run *out)
{
    bool at_start = file->chain.blocks_left == file->chain.blocks;

    if (at_start && file->first.count != 0) {
        *out = file->first;
        file->chain = file->after_first;
        return BL_OK;
    }
    out->lba = 0;
    enum bl_rc rc = chain_next_run(&v->clusters, &v->cache, &file->chain, &out->lba, &out->count);

    if (at_start && rc == BL_OK) {
        file->first = *out;
        file->after_first = file->chain;
    }
    return rc;
}

void volume_rewind(struct volume_file *file)
{
    chain_rewind(&file->chain);
}

void volume_clear_unwritten(const struct volume_file *file, uint64_t off, void *mem, uint32_t len)
{
    uint64_t written = file->valid_bytes > off ? file->valid_bytes - off : 0;

    if (written < len)
        memset((uint8_t *)mem + written, 0, (size_t)(len - written));
}

/* Steps over blocks of the file without reading them. */
static enum bl_rc skip_blocks(struct volume *v, struct volume_file *file, uint32_t blocks,
                              struct volume_run *run)
{
    enum bl_rc rc = BL_OK;

    while (rc == BL_OK && blocks > 0) {
        if (run->count == 0)
            rc = volume_next_run(v, file, run);
        if (rc == BL_OK && run->count == 0)
            rc = BL_E_FS_CHAIN;
        if (rc != BL_OK)
            break;
        uint32_t part = blocks < run->count ? blocks : run->count;

        run->lba += part;
        run->count -= part;
        blocks -= part;
    }
    return rc;
}

/* Copies want bytes that begin at off in the next block. */
static enum bl_rc copy_blocks(struct volume *v, struct volume_file *file, struct volume_run *run,
                              uint32_t off, uint8_t *buf, uint32_t want)
{
    uint32_t block_bytes = v->cache.dev->block_bytes;
    enum bl_rc rc = BL_OK;

    for (uint32_t got = 0; rc == BL_OK && got < want; off = 0) {
        uint32_t room = block_bytes - off;
        uint32_t part = want - got < room ? want - got : room;

        if (run->count == 0)
            rc = volume_next_run(v, file, run);
        if (rc == BL_OK)
            rc = run->count == 0 ? BL_E_FS_CHAIN : blockdev_cache_load(&v->cache, run->lba);
        if (rc != BL_OK)
            break;
        memcpy(buf + got, v->cache.bytes + off, part);
        got += part;
        run->lba++;
        run->count--;
    }
    return rc;
}

enum bl_rc volume_read_at(struct volume *v, struct volume_file *file, uint32_t off, void *buf,
                          uint32_t size, uint32_t *got)
{
    uint32_t block_bytes = v->cache.dev->block_bytes;
    uint64_t left = off < file->bytes ? file->bytes - off : 0;
    struct volume_run run = {0};

    *got = left < size ? (uint32_t)left : size;
    volume_rewind(file);
    enum bl_rc rc = *got == 0 ? BL_OK : skip_blocks(v, file, off / block_bytes, &run);

    if (rc == BL_OK)
        rc = copy_blocks(v, file, &run, off % block_bytes, buf, *got);
    volume_clear_unwritten(file, off, buf, *got);
    volume_rewind(file);
    return rc;
}
