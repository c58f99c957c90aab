/* SPDX-License-Identifier: MIT
 * Writes a package to the update area in pieces: an MCUboot image as it is (word 0 tells), or a
 * plain image, which gets the 64-byte footer by which the loader verifies it. Streaming: begin or
 * resume, bytes as often as it takes, end. All calls block (times: applib/staging.h) and call
 * clock_idle meanwhile. A package that is not complete, or not requested afterwards
 * (applib/request.h), changes nothing for the next start. */
#ifndef APPLIB_PACKAGE_H
#define APPLIB_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/digest.h"
#include "util/err.h"

#define PACKAGE_CHUNK_BYTES 256u

/* One package being written. The caller owns it; its fields are the library's. */
struct package {
    enum bl_rc rc; /* sticky: the first error stays until the next begin */
    uint32_t image_bytes;
    uint32_t taken_bytes; /* given by the caller so far; what of it is not in flash is in chunk */
    bool mcuboot;         /* known once the first chunk is in flash */
    bool resumed;
    uint8_t sha256[DIGEST_SHA256_BYTES]; /* of the whole, if resumed: what the caller said */
    struct digest_run digest;
    uint32_t chunk[PACKAGE_CHUNK_BYTES / 4u];
};

/* Starts a package of exactly image_bytes bytes and erases, ahead of the data, every sector that it
 * and its footer reach (typically 1 s each). BL_E_IMG_EMPTY below 8 bytes, BL_E_IMG_TOO_BIG above
 * SLOT_BYTES, BL_E_ON_TRIAL while this application is on trial, or an error of the flash. */
BL_MUST enum bl_rc package_begin(struct package *p, uint32_t image_bytes);

/* Goes on with a package whose writing was interrupted, in whatever way: *have_bytes is how much of
 * it is in flash, and the bytes behind that are to be given next. Whole sectors count: the one that
 * was being written is erased again, it may hold words that do not last. sha256: of the whole
 * package; package_end holds the flash against it, since only the caller can know that it is the
 * same package still. When it is not, package_end says BL_E_IMG_DIGEST: begin anew. Reads and hashes
 * what is there (16 MHz: 3 s for the largest). Errors as of package_begin. */
BL_MUST enum bl_rc package_resume(struct package *p, uint32_t image_bytes,
                                  const uint8_t sha256[DIGEST_SHA256_BYTES], uint32_t *have_bytes);

/* The next len bytes, of any length and alignment; data stays the caller's and may lie in flash.
 * BL_E_IMG_TOO_BIG when more comes than was announced or when it is a plain image of more than
 * PLAIN_IMAGE_MAX_BYTES, or an error of the flash. */
BL_MUST enum bl_rc package_bytes(struct package *p, const void *data, uint32_t len);

/* Writes the rest, computes the digests of what the flash holds (16 MHz: 3 s for the largest
 * package), compares, writes the footer of a plain image. BL_E_IMG_DIGEST when the flash does not
 * hold what came in, BL_E_BUG when fewer bytes came than were announced, or an error of the flash. */
BL_MUST enum bl_rc package_end(struct package *p);

#endif
