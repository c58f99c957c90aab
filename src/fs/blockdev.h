/* SPDX-License-Identifier: MIT
 * A block device that can be read: the stick, or an image in memory in tests. Reads are started
 * and then polled, one at a time. */
#ifndef FS_BLOCKDEV_H
#define FS_BLOCKDEV_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

/* Block sizes that a stick may have; a power of two (SBC READ CAPACITY gives the real one). */
#define BLOCKDEV_BLOCK_BYTES_MIN 512u
#define BLOCKDEV_BLOCK_BYTES_MAX 4096u

struct blockdev {
    void *ctx;
    uint64_t block_count;
    uint32_t block_bytes;

    /* Begins to read count blocks from lba to dst (word-aligned, count * block_bytes bytes, the
     * device's until poll is no longer BL_PENDING). Never waits. BL_E_BUSY while a read is pending,
     * BL_E_BUG for blocks that the device does not have. */
    enum bl_rc (*read_start)(void *ctx, uint64_t lba, uint32_t count, void *dst);

    /* Moves the read on, within 1 ms: BL_PENDING, BL_OK, or an error. Every read ends in bounded
     * time, errors and their recovery included. */
    enum bl_rc (*poll)(void *ctx);
};

/* Reads and waits with clock_idle. BL_E_TIMEOUT after limit_ms: the read is then still pending, the
 * device answers BL_E_BUSY until it is initialised again, and dst is not written as long as nobody
 * polls the device. */
BL_MUST enum bl_rc blockdev_read(const struct blockdev *dev, uint64_t lba, uint32_t count,
                                 void *dst, uint32_t limit_ms);

/* The latest block that was read through it, for directory and table walks. */
struct blockdev_cache {
    const struct blockdev *dev;
    uint32_t block_shift; /* log2 of dev->block_bytes */
    uint64_t lba;
    bool valid;
    _Alignas(4) uint8_t bytes[BLOCKDEV_BLOCK_BYTES_MAX];
};

void blockdev_cache_init(struct blockdev_cache *c, const struct blockdev *dev);

/* Makes bytes[] hold block lba; reads it unless it does already. Blocks as blockdev_read, at most
 * BLOCKDEV_READ_LIMIT_MS. */
BL_MUST enum bl_rc blockdev_cache_load(struct blockdev_cache *c, uint64_t lba);

/* Longer than the mass-storage layer needs to give up on one block by itself. */
#define BLOCKDEV_READ_LIMIT_MS 12000u

#endif
