/* SPDX-License-Identifier: MIT
 * Erasing, programming and hashing of one chunk; sink.h. */
#include "install/sink.h"

#include <string.h>

#include "config/layout.h"
#include "port/flash.h"

/* Hashed in one poll: less than a word's programming time (16 us) while the flash works, up to 1 ms
 * when only the hash is left. */
#define BUSY_SLICE_BYTES 64u
#define REST_SLICE_BYTES 4096u

_Static_assert(PUMP_CHUNK_BYTES % 4 == 0, "the last word can be filled up");

void sink_begin(struct sink *sink)
{
    digest_begin(&sink->hash);
}

static enum bl_rc sink_program(struct sink *sink)
{
    sink->state = SINK_PROGRAM;
    return flash_program_start(sink->addr, sink->mem, sink->program_bytes);
}

static enum bl_rc sink_start(void *ctx, uint32_t off, uint8_t *mem, uint32_t len)
{
    struct sink *sink = ctx;
    uint32_t fill = (4 - len % 4) % 4;

    memset(mem + len, 0xFF, fill);
    sink->addr = UPDATE_ADDR + off;
    sink->mem = mem;
    sink->program_bytes = len + fill;
    sink->hash_off = 0;
    sink->hash_bytes = len;
    if (off % SLOT_SECTOR_BYTES == 0) {
        sink->state = SINK_ERASE;
        return flash_erase_start(sink->addr);
    }
    return sink_program(sink);
}

static void sink_hash(struct sink *sink, uint32_t most)
{
    uint32_t left = sink->hash_bytes - sink->hash_off;
    uint32_t len = left < most ? left : most;

    digest_bytes(&sink->hash, sink->mem + sink->hash_off, len);
    sink->hash_off += len;
}

static enum bl_rc sink_poll(void *ctx)
{
    struct sink *sink = ctx;
    enum bl_rc rc = BL_OK;

    if (sink->state == SINK_HASH) {
        sink_hash(sink, REST_SLICE_BYTES);
        return sink->hash_off == sink->hash_bytes ? BL_OK : BL_PENDING;
    }
    rc = flash_poll();
    if (rc == BL_PENDING) {
        sink_hash(sink, BUSY_SLICE_BYTES);
        return rc;
    }
    if (rc != BL_OK)
        return rc;
    if (sink->state == SINK_ERASE) {
        rc = sink_program(sink);
        return rc == BL_OK ? BL_PENDING : rc;
    }
    sink->state = SINK_HASH;
    return sink->hash_off == sink->hash_bytes ? BL_OK : BL_PENDING;
}

struct pump_end sink_end(struct sink *sink)
{
    return (struct pump_end){sink, sink_start, sink_poll};
}
