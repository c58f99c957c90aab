/* SPDX-License-Identifier: MIT
 * The stick's file as the source of a pump: chunk after chunk, each read in as few and as long
 * reads as the file's runs of blocks allow. */
#ifndef BOOT_SOURCE_H
#define BOOT_SOURCE_H

#include <stdint.h>

#include "boot/offer.h"
#include "boot/stick.h"
#include "fs/volume.h"
#include "install/pump.h"
#include "util/err.h"

struct source {
    struct stick *stick;
    struct offer *offer;
    const struct blockdev *dev;
    struct volume_run run; /* the blocks that come next */
    uint8_t *chunk;
    uint32_t chunk_off, chunk_len; /* in the file; what the chunk holds of it */
    uint8_t *mem;                  /* where the next block of the chunk goes */
    uint32_t blocks_left;          /* of the chunk, after the read on its way */
};

/* Begins at the start of the offered file. */
void source_begin(struct source *source, struct stick *stick, struct offer *offer);

/* Offsets must follow each other. Errors of volume_next_run and of the device; BL_E_FS_CHAIN when
 * the file's blocks end early. The cluster table is read at run ends: waits for single blocks. */
struct pump_source source_end(struct source *source);

#endif
