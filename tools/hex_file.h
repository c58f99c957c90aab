/* SPDX-License-Identifier: MIT
 * Flash content as Intel HEX: rows that are blank (0xFF) are left out. */
#ifndef TOOLS_HEX_FILE_H
#define TOOLS_HEX_FILE_H

#include <stdint.h>

#include "tools/file.h"

/* Text for len bytes (a multiple of 16, at most 4 MB) at addr; file_free gives it back. */
void hex_file(uint32_t addr, const uint8_t *bytes, uint32_t len, struct file_bytes *out);

#endif
