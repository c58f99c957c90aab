/* SPDX-License-Identifier: MIT
 * What becomes of the bytes that a pump brings: they are hashed, and written to the update area.
 *
 * The flash is the bottleneck of an upgrade and never waits when there is something for it: a
 * sector is erased as soon as the one before it is full, whether its content has come or not. Bytes
 * are hashed while a sector is erased and nothing is read, for both the flash (between words) and
 * the bus (between packets) wait for the core otherwise. */
#ifndef INSTALL_SINK_H
#define INSTALL_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "image/digest.h"
#include "install/pump.h"
#include "util/err.h"

/* Offsets are bytes from the file's start. */
struct sink {
    uint32_t total_bytes;
    bool hashes;
    bool writes;
    struct digest_run hash; /* over all bytes so far: what came from the source */
    uint32_t hashed_off;
    uint32_t erased_off;  /* the update area is erased to here */
    uint32_t written_off; /* and holds the file to here */
    uint32_t job_off;     /* the file's end of the flash operation on its way */
    bool erasing;
};

/* A sink of total_bytes that hashes, writes, or both. */
void sink_begin(struct sink *sink, uint32_t total_bytes, bool hashes, bool writes);

/* Errors of port/flash.h. A low supply is not waited for. */
struct pump_sink sink_end(struct sink *sink);

#endif
