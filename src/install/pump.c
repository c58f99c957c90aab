/* SPDX-License-Identifier: MIT
 * Counters over one ring: done <= arrived <= requested <= done + the ring. */
#include "install/pump.h"

#include "config/layout.h"

_Static_assert(SLOT_SECTOR_BYTES % PUMP_CHUNK_BYTES == 0, "no chunk crosses a sector's end");

uint8_t pump_memory[PUMP_CHUNKS][PUMP_CHUNK_BYTES]
    __attribute__((section(".sram1_bss"), aligned(4)));

void pump_begin(struct pump *pump, struct pump_source source, struct pump_sink sink,
                uint32_t total_bytes)
{
    *pump = (struct pump){.source = source, .sink = sink, .total_bytes = total_bytes};
}

/* A chunk is free when what it held is done, all of it. */
static bool pump_has_room(const struct pump *pump)
{
    uint32_t first_chunk = pump->view.done_bytes / PUMP_CHUNK_BYTES;

    return pump->requested_bytes / PUMP_CHUNK_BYTES < first_chunk + PUMP_CHUNKS;
}

static enum bl_rc pump_fill(struct pump *pump)
{
    uint32_t off = pump->requested_bytes;
    uint32_t left = pump->total_bytes - off;

    if (pump->view.arrived_bytes < off) {
        enum bl_rc rc = pump->source.poll(pump->source.ctx);

        if (rc != BL_OK)
            return rc == BL_PENDING ? BL_OK : rc;
        pump->view.arrived_bytes = off;
    }
    if (left == 0 || !pump_has_room(pump))
        return BL_OK;
    uint32_t len = left < PUMP_CHUNK_BYTES ? left : PUMP_CHUNK_BYTES;

    pump->requested_bytes += len;
    return pump->source.start(pump->source.ctx, off, pump_at(off), len);
}

enum bl_rc pump_poll(struct pump *pump)
{
    struct pump_view *view = &pump->view;
    enum bl_rc rc = pump_fill(pump);

    view->hurry = false;
    view->reading = view->arrived_bytes < pump->requested_bytes;
    if (rc == BL_OK)
        rc = pump->sink.poll(pump->sink.ctx, view);
    if (rc < 0)
        return rc;
    return view->done_bytes == pump->total_bytes ? BL_OK : BL_PENDING;
}
