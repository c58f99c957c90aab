/* SPDX-License-Identifier: MIT
 * The 64 bytes that make a plain image describe itself. They lie at the end of the last flash
 * sector that the image reaches, or of the next one when the image leaves no room for them:
 *
 *   offset  bytes  content, integers little-endian
 *        0      4  magic 0x31464253 ("SBF1")
 *        4      4  size of the image in bytes, 8..PLAIN_IMAGE_MAX_BYTES
 *        8     32  SHA-256 of the image
 *       40     16  MD5 of the image
 *       56      4  zero
 *       60      4  CRC-32 of the 60 bytes before
 *
 * Pure. Everything between image and footer is erased flash (0xFF). */
#ifndef IMAGE_FOOTER_H
#define IMAGE_FOOTER_H

#include <stdbool.h>
#include <stdint.h>

#include "config/layout.h"
#include "image/digest.h"

#define FOOTER_MAGIC           0x31464253u
#define FOOTER_IMAGE_MIN_BYTES 8u /* initial stack pointer and reset vector */

struct footer {
    uint32_t image_bytes;
    struct digest digest;
};

void footer_encode(const struct footer *footer, uint8_t out[FOOTER_BYTES]);

/* False when magic, CRC, the zero word or the size do not fit; *out is then undefined. */
bool footer_decode(const uint8_t in[FOOTER_BYTES], struct footer *out);

/* Number of slot sectors that an image of this size and its footer take, 1..SLOT_SECTORS for sizes
 * up to PLAIN_IMAGE_MAX_BYTES. */
uint32_t footer_sectors(uint32_t image_bytes);

/* Offset of the footer in the slot for an image of this size. */
uint32_t footer_off(uint32_t image_bytes);

#endif
