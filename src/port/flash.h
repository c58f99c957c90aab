/* SPDX-License-Identifier: MIT
 * The on-chip flash. Addresses are absolute. One operation at a time, started and then polled;
 * starting while one is pending returns BL_E_BUSY and changes nothing. */
#ifndef PORT_FLASH_H
#define PORT_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

struct flash_sector {
    uint32_t addr;  /* first byte */
    uint32_t bytes; /* 32, 128 or 256 KB */
    uint8_t index;  /* SNB, 0-11 */
};

/* BL_OK if the chip is the one that config/layout.h describes: 2 MB, single bank, read from the
 * option bytes and the size register. Else BL_E_FLASH_LAYOUT, and every *_start below returns the
 * same: nothing is ever erased by a map that does not hold. */
BL_MUST enum bl_rc flash_layout_check(void);

/* The sector that addr lies in; false outside the flash. */
bool flash_sector_at(uint32_t addr, struct flash_sector *out);

/* Begins to erase the sector at sector_addr (its first byte). Typical 0.2, 0.5, 1 s for 32, 128,
 * 256 KB. BL_E_FLASH_RANGE for the loader's and the product's sectors (0-2) or a wrong address,
 * BL_E_SUPPLY_LOW below 2.7 V. */
BL_MUST enum bl_rc flash_erase_start(uint32_t sector_addr);

/* Begins to program len bytes (a multiple of 4; addr and src word-aligned) with 32-bit words.
 * Words that read equal already, so all blank ones on erased flash, are skipped. src must stay
 * unchanged until flash_poll is no longer BL_PENDING. 16 us a word, typically. */
BL_MUST enum bl_rc flash_program_start(uint32_t addr, const void *src, uint32_t len);

/* Moves the pending operation on: BL_PENDING, BL_OK when finished and read back right, or its
 * error (BL_E_FLASH_ERASE, BL_E_FLASH_PROGRAM, BL_E_TIMEOUT, BL_E_SUPPLY_LOW). BL_OK when nothing
 * is pending. Bounded: at most one word is started per call; clock_idle and clock_tend start the others. The
 * controller is locked whenever no operation is pending. */
BL_MUST enum bl_rc flash_poll(void);

/* Copies len bytes of flash to dst with aligned word reads. Stalls while an operation is pending:
 * call it only between operations. addr and len any, inside the flash (else the bytes read 0xFF). */
void flash_read(uint32_t addr, void *dst, uint32_t len);

#endif
