/* SPDX-License-Identifier: MIT
 * Images for tests; image_sample.h. */
#include "support/image_sample.h"

#include <string.h>

#include "support/flash_host.h"
#include "util/bytes.h"

void image_sample(uint8_t *out, uint32_t bytes, uint32_t seed)
{
    uint32_t x = seed * 2654435761u + 12345u;

    for (uint32_t i = 0; i < bytes; i++) {
        x = x * 1664525u + 1013904223u;
        out[i] = (uint8_t)(x >> 24);
    }
    if (bytes >= 8) {
        put_le32(out, 0x20010000);
        put_le32(out + 4, RUN_ADDR + (bytes > 64 ? 0x21 : 9));
    }
}

struct footer image_sample_footer(const uint8_t *image, uint32_t bytes)
{
    struct footer footer = {.image_bytes = bytes};
    struct digest_run run;

    digest_begin(&run);
    digest_bytes(&run, image, bytes);
    digest_end(&run, &footer.digest);
    return footer;
}

void image_sample_slot(uint32_t slot_addr, const uint8_t *image, uint32_t bytes)
{
    struct footer footer = image_sample_footer(image, bytes);

    memcpy(flash_host_at(slot_addr), image, bytes);
    footer_encode(&footer, flash_host_at(slot_addr + footer_off(bytes)));
}

void image_sample_md5_text(const uint8_t *image, uint32_t bytes, char text[33])
{
    struct footer footer = image_sample_footer(image, bytes);

    for (unsigned i = 0; i < 16; i++) {
        text[2 * i] = "0123456789abcdef"[footer.digest.md5[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[footer.digest.md5[i] & 15];
    }
    text[32] = '\0';
}
