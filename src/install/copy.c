/* SPDX-License-Identifier: MIT
 * Sector copies. Reading stalls while the flash is busy, so read and program take turns. */
#include "install/copy.h"

#include <string.h>

#include "config/layout.h"
#include "config/limits.h"
#include "install/flash_op.h"
#include "port/flash.h"
#include "sys/log.h"

/* Tries of one sector; low supplies are tried again as often as waiting helps, within this. */
#define SECTOR_TRIES       2u
#define SUPPLY_RETURNS_MAX 10u

#define COMPARE_BYTES 64u

_Static_assert(SLOT_SECTOR_BYTES % COPY_CHUNK_BYTES == 0, "whole chunks");
_Static_assert(SLOT_SECTOR_BYTES % COMPARE_BYTES == 0, "whole pieces");

static enum bl_rc copy_once(uint32_t from_addr, uint32_t to_addr)
{
    static _Alignas(4) uint8_t chunk[COPY_CHUNK_BYTES];
    enum bl_rc rc = flash_op_erase(to_addr);

    for (uint32_t off = 0; off < SLOT_SECTOR_BYTES && rc == BL_OK; off += COPY_CHUNK_BYTES) {
        flash_read(from_addr + off, chunk, COPY_CHUNK_BYTES);
        rc = flash_op_program(to_addr + off, chunk, COPY_CHUNK_BYTES);
    }
    return rc;
}

enum bl_rc copy_sector(uint32_t from_addr, uint32_t to_addr)
{
    uint32_t supply_returns = 0;
    enum bl_rc rc = BL_OK;

    for (uint32_t tries = 0; tries < SECTOR_TRIES;) {
        rc = copy_once(from_addr, to_addr);
        if (rc == BL_OK)
            return rc;
        (void)log_error(rc, "install");
        if (rc == BL_E_SUPPLY_LOW && ++supply_returns <= SUPPLY_RETURNS_MAX &&
            flash_op_supply() == BL_OK)
            continue;
        if (rc == BL_E_SUPPLY_LOW)
            return rc;
        tries++;
    }
    return rc;
}

bool copy_is_same(uint32_t a_addr, uint32_t b_addr)
{
    uint8_t a[COMPARE_BYTES];
    uint8_t b[COMPARE_BYTES];

    for (uint32_t off = 0; off < SLOT_SECTOR_BYTES; off += COMPARE_BYTES) {
        flash_read(a_addr + off, a, COMPARE_BYTES);
        flash_read(b_addr + off, b, COMPARE_BYTES);
        if (memcmp(a, b, COMPARE_BYTES) != 0)
            return false;
    }
    return true;
}
