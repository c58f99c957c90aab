/* SPDX-License-Identifier: MIT
 * Encoding of the product parameters; layout in product.h. */
#include "params/product.h"

#include <string.h>

#include "config/layout.h"
#include "port/flash.h"
#include "util/bytes.h"
#include "util/crc.h"

#define PRODUCT_MAGIC      0x31504253u
#define PRODUCT_SERIAL_OFF 44u
#define PRODUCT_FILE_OFF   76u
#define PRODUCT_CRC_OFF    252u
#define PRODUCT_FLAGS      (PRODUCT_FLAG_OLDER | PRODUCT_FLAG_SAME_VERSION | PRODUCT_FLAG_MUST_BE_NAMED)

_Static_assert(PRODUCT_FILE_OFF == PRODUCT_SERIAL_OFF + PRODUCT_SERIAL_BYTES, "product.h");
_Static_assert(PRODUCT_FILE_OFF + FILE_PATH_MAX == 204, "product.h");
_Static_assert(PRODUCT_BYTES <= PRODUCT_USED_BYTES, "layout.h");

void product_default(struct product *out)
{
    *out = (struct product){.state = PRODUCT_NONE,
                            .file = PRODUCT_FILE_DEFAULT,
                            .attach_ms = ATTACH_WINDOW_MS,
                            .ready_ms = READINESS_MS};
}

/* Printable ASCII, then zeros up to the end. */
static bool text_is_clean(const uint8_t *text, uint32_t bytes)
{
    uint32_t len = 0;

    while (len < bytes && text[len] >= 0x20 && text[len] < 0x7F)
        len++;
    for (uint32_t i = len; i < bytes; i++)
        if (text[i] != 0)
            return false;
    return true;
}

static bool time_fits(uint32_t ms, uint32_t min_ms, uint32_t max_ms)
{
    return ms == PRODUCT_TIME_DEFAULT || (ms >= min_ms && ms <= max_ms);
}

static bool blob_fits(const uint8_t in[PRODUCT_BYTES])
{
    const uint8_t *file = in + PRODUCT_FILE_OFF;

    return le32(in) == PRODUCT_MAGIC && (le32(in + 40) & ~PRODUCT_FLAGS) == 0 &&
           text_is_clean(in + PRODUCT_SERIAL_OFF, PRODUCT_SERIAL_BYTES) &&
           text_is_clean(file, FILE_PATH_MAX) && file[FILE_PATH_MAX - 1] == 0 &&
           (file[0] == 0 || file[0] == '/') &&
           time_fits(le32(in + 204), 0, PRODUCT_ATTACH_MAX_MS) &&
           time_fits(le32(in + 208), PRODUCT_READY_MIN_MS, PRODUCT_READY_MAX_MS) &&
           le32(in + PRODUCT_CRC_OFF) == crc32_bytes(0, in, PRODUCT_CRC_OFF);
}

static bool blob_is_blank(const uint8_t in[PRODUCT_BYTES])
{
    uint8_t all = 0xFF;

    for (uint32_t i = 0; i < PRODUCT_BYTES; i++)
        all &= in[i];
    return all == 0xFF;
}

void product_decode(const uint8_t in[PRODUCT_BYTES], struct product *out)
{
    product_default(out);
    if (!blob_fits(in)) {
        out->state = blob_is_blank(in) ? PRODUCT_NONE : PRODUCT_DAMAGED;
        return;
    }
    out->state = PRODUCT_VALID;
    memcpy(out->vendor, in + 4, PRODUCT_UUID_BYTES);
    memcpy(out->class_id, in + 20, PRODUCT_UUID_BYTES);
    out->hw_revision = le32(in + 36);
    out->flags = le32(in + 40);
    memcpy(out->serial, in + PRODUCT_SERIAL_OFF, PRODUCT_SERIAL_BYTES);
    if (in[PRODUCT_FILE_OFF] != 0)
        memcpy(out->file, in + PRODUCT_FILE_OFF, FILE_PATH_MAX);
    if (le32(in + 204) != PRODUCT_TIME_DEFAULT)
        out->attach_ms = le32(in + 204);
    if (le32(in + 208) != PRODUCT_TIME_DEFAULT)
        out->ready_ms = le32(in + 208);
}

bool product_encode(const struct product *product, uint8_t out[PRODUCT_BYTES])
{
    memset(out, 0, PRODUCT_BYTES);
    put_le32(out, PRODUCT_MAGIC);
    memcpy(out + 4, product->vendor, PRODUCT_UUID_BYTES);
    memcpy(out + 20, product->class_id, PRODUCT_UUID_BYTES);
    put_le32(out + 36, product->hw_revision);
    put_le32(out + 40, product->flags);
    memcpy(out + PRODUCT_SERIAL_OFF, product->serial, PRODUCT_SERIAL_BYTES);
    memcpy(out + PRODUCT_FILE_OFF, product->file, FILE_PATH_MAX);
    put_le32(out + 204, product->attach_ms);
    put_le32(out + 208, product->ready_ms);
    put_le32(out + PRODUCT_CRC_OFF, crc32_bytes(0, out, PRODUCT_CRC_OFF));
    return blob_fits(out);
}

void product_read(struct product *out)
{
    uint8_t blob[PRODUCT_BYTES];

    flash_read(PRODUCT_ADDR, blob, PRODUCT_BYTES);
    product_decode(blob, out);
}
