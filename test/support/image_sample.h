/* SPDX-License-Identifier: MIT
 * Images for tests: bytes with a plausible vector table, and slots of the host flash filled with
 * them. */
#ifndef SUPPORT_IMAGE_SAMPLE_H
#define SUPPORT_IMAGE_SAMPLE_H

#include <stdint.h>

#include "image/footer.h"

/* Fills out with an image whose content hangs on seed. */
void image_sample(uint8_t *out, uint32_t bytes, uint32_t seed);

/* Puts bytes into a slot of the host flash, with a footer. */
void image_sample_slot(uint32_t slot_addr, const uint8_t *image, uint32_t bytes);

/* The footer that belongs to an image. */
struct footer image_sample_footer(const uint8_t *image, uint32_t bytes);

/* MD5 as lower-case hex. */
void image_sample_md5_text(const uint8_t *image, uint32_t bytes, char text[33]);

#endif
