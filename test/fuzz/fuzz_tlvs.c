/* SPDX-License-Identifier: MIT
 * TLVs behind a header: the first two bytes are the size of the protected area, the rest is what
 * follows the payload. */
#include <string.h>

#include "config/layout.h"
#include "fuzz/fuzz.h"
#include "image/mcuboot.h"
#include "util/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint8_t head[MCUBOOT_HEADER_BYTES] = {0};
    struct mcuboot_image image;

    if (len < 2)
        return 0;
    put_le32(head, MCUBOOT_MAGIC);
    put_le16(head + 8, 0x200);
    put_le16(head + 10, le16(data));
    put_le32(head + 12, 0x1000);
    if (mcuboot_parse_header(head, SLOT_BYTES, &image) != BL_OK)
        return 0;
    if (mcuboot_parse_tlvs(data + 2, (uint32_t)len - 2, &image) == BL_OK) {
        HOLDS(image.total_bytes - image.header_bytes - image.payload_bytes <= len - 2);
        HOLDS(image.signature_bytes <= MCUBOOT_SIGNATURE_MAX_BYTES);
        HOLDS(mcuboot_is_signed(&image) == (image.signature_bytes != 0));
        HOLDS(image.trial_starts <= MCUBOOT_TRIAL_STARTS_MAX && image.hw_min <= image.hw_max);
    }
    return 0;
}
