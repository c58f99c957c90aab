/* SPDX-License-Identifier: MIT
 * An MCUboot image read piece by piece: header, vector table, TLVs; mcuboot.h. */
#include "config/layout.h"
#include "image/mcuboot.h"
#include "image/vectors.h"
#include "util/bytes.h"

static enum bl_rc load_vectors(const struct mcuboot_source *source, struct mcuboot_image *image)
{
    uint8_t head[VECTORS_BYTES];
    enum bl_rc rc = source->read(source->ctx, image->header_bytes, head, VECTORS_BYTES);

    if (rc == BL_OK) {
        rc = vectors_check(head, image->header_bytes, image->header_bytes + image->payload_bytes);
        image->found = rc == BL_OK ? 0 : le32(head + 4);
    }
    return rc;
}

static enum bl_rc load_tlvs(const struct mcuboot_source *source, struct mcuboot_image *image)
{
    uint8_t tlvs[MCUBOOT_TLVS_MAX_BYTES];
    uint32_t len = mcuboot_tlvs_bytes(image, source->bytes);
    enum bl_rc rc =
        source->read(source->ctx, image->header_bytes + image->payload_bytes, tlvs, len);

    return rc == BL_OK ? mcuboot_parse_tlvs(tlvs, len, image) : rc;
}

enum bl_rc mcuboot_load(const struct mcuboot_source *source, struct mcuboot_image *out)
{
    uint8_t head[MCUBOOT_HEADER_BYTES];

    out->found = source->bytes;
    if (source->bytes < MCUBOOT_HEADER_BYTES)
        return BL_E_IMG_LENGTH;
    enum bl_rc rc = source->read(source->ctx, 0, head, MCUBOOT_HEADER_BYTES);

    if (rc == BL_OK)
        rc = mcuboot_parse_header(head, source->bytes, out);
    if (rc == BL_OK)
        rc = load_vectors(source, out);
    return rc == BL_OK ? load_tlvs(source, out) : rc;
}
