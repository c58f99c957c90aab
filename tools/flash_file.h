/* SPDX-License-Identifier: MIT
 * port/flash.h over the bytes of a file, as far as the code that is shared with the loader calls
 * it: reading. */
#ifndef TOOLS_FLASH_FILE_H
#define TOOLS_FLASH_FILE_H

#include <stdint.h>

/* flash_read reads from these FLASH_BYTES bytes from now on; they must stay. */
void flash_file_use(const uint8_t *bytes);

#endif
