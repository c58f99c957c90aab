/* SPDX-License-Identifier: MIT
 * The copy of the application's parameters and its mark; layout in keep.h. */
#include "install/keep.h"

#include <stdint.h>

#include "config/layout.h"
#include "config/limits.h"
#include "install/flash_op.h"
#include "params/records.h"
#include "port/flash.h"
#include "util/bytes.h"
#include "util/crc.h"

#define KEEP_MAGIC 0x314B4253u
#define COPY_ADDR  RECORD_KEEP_ADDR
#define MARK_ADDR  (RECORD_KEEP_ADDR + APP_PARAMS_USED_BYTES)
#define MARK_BYTES 20u

_Static_assert(APP_PARAMS_USED_BYTES % KEEP_CHUNK_BYTES == 0, "whole chunks");

static uint32_t copy_crc(uint32_t addr)
{
    uint8_t chunk[KEEP_CHUNK_BYTES];
    uint32_t crc = 0;

    for (uint32_t off = 0; off < APP_PARAMS_USED_BYTES; off += KEEP_CHUNK_BYTES) {
        flash_read(addr + off, chunk, KEEP_CHUNK_BYTES);
        crc = crc32_bytes(crc, chunk, KEEP_CHUNK_BYTES);
    }
    return crc;
}

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

enum keep_state keep_state(void)
{
    uint8_t mark[MARK_BYTES];

    flash_read(MARK_ADDR, mark, sizeof mark);
    if (le32(mark) != KEEP_MAGIC || le32(mark + 8) != crc32_bytes(0, mark, 8))
        return KEEP_NONE;
    bool first_blank = le32(mark + 12) == 0xFFFFFFFF;
    bool second_blank = le32(mark + 16) == 0xFFFFFFFF;

    if (!second_blank)
        return KEEP_NONE;
    if (!first_blank)
        return KEEP_CLOSING;
    return le32(mark + 4) == copy_crc(COPY_ADDR) ? KEEP_OPEN : KEEP_NONE;
}

bool keep_blank(void)
{
    uint8_t slot[RECORD_BYTES];
    uint8_t all = 0xFF;

    for (uint32_t off = 0; off < RECORD_KEEP_BYTES; off += sizeof slot) {
        flash_read(RECORD_KEEP_ADDR + off, slot, sizeof slot);
        for (uint32_t i = 0; i < sizeof slot; i++)
            all &= slot[i];
    }
    return all == 0xFF;
}

enum bl_rc keep_save(void)
{
    _Alignas(4) uint8_t mark[12];
    enum bl_rc rc = copy_parameters(APP_PARAMS_ADDR, COPY_ADDR);

    if (rc != BL_OK)
        return rc;
    put_le32(mark, KEEP_MAGIC);
    put_le32(mark + 4, copy_crc(COPY_ADDR));
    put_le32(mark + 8, crc32_bytes(0, mark, 8));
    return flash_op_program(MARK_ADDR, mark, sizeof mark);
}

enum bl_rc keep_restore(void)
{
    return copy_parameters(COPY_ADDR, APP_PARAMS_ADDR);
}

enum bl_rc keep_close(void)
{
    static const uint32_t zero = 0;
    uint8_t first[4];
    enum bl_rc rc = BL_OK;

    flash_read(MARK_ADDR + 12, first, sizeof first);
    if (le32(first) == 0xFFFFFFFF)
        rc = flash_op_program(MARK_ADDR + 12, &zero, sizeof zero);
    return rc == BL_OK ? flash_op_program(MARK_ADDR + 16, &zero, sizeof zero) : rc;
}
