/* SPDX-License-Identifier: MIT
 * A device of up to 64 GB out of a few hundred bytes: zeros, but for the pieces that the input names.
 *   byte 0      bits 0-1: log2 of the block's bytes, less 9; bit 2: the checksums of a GPT are made
 *               right; bit 3: those of exFAT's sets of entries
 *   bytes 1-3   size in units of 4,096 bytes
 *   then        pieces: u32 offset and u8 length, both in units of 32 bytes; the bytes
 * test/fuzz/make_seeds makes such inputs of disk images. */
#ifndef FUZZ_FUZZ_DISK_H
#define FUZZ_FUZZ_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "fs/blockdev.h"

/* Reads fail after so many: what takes longer is for the unit tests. */
#define FUZZ_DISK_READS_MAX 256u

/* The device of an input; NULL when that is too short. Its blocks are in static memory. */
const struct blockdev *fuzz_disk(const uint8_t *data, size_t len);

/* Everything that can be done with a device: all file systems, folders, files. Every answer is held
 * against the contract of volume.h. */
void fuzz_disk_walk(const struct blockdev *dev);

#endif
