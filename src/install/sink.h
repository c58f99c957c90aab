/* SPDX-License-Identifier: MIT
 * The update area as the sink of a pump: erases each sector when its first chunk arrives, programs,
 * and hashes the bytes while the flash is busy with them. */
#ifndef INSTALL_SINK_H
#define INSTALL_SINK_H

#include <stdint.h>

#include "image/digest.h"
#include "install/pump.h"
#include "util/err.h"

struct sink {
    enum sink_state { SINK_ERASE, SINK_PROGRAM, SINK_HASH } state;
    struct digest_run hash; /* over all bytes so far: what came from the source */
    uint32_t addr;
    uint8_t *mem;
    uint32_t program_bytes; /* whole words; the last one is filled up with 0xFF */
    uint32_t hash_off;
    uint32_t hash_bytes;
};

void sink_begin(struct sink *sink);

/* Errors of port/flash.h. A low supply is not waited for. */
struct pump_end sink_end(struct sink *sink);

#endif
