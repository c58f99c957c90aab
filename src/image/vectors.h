/* SPDX-License-Identifier: MIT
 * Can the first bytes of an image be the vector table of an application for the run area? A cheap
 * test that refuses text files, images for other addresses and empty flash. Pure. An MCUboot header
 * is never taken for one: its magic is no address in the RAM. */
#ifndef IMAGE_VECTORS_H
#define IMAGE_VECTORS_H

#include <stdint.h>

#include "util/err.h"

#define VECTORS_BYTES 8u /* what is looked at: initial stack pointer, reset vector */

/* BL_OK when the stack pointer lies in the RAM (0x20000000 < SP <= RAM_END_ADDR, 8-aligned as AAPCS
 * 5.2.1.2 asks) and the reset vector is a Thumb address behind the two words and below end_off, in
 * an image that lies at RUN_ADDR with its table at table_off. BL_E_IMG_ADDRESS when the reset vector
 * is a Thumb address elsewhere in the flash, BL_E_IMG_VECTORS else. table_off is a header's size at
 * the most, so that no sum overflows. */
BL_MUST enum bl_rc vectors_check(const uint8_t head[VECTORS_BYTES], uint32_t table_off,
                                 uint32_t end_off);

#endif
