/* SPDX-License-Identifier: MIT
 * CRC-32 as in ISO 3309 and zlib (polynomial 0xEDB88320 reflected, start and final exclusive-or
 * 0xFFFFFFFF). Pure. */
#ifndef UTIL_CRC_H
#define UTIL_CRC_H

#include <stdint.h>

/* CRC of len bytes, continuing crc (0 for the first piece). About 20 cycles a byte on the target.
 */
uint32_t crc32_bytes(uint32_t crc, const void *data, uint32_t len);

#endif
