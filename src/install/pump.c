/* SPDX-License-Identifier: MIT
 * Two buffers, each EMPTY -> FILLING -> FULL -> DRAINING -> EMPTY, filled and drained in turn. */
#include "install/pump.h"

#include "config/layout.h"

_Static_assert(SLOT_SECTOR_BYTES % PUMP_CHUNK_BYTES == 0, "no chunk crosses a sector's end");

uint8_t pump_memory[2][PUMP_CHUNK_BYTES] __attribute__((section(".sram1_bss"), aligned(4)));

void pump_begin(struct pump *pump, struct pump_end source, struct pump_end sink,
                uint32_t total_bytes)
{
    *pump = (struct pump){.source = source, .sink = sink, .total_bytes = total_bytes};
}

/* Looks after the operations on their way. */
static enum bl_rc pump_collect(struct pump *pump)
{
    struct pump_buffer *in = &pump->buffer[pump->fill];
    struct pump_buffer *out = &pump->buffer[pump->drain];
    enum bl_rc rc;

    if (in->state == PUMP_FILLING) {
        rc = pump->source.poll(pump->source.ctx);
        if (rc < 0)
            return rc;
        if (rc == BL_OK) {
            in->state = PUMP_FULL;
            pump->fill ^= 1;
        }
    }
    if (out->state == PUMP_DRAINING) {
        rc = pump->sink.poll(pump->sink.ctx);
        if (rc < 0)
            return rc;
        if (rc == BL_OK) {
            out->state = PUMP_EMPTY;
            pump->done_bytes += out->len;
            pump->drain ^= 1;
        }
    }
    return BL_OK;
}

static enum bl_rc pump_fill(struct pump *pump)
{
    struct pump_buffer *in = &pump->buffer[pump->fill];
    uint32_t left = pump->total_bytes - pump->requested_bytes;

    if (in->state != PUMP_EMPTY || left == 0)
        return BL_OK;
    in->off = pump->requested_bytes;
    in->len = left < PUMP_CHUNK_BYTES ? left : PUMP_CHUNK_BYTES;
    in->state = PUMP_FILLING;
    pump->requested_bytes += in->len;
    return pump->source.start(pump->source.ctx, in->off, pump_memory[pump->fill], in->len);
}

static enum bl_rc pump_drain(struct pump *pump)
{
    struct pump_buffer *out = &pump->buffer[pump->drain];

    if (out->state != PUMP_FULL)
        return BL_OK;
    out->state = PUMP_DRAINING;
    return pump->sink.start(pump->sink.ctx, out->off, pump_memory[pump->drain], out->len);
}

enum bl_rc pump_poll(struct pump *pump)
{
    enum bl_rc rc = pump_collect(pump);

    if (rc == BL_OK)
        rc = pump_fill(pump);
    if (rc == BL_OK)
        rc = pump_drain(pump);
    if (rc < 0)
        return rc;
    return pump->done_bytes == pump->total_bytes ? BL_OK : BL_PENDING;
}
