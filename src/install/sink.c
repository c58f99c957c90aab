/* SPDX-License-Identifier: MIT
 * Erasing, programming and hashing; sink.h. */
#include "install/sink.h"

#include <string.h>

#include "config/layout.h"
#include "port/flash.h"

/* Hashed in one poll: 0.15 ms, both digests. */
#define SLICE_BYTES 512u

/* Programmed in one operation: 66 ms, typically; progress is seen after each. */
#define BURST_BYTES 16384u

_Static_assert(PUMP_CHUNK_BYTES % 4 == 0, "the last word can be filled up");

void sink_begin(struct sink *sink, uint32_t total_bytes, bool hashes, bool writes)
{
    *sink = (struct sink){.total_bytes = total_bytes, .hashes = hashes, .writes = writes};
    digest_begin(&sink->hash);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The end of the piece of the file that off is in. */
static uint32_t piece_end(uint32_t off, uint32_t piece_bytes)
{
    return off - off % piece_bytes + piece_bytes;
}

/* Programs up to end; the last word is filled up with 0xFF. */
static enum bl_rc sink_program(struct sink *sink, uint32_t end)
{
    uint8_t *mem = pump_at(sink->written_off);
    uint32_t len = end - sink->written_off;
    uint32_t fill = (4 - len % 4) % 4;

    memset(mem + len, 0xFF, fill);
    sink->job_off = end;
    return flash_program_start(UPDATE_ADDR + sink->written_off, mem, len + fill);
}

static enum bl_rc sink_erase(struct sink *sink)
{
    sink->erasing = true;
    return flash_erase_start(UPDATE_ADDR + sink->erased_off);
}

/* Looks after the flash operation on its way, then starts the next one. */
static enum bl_rc sink_write(struct sink *sink, uint32_t arrived)
{
    enum bl_rc rc = flash_poll();

    if (rc != BL_OK)
        return rc == BL_PENDING ? BL_OK : rc;
    if (sink->erasing)
        sink->erased_off += SLOT_SECTOR_BYTES;
    sink->erasing = false;
    sink->written_off = sink->job_off;

    uint32_t end = least(arrived, sink->erased_off);

    end = least(end, piece_end(sink->written_off, least(BURST_BYTES, PUMP_CHUNK_BYTES)));
    if (sink->written_off < end)
        return sink_program(sink, end);
    return sink->erased_off < sink->total_bytes ? sink_erase(sink) : BL_OK;
}

/* True when there was something to hash. */
static bool sink_hash(struct sink *sink, uint32_t arrived)
{
    uint32_t end = least(arrived, piece_end(sink->hashed_off, PUMP_CHUNK_BYTES));
    uint32_t len = least(end - sink->hashed_off, SLICE_BYTES);

    digest_bytes(&sink->hash, pump_at(sink->hashed_off), len);
    sink->hashed_off += len;
    return len != 0;
}

static enum bl_rc sink_poll(void *ctx, struct pump_view *view)
{
    struct sink *sink = ctx;
    enum bl_rc rc = sink->writes ? sink_write(sink, view->arrived_bytes) : BL_OK;
    bool programming = sink->job_off > sink->written_off;

    if (rc == BL_OK && sink->hashes && !view->reading && !programming)
        view->hurry = sink_hash(sink, view->arrived_bytes);
    view->done_bytes = least(sink->writes ? sink->written_off : sink->total_bytes,
                             sink->hashes ? sink->hashed_off : sink->total_bytes);
    return rc;
}

struct pump_sink sink_end(struct sink *sink)
{
    return (struct pump_sink){sink, sink_poll};
}
