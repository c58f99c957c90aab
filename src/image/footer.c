/* SPDX-License-Identifier: MIT
 * Encoding and place of the footer of a plain image; layout in footer.h. */
#include "image/footer.h"

#include <string.h>

#include "util/bytes.h"
#include "util/crc.h"

_Static_assert(FOOTER_BYTES == 8 + DIGEST_SHA256_BYTES + DIGEST_MD5_BYTES + 8,
               "layout in footer.h");
_Static_assert(FOOTER_BYTES % 4 == 0, "flash is programmed by words");

void footer_encode(const struct footer *footer, uint8_t out[FOOTER_BYTES])
{
    put_le32(out, FOOTER_MAGIC);
    put_le32(out + 4, footer->image_bytes);
    memcpy(out + 8, footer->digest.sha256, DIGEST_SHA256_BYTES);
    memcpy(out + 40, footer->digest.md5, DIGEST_MD5_BYTES);
    put_le32(out + 56, 0);
    put_le32(out + 60, crc32_bytes(0, out, 60));
}

bool footer_decode(const uint8_t in[FOOTER_BYTES], struct footer *out)
{
    if (le32(in) != FOOTER_MAGIC || le32(in + 56) != 0 || le32(in + 60) != crc32_bytes(0, in, 60))
        return false;
    out->image_bytes = le32(in + 4);
    memcpy(out->digest.sha256, in + 8, DIGEST_SHA256_BYTES);
    memcpy(out->digest.md5, in + 40, DIGEST_MD5_BYTES);
    return out->image_bytes >= FOOTER_IMAGE_MIN_BYTES && out->image_bytes <= PLAIN_IMAGE_MAX_BYTES;
}

uint32_t footer_sectors(uint32_t image_bytes)
{
    return (image_bytes + FOOTER_BYTES + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES;
}

uint32_t footer_off(uint32_t image_bytes)
{
    return footer_sectors(image_bytes) * SLOT_SECTOR_BYTES - FOOTER_BYTES;
}
