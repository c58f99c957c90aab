/* SPDX-License-Identifier: MIT
 * Can the first bytes of an image be the vector table of an application for the run area? A cheap
 * test that refuses text files, images for other addresses and empty flash. Pure. */
#ifndef IMAGE_VECTORS_H
#define IMAGE_VECTORS_H

#include <stdint.h>

#include "util/err.h"

#define VECTORS_BYTES 8u /* what is looked at: initial stack pointer, reset vector */

/* Word 0 of an MCUboot image (MCUboot "Image format"); as an address it can never be a stack. */
#define VECTORS_MCUBOOT_MAGIC 0x96F3B83Du

/* BL_OK when the stack pointer lies in the RAM (0x20000000 < SP <= RAM_END_ADDR, 8-aligned as AAPCS
 * 5.2.1.2 asks) and the reset vector is a Thumb address inside the image's image_bytes behind the
 * two words, linked to RUN_ADDR. BL_E_IMG_FOREIGN for an MCUboot image, BL_E_IMG_VECTORS else. */
BL_MUST enum bl_rc vectors_check(const uint8_t head[VECTORS_BYTES], uint32_t image_bytes);

#endif
