/* SPDX-License-Identifier: MIT
 * Whole flash operations for callers that have nothing else to do meanwhile: start, then poll with
 * clock_idle. Waits for the supply first. */
#ifndef INSTALL_FLASH_OP_H
#define INSTALL_FLASH_OP_H

#include <stdint.h>

#include "util/err.h"

/* Waits until the supply allows erasing and programming, SUPPLY_WAIT_MS at the most, then
 * BL_E_SUPPLY_LOW. Logs a low supply and its return. */
BL_MUST enum bl_rc flash_op_supply(void);

/* Erases a sector, or programs len bytes (rules as in port/flash.h). Blocks up to
 * FLASH_ERASE_LIMIT_MS, or 16 us a word; errors as flash_poll, and BL_E_SUPPLY_LOW. */
BL_MUST enum bl_rc flash_op_erase(uint32_t sector_addr);
BL_MUST enum bl_rc flash_op_program(uint32_t addr, const void *src, uint32_t len);

/* Waits until no operation is pending and gives its result; to be called before flash_read when
 * something else has failed. */
BL_MUST enum bl_rc flash_op_settle(void);

#endif
