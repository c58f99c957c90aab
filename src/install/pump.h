/* SPDX-License-Identifier: MIT
 * Moves a file through two buffers, so that the source (USB reads) and the sink (flash) work at the
 * same time. Both ends have the same shape: started, then polled, one operation at a time. */
#ifndef INSTALL_PUMP_H
#define INSTALL_PUMP_H

#include <stdint.h>

#include "config/limits.h"
#include "util/err.h"

struct pump_end {
    void *ctx;
    /* Begins with len bytes at off; mem (word-aligned, PUMP_CHUNK_BYTES long) is the end's until
     * its poll is no longer BL_PENDING. */
    enum bl_rc (*start)(void *ctx, uint32_t off, uint8_t *mem, uint32_t len);
    enum bl_rc (*poll)(void *ctx);
};

struct pump_buffer {
    enum pump_state { PUMP_EMPTY, PUMP_FILLING, PUMP_FULL, PUMP_DRAINING } state;
    uint32_t off;
    uint32_t len;
};

struct pump {
    struct pump_end source;
    struct pump_end sink;
    struct pump_buffer buffer[2];
    uint32_t total_bytes;
    uint32_t requested_bytes; /* from the source */
    uint32_t done_bytes;      /* by the sink */
    uint8_t fill;             /* the buffer to fill next */
    uint8_t drain;            /* the buffer to drain next */
};

/* The two buffers, in the big RAM (section .sram1_bss, not cleared at start). The pump's while it
 * runs; else free for short use by whoever runs the pump. */
extern uint8_t pump_memory[2][PUMP_CHUNK_BYTES];

void pump_begin(struct pump *pump, struct pump_end source, struct pump_end sink,
                uint32_t total_bytes);

/* BL_PENDING, BL_OK when every byte has gone through the sink, or the first error of either end:
 * the other end may then still have an operation pending. Polls each end once. */
BL_MUST enum bl_rc pump_poll(struct pump *pump);

#endif
