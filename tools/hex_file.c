/* SPDX-License-Identifier: MIT
 * Writer of Intel HEX; hex_file.h. */
#include "tools/hex_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "util/bytes.h"

#define ROW_BYTES      16u
#define LINE_MAX_CHARS 48u /* colon, 21 bytes as digits, line end, terminating zero */
#define TYPE_DATA      0u
#define TYPE_END       1u
#define TYPE_LINEAR    4u

static void hex_line(struct file_bytes *out, uint32_t off, uint8_t type, const uint8_t *data,
                     uint32_t len)
{
    char *at = (char *)out->at + out->len;
    uint8_t sum = (uint8_t)(len + (off >> 8 & 0xFF) + (off & 0xFF) + type);
    int chars = snprintf(at, LINE_MAX_CHARS, ":%02X%04X%02X", len, off & 0xFFFF, type);

    for (uint32_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + data[i]);
        chars += snprintf(at + chars, LINE_MAX_CHARS - (size_t)chars, "%02X", data[i]);
    }
    chars += snprintf(at + chars, LINE_MAX_CHARS - (size_t)chars, "%02X\n", (uint8_t)-sum);
    out->len += (uint32_t)chars;
}

static bool is_blank(const uint8_t *row)
{
    uint8_t all = 0xFF;

    for (uint32_t i = 0; i < ROW_BYTES; i++)
        all &= row[i];
    return all == 0xFF;
}

void hex_file(uint32_t addr, const uint8_t *bytes, uint32_t len, struct file_bytes *out)
{
    uint32_t base = 0;

    *out = (struct file_bytes){file_alloc((len / ROW_BYTES * 2 + 2) * LINE_MAX_CHARS), 0};
    for (uint32_t off = 0; off < len; off += ROW_BYTES) {
        uint32_t row_addr = addr + off;
        uint8_t upper[2];

        if (is_blank(bytes + off))
            continue;
        if (row_addr >> 16 != base) {
            base = row_addr >> 16;
            put_be16(upper, base);
            hex_line(out, 0, TYPE_LINEAR, upper, sizeof upper);
        }
        hex_line(out, row_addr, TYPE_DATA, bytes + off, ROW_BYTES);
    }
    hex_line(out, 0, TYPE_END, NULL, 0);
}
