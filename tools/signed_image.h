/* SPDX-License-Identifier: MIT
 * Writes an image in MCUboot's format (docs/image-format.md), as imgtool does: header, payload,
 * protected TLVs, then SHA-256, key hash (or the whole public key) and ECDSA signature. */
#ifndef TOOLS_SIGNED_IMAGE_H
#define TOOLS_SIGNED_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/mcuboot.h"
#include "tools/file.h"
#include "tools/pem.h"

struct signed_image {
    const uint8_t *payload;
    uint32_t payload_bytes;
    uint32_t header_bytes;
    struct mcuboot_version version;
    uint32_t has; /* MCUBOOT_HAS_*: which of the following are to be written */
    uint32_t counter;
    uint8_t vendor[MCUBOOT_UUID_BYTES];
    uint8_t class_id[MCUBOOT_UUID_BYTES];
    uint32_t trial_starts;
    uint32_t trial_watchdog_ms;
    uint32_t hw_min;
    uint32_t hw_max;
    uint8_t revoke[DIGEST_SHA256_BYTES];
    bool whole_key; /* the public key itself in place of its hash */
};

/* The image's bytes; file_free gives them back. STATUS_INPUT when it does not fit the run area,
 * STATUS_KEY; said, with `path` for its name. */
enum status signed_image_write(const struct signed_image *image, const struct pem_key *key,
                               const char *path, struct file_bytes *out);

#endif
