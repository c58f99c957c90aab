/* SPDX-License-Identifier: MIT
 * Moves a file through a ring of chunks, so that the source (USB reads) and the sink (flash, hash)
 * work at the same time and neither waits for the other as long as the ring is neither full nor
 * empty. */
#ifndef INSTALL_PUMP_H
#define INSTALL_PUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "config/limits.h"
#include "util/err.h"

/* In the ring. A sector's worth: while a sector is erased, the next one's content comes in. */
#define PUMP_CHUNKS 4u

/* Chunks of PUMP_CHUNK_BYTES, one read each. Offsets follow each other. */
struct pump_source {
    void *ctx;
    /* Begins with len bytes at off; mem (word-aligned, PUMP_CHUNK_BYTES long) is the source's until
     * its poll is no longer BL_PENDING. */
    enum bl_rc (*start)(void *ctx, uint32_t off, uint8_t *mem, uint32_t len);
    enum bl_rc (*poll)(void *ctx);
};

/* What a sink is told with each poll, and what it tells. */
struct pump_view {
    uint32_t arrived_bytes; /* those from done_bytes on are at pump_at(off) */
    uint32_t done_bytes;    /* the sink's: those before may be overwritten */
    bool reading;           /* the source is at work: its turn-around counts */
    bool hurry;             /* the sink's: it has work that no event will announce */
};

struct pump_sink {
    void *ctx;
    /* One step. BL_OK or an error. */
    enum bl_rc (*poll)(void *ctx, struct pump_view *view);
};

struct pump {
    struct pump_source source;
    struct pump_sink sink;
    struct pump_view view;
    uint32_t total_bytes;
    uint32_t requested_bytes; /* from the source */
};

/* The ring, in the big RAM (section .sram1_bss, not cleared at start). The pump's while it runs;
 * else free for short use by whoever runs the pump. */
extern uint8_t pump_memory[PUMP_CHUNKS][PUMP_CHUNK_BYTES];

/* Where the byte at off of the file is. Contiguous to the end of its chunk. */
static inline uint8_t *pump_at(uint32_t off)
{
    return &pump_memory[off / PUMP_CHUNK_BYTES % PUMP_CHUNKS][off % PUMP_CHUNK_BYTES];
}

void pump_begin(struct pump *pump, struct pump_source source, struct pump_sink sink,
                uint32_t total_bytes);

/* BL_PENDING, BL_OK when every byte is done, or the first error of either end: the other end may
 * then still have an operation pending. Polls each end once. The caller may sleep until an event
 * unless view.hurry is set. */
BL_MUST enum bl_rc pump_poll(struct pump *pump);

#endif
