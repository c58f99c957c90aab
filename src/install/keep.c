/* SPDX-License-Identifier: MIT
 * The copy of the application's parameters; keep.h. */
#include "install/keep.h"

#include <stdint.h>
#include <string.h>

#include "config/layout.h"
#include "config/limits.h"
#include "install/flash_op.h"
#include "params/records.h"
#include "port/flash.h"

#define COMPARE_BYTES 64u

_Static_assert(APP_PARAMS_USED_BYTES % KEEP_CHUNK_BYTES == 0, "whole chunks");
_Static_assert(APP_PARAMS_USED_BYTES % COMPARE_BYTES == 0, "whole pieces");

static enum bl_rc copy_parameters(uint32_t from_addr, uint32_t to_addr)
{
    _Alignas(4) uint8_t chunk[KEEP_CHUNK_BYTES];
    enum bl_rc rc = BL_OK;

    for (uint32_t off = 0; off < APP_PARAMS_USED_BYTES && rc == BL_OK; off += KEEP_CHUNK_BYTES) {
        flash_read(from_addr + off, chunk, KEEP_CHUNK_BYTES);
        rc = flash_op_program(to_addr + off, chunk, KEEP_CHUNK_BYTES);
    }
    return rc;
}

bool keep_blank(void)
{
    uint8_t chunk[KEEP_CHUNK_BYTES];
    uint8_t all = 0xFF;

    for (uint32_t off = 0; off < RECORD_KEEP_BYTES; off += sizeof chunk) {
        flash_read(RECORD_KEEP_ADDR + off, chunk, sizeof chunk);
        for (uint32_t i = 0; i < sizeof chunk; i++)
            all &= chunk[i];
    }
    return all == 0xFF;
}

bool keep_holds(void)
{
    uint8_t original[COMPARE_BYTES];
    uint8_t copy[COMPARE_BYTES];
    bool same = true;

    for (uint32_t off = 0; off < APP_PARAMS_USED_BYTES && same; off += COMPARE_BYTES) {
        flash_read(APP_PARAMS_ADDR + off, original, COMPARE_BYTES);
        flash_read(RECORD_KEEP_ADDR + off, copy, COMPARE_BYTES);
        same = memcmp(original, copy, COMPARE_BYTES) == 0;
    }
    return same;
}

enum bl_rc keep_save(void)
{
    return copy_parameters(APP_PARAMS_ADDR, RECORD_KEEP_ADDR);
}

enum bl_rc keep_save_new(const void *data)
{
    return flash_op_program(RECORD_KEEP_ADDR, data, APP_PARAMS_USED_BYTES);
}

enum bl_rc keep_restore(void)
{
    return copy_parameters(RECORD_KEEP_ADDR, APP_PARAMS_ADDR);
}
