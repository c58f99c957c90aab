/* SPDX-License-Identifier: MIT
 * An image as a file or an area of a dump holds it, judged with the loader's own code (src/image):
 * what format, what it says of itself, whether its bytes are what it says, whether one of the given
 * keys signed it. */
#ifndef TOOLS_IMAGE_VIEW_H
#define TOOLS_IMAGE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "image/digest.h"
#include "image/keys.h"
#include "image/mcuboot.h"
#include "tools/report.h"
#include "util/err.h"

struct image_view {
    const uint8_t *bytes;
    uint32_t len;
    bool is_mcuboot;             /* else plain */
    struct mcuboot_image header; /* if is_mcuboot; valid with well_formed == BL_OK */
    enum bl_rc well_formed;      /* as the loader's parsers say */
    struct digest digest; /* of the whole plain file, or of what an MCUboot image hashes; only
                                    if well_formed */
    bool digest_right;    /* an MCUboot image has the SHA-256 that it claims */
};

/* Looks at len bytes, which must stay. What is wrong with them is in *out. */
void image_view(const uint8_t *bytes, uint32_t len, struct image_view *out);

/* Of a well-formed MCUboot image: errors of signature_check. */
BL_MUST enum bl_rc image_view_signature(const struct image_view *view, const struct key_set *keys);

/* Writes out what the image says of itself, also when the loader would refuse it. */
void image_view_report(struct report *report, const struct image_view *view);

/* Text of a refusal of this image, with the number it is about. Valid until the next call. */
const char *image_view_reason(const struct image_view *view, enum bl_rc rc);

#endif
