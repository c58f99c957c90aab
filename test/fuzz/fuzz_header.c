/* SPDX-License-Identifier: MIT
 * Whole files through mcuboot_load: the header leads to the vector table and the TLVs, wherever it
 * says they are. Nothing may be read that is not there. */
#include <string.h>

#include "config/layout.h"
#include "fuzz/fuzz.h"
#include "image/mcuboot.h"

struct file {
    const uint8_t *data;
    uint32_t len;
};

static enum bl_rc read_file(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct file *file = ctx;

    HOLDS(off <= file->len && len <= file->len - off);
    memcpy(buf, file->data + off, len);
    return BL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct file file = {data, (uint32_t)len};
    struct mcuboot_source source = {&file, read_file, file.len};
    struct mcuboot_image image;

    if (mcuboot_load(&source, &image) == BL_OK) {
        HOLDS(image.total_bytes <= len && image.total_bytes <= SLOT_BYTES);
        HOLDS(image.signed_bytes + 4 <= image.total_bytes);
        HOLDS(image.header_bytes + image.payload_bytes <= image.signed_bytes);
        HOLDS((image.has & MCUBOOT_HAS_DIGEST) != 0);
    }
    /* The header of a larger file, so that the whole range of lengths is reached. */
    if (len >= MCUBOOT_HEADER_BYTES &&
        mcuboot_parse_header(data, UINT32_MAX - (uint32_t)len, &image) == BL_OK)
        HOLDS(image.signed_bytes + 4 <= SLOT_BYTES);
    return 0;
}
