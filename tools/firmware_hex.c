/* SPDX-License-Identifier: MIT
 * Intel HEX ("Hexadecimal Object File Format Specification", revision A, 1988): records 00 data, 01
 * end, 02 segment base, 04 linear base; 03 and 05 (start addresses) are read over. */
#include <stddef.h>

#include "tools/firmware.h"
#include "util/bytes.h"

#define RECORD_DATA_MAX 255u
#define RECORD_HEAD     4u /* length, address, type */

enum { HEX_DATA, HEX_END, HEX_SEGMENT, HEX_START_SEGMENT, HEX_LINEAR, HEX_START_LINEAR };

struct hex {
    struct firmware *firmware;
    const uint8_t *at;
    const uint8_t *end;
    uint32_t line;
    uint32_t base_addr;
    bool ended;
    uint8_t record[RECORD_HEAD + RECORD_DATA_MAX + 1];
};

static enum status hex_bad(const struct hex *hex, const char *what)
{
    return say_error(STATUS_INPUT, "%s: line %u: %s", hex->firmware->path, hex->line, what);
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool byte(struct hex *hex, uint8_t *out)
{
    if (hex->end - hex->at < 2)
        return false;
    int high = digit(hex->at[0]);
    int low = digit(hex->at[1]);

    if (high < 0 || low < 0)
        return false;
    *out = (uint8_t)(high << 4 | low);
    hex->at += 2;
    return true;
}

/* Reads the rest of a line behind its colon into hex->record; the sum of its bytes must be 0. */
static enum status read_record(struct hex *hex)
{
    uint32_t len = RECORD_HEAD + 1;
    uint8_t sum = 0;

    for (uint32_t i = 0; i < len; i++) {
        if (!byte(hex, &hex->record[i]))
            return hex_bad(hex, "not a complete Intel HEX record");
        if (i == 0)
            len += hex->record[0];
        sum = (uint8_t)(sum + hex->record[i]);
    }
    return sum == 0 ? STATUS_OK : hex_bad(hex, "its checksum is wrong");
}

static enum status take_record(struct hex *hex)
{
    uint32_t len = hex->record[0];
    uint32_t off = (uint32_t)hex->record[1] << 8 | hex->record[2];
    const uint8_t *data = hex->record + RECORD_HEAD;

    switch (hex->record[3]) {
    case HEX_DATA:
        return firmware_put(hex->firmware, hex->base_addr + off, data, len);
    case HEX_END:
        hex->ended = true;
        return STATUS_OK;
    case HEX_SEGMENT:
    case HEX_LINEAR:
        if (len != 2)
            return hex_bad(hex, "a base address has two bytes");
        hex->base_addr = ((uint32_t)data[0] << 8 | data[1])
                         << (hex->record[3] == HEX_LINEAR ? 16 : 4);
        return STATUS_OK;
    case HEX_START_SEGMENT:
    case HEX_START_LINEAR:
        return STATUS_OK;
    default:
        return hex_bad(hex, "a record of unknown type");
    }
}

enum status firmware_load_hex(struct firmware *firmware, const struct file_bytes *file)
{
    struct hex hex = {.firmware = firmware, .at = file->at, .end = file->at + file->len, .line = 1};

    while (hex.at < hex.end && !hex.ended) {
        uint8_t c = *hex.at++;
        enum status status = STATUS_OK;

        if (c == ':') {
            status = read_record(&hex);
            status = status == STATUS_OK ? take_record(&hex) : status;
        } else if (c == '\n') {
            hex.line++;
        } else if (c != '\r' && c != ' ') {
            status = hex_bad(&hex, "does not begin with a colon");
        }
        if (status != STATUS_OK)
            return status;
    }
    return hex.ended ? STATUS_OK : hex_bad(&hex, "the end record is missing: the file is cut off");
}
