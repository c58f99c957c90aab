/* SPDX-License-Identifier: MIT
 * Plausibility of a vector table; the rules are in vectors.h. */
#include "image/vectors.h"

#include "config/layout.h"
#include "util/bytes.h"

enum bl_rc vectors_check(const uint8_t head[VECTORS_BYTES], uint32_t table_off, uint32_t end_off)
{
    uint32_t stack_addr = le32(head);
    uint32_t reset_vector = le32(head + 4);
    uint32_t reset_off = (reset_vector & ~1u) - RUN_ADDR;

    if (stack_addr <= DTCM_ADDR || stack_addr > RAM_END_ADDR || stack_addr % 8 != 0)
        return BL_E_IMG_VECTORS;
    if ((reset_vector & 1u) == 0 || reset_vector - LOADER_ADDR >= FLASH_BYTES)
        return BL_E_IMG_VECTORS;
    return reset_off < table_off + VECTORS_BYTES || reset_off >= end_off ? BL_E_IMG_ADDRESS : BL_OK;
}
