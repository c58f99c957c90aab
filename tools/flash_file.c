/* SPDX-License-Identifier: MIT
 * Flash content from a file; flash_file.h. */
#include "tools/flash_file.h"

#include <string.h>

#include "config/layout.h"
#include "port/flash.h"

static const uint8_t *cells;

void flash_file_use(const uint8_t *bytes)
{
    cells = bytes;
}

void flash_read(uint32_t addr, void *dst, uint32_t len)
{
    uint32_t off = addr - FLASH_BASE_ADDR;

    memset(dst, 0xFF, len);
    if (off < FLASH_BYTES)
        memcpy(dst, cells + off, len <= FLASH_BYTES - off ? len : FLASH_BYTES - off);
}
