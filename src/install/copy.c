/* SPDX-License-Identifier: MIT
 * Sector copies. Reading stalls while the flash is busy, so read and program take turns. */
#include "install/copy.h"

#include "config/layout.h"
#include "config/limits.h"
#include "install/flash_op.h"
#include "port/flash.h"
#include "sys/log.h"

/* Tries of one sector; low supplies are tried again as often as waiting helps, within this. */
#define SECTOR_TRIES       2u
#define SUPPLY_RETURNS_MAX 10u

_Static_assert(SLOT_SECTOR_BYTES % COPY_CHUNK_BYTES == 0, "whole chunks");

static enum bl_rc copy_once(uint32_t from_addr, uint32_t to_addr, struct progress *progress,
                            uint32_t base)
{
    static _Alignas(4) uint8_t chunk[COPY_CHUNK_BYTES];
    enum bl_rc rc = flash_op_erase(to_addr);

    for (uint32_t off = 0; off < SLOT_SECTOR_BYTES && rc == BL_OK; off += COPY_CHUNK_BYTES) {
        flash_read(from_addr + off, chunk, COPY_CHUNK_BYTES);
        rc = flash_op_program(to_addr + off, chunk, COPY_CHUNK_BYTES);
        progress_update(progress, base + off + COPY_CHUNK_BYTES);
    }
    return rc;
}

static enum bl_rc copy_sector(uint32_t from_addr, uint32_t to_addr, struct progress *progress,
                              uint32_t base)
{
    uint32_t supply_returns = 0;
    enum bl_rc rc = BL_OK;

    for (uint32_t tries = 0; tries < SECTOR_TRIES;) {
        rc = copy_once(from_addr, to_addr, progress, base);
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

enum bl_rc copy_sectors(uint32_t from_addr, uint32_t to_addr, uint32_t count,
                        struct progress *progress)
{
    enum bl_rc rc = BL_OK;

    for (uint32_t i = 0; i < count && rc == BL_OK; i++) {
        uint32_t off = i * SLOT_SECTOR_BYTES;

        rc = copy_sector(from_addr + off, to_addr + off, progress, off);
    }
    return rc;
}
