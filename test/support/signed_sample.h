/* SPDX-License-Identifier: MIT
 * imgtool's sample images (test/data/imgtool), and one look at what a slot of the host flash holds,
 * with the keys that were compiled in. */
#ifndef SUPPORT_SIGNED_SAMPLE_H
#define SUPPORT_SIGNED_SAMPLE_H

#include <stdint.h>

#include "image/slot.h"

#define SIGNED_SAMPLE_MAX_BYTES 0x50000u

/* Vendor and class UUID of v1.2.3-product.img: stickboot.example, widget-a. */
extern const uint8_t signed_sample_vendor[MCUBOOT_UUID_BYTES];
extern const uint8_t signed_sample_class[MCUBOOT_UUID_BYTES];

/* Reads a sample into out, SIGNED_SAMPLE_MAX_BYTES long; its size. Ends the test if it cannot. */
uint32_t signed_sample_read(const char *name, uint8_t *out);

/* Erases the update area's cells and puts the image there. */
void signed_sample_put(const uint8_t *image, uint32_t bytes);

/* Checks the update area to its end. Verdict and kind must say the same. */
enum slot_kind signed_sample_look(struct slot_check *check, const struct slot_trust *trust);

/* The claims of an image in memory, as of a file of that size: mcuboot_load. */
enum bl_rc signed_sample_load(const uint8_t *image, uint32_t bytes, struct mcuboot_image *out);

#endif
