/* SPDX-License-Identifier: MIT
 * Copies whole flash sectors within the flash: erase, program, read back. */
#ifndef INSTALL_COPY_H
#define INSTALL_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

/* Copies one slot sector. If that fails it is erased and written once more; a low supply is waited
 * for (flash_op_supply) and does not count. Blocks, about 2 s. Errors of flash_op, logged. */
BL_MUST enum bl_rc copy_sector(uint32_t from_addr, uint32_t to_addr);

/* Two slot sectors read the same. Stops at the first difference; 20 ms at the most. */
bool copy_is_same(uint32_t a_addr, uint32_t b_addr);

#endif
