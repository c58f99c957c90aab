/* SPDX-License-Identifier: MIT
 * A block device in memory for unit tests: counts its reads, takes a few polls for each, fails where
 * it is told to, and notes every read of blocks that it does not have. */
#ifndef SUPPORT_RAM_DISK_H
#define SUPPORT_RAM_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/blockdev.h"

struct ram_disk {
    struct blockdev dev;
    uint8_t *bytes;
    uint32_t polls_per_read; /* BL_PENDING so often */
    uint64_t bad_lba;        /* BL_E_MSC_READ there; UINT64_MAX = nowhere */
    uint32_t reads;
    uint32_t out_of_range;
    uint32_t polls_left;
    bool pending;
    enum bl_rc rc;
};

/* bytes stay the caller's. A rest that is no whole block is left out. */
void ram_disk_init(struct ram_disk *d, uint8_t *bytes, uint64_t size, uint32_t block_bytes);

/* Reads a file into memory (free() it); ends the test when that fails. */
uint8_t *ram_disk_load(const char *path, uint64_t *size);

#endif
