/* SPDX-License-Identifier: MIT
 * Copies whole flash sectors within the flash: erase, program, read back. */
#ifndef INSTALL_COPY_H
#define INSTALL_COPY_H

#include <stdint.h>

#include "install/progress.h"
#include "util/err.h"

/* Copies count slot sectors. A sector that fails is erased and written once more; a low supply is
 * waited for (flash_op_supply) and does not count. Blocks, about 2 s a sector; feeds progress with
 * the bytes copied. Errors of flash_op. */
BL_MUST enum bl_rc copy_sectors(uint32_t from_addr, uint32_t to_addr, uint32_t count,
                                struct progress *progress);

#endif
