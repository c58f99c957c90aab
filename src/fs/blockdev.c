/* SPDX-License-Identifier: MIT
 * Blocking reads for what has to wait anyway: folders and tables. */
#include "fs/blockdev.h"

#include "port/clock.h"
#include "sys/deadline.h"

enum bl_rc blockdev_read(const struct blockdev *dev, uint64_t lba, uint32_t count, void *dst,
                         uint32_t limit_ms)
{
    struct deadline limit = deadline_in(limit_ms);
    enum bl_rc rc = dev->read_start(dev->ctx, lba, count, dst);

    if (rc != BL_OK)
        return rc;
    while ((rc = dev->poll(dev->ctx)) == BL_PENDING) {
        if (deadline_passed(limit))
            return BL_E_TIMEOUT;
        clock_idle();
    }
    return rc;
}

void blockdev_cache_init(struct blockdev_cache *c, const struct blockdev *dev)
{
    c->dev = dev;
    c->block_shift = (uint32_t)__builtin_ctz(dev->block_bytes);
    c->valid = false;
}

enum bl_rc blockdev_cache_load(struct blockdev_cache *c, uint64_t lba)
{
    enum bl_rc rc;

    if (c->valid && c->lba == lba)
        return BL_OK;
    c->valid = false;
    rc = blockdev_read(c->dev, lba, 1, c->bytes, BLOCKDEV_READ_LIMIT_MS);
    if (rc != BL_OK)
        return rc;
    c->lba = lba;
    c->valid = true;
    return BL_OK;
}
