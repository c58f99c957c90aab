/* SPDX-License-Identifier: MIT
 * Writes a package (a plain image) to the update area in pieces, with the 64-byte footer by which
 * the loader verifies it. Streaming: begin, bytes as often as it takes, end. All calls block
 * (times: applib/staging.h) and call clock_idle meanwhile. A package that is not complete, or not
 * requested afterwards (applib/request.h), changes nothing for the next start. */
#ifndef APPLIB_PACKAGE_H
#define APPLIB_PACKAGE_H

#include <stdint.h>

#include "image/digest.h"
#include "util/err.h"

#define PACKAGE_CHUNK_BYTES 256u

/* One package being written. The caller owns it; its fields are the library's. */
struct package {
    enum bl_rc rc; /* sticky: the first error stays until the next begin */
    uint32_t image_bytes;
    uint32_t taken_bytes; /* given by the caller so far; what of it is not in flash is in chunk */
    struct digest_run digest;
    uint32_t chunk[PACKAGE_CHUNK_BYTES / 4u];
};

/* Starts a package of exactly image_bytes bytes and erases every sector that it and its footer
 * reach (typically 1 s each). BL_E_IMG_EMPTY below 8 bytes, BL_E_IMG_TOO_BIG above
 * PLAIN_IMAGE_MAX_BYTES, or an error of the flash. */
BL_MUST enum bl_rc package_begin(struct package *p, uint32_t image_bytes);

/* The next len bytes, of any length and alignment; data stays the caller's and may lie in flash.
 * BL_E_IMG_TOO_BIG when more comes than was announced, or an error of the flash. */
BL_MUST enum bl_rc package_bytes(struct package *p, const void *data, uint32_t len);

/* Writes the rest, computes the digests of what the flash holds (16 MHz: 3 s for the largest
 * package), compares, writes the footer. BL_E_IMG_DIGEST when the flash does not hold what came in,
 * BL_E_BUG when fewer bytes came than were announced, or an error of the flash. */
BL_MUST enum bl_rc package_end(struct package *p);

#endif
