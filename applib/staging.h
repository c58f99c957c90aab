/* SPDX-License-Identifier: MIT
 * The update area, raw: erase and program, nothing else. package.h is what an application normally
 * uses. Both calls block; erasing takes typically 1 s a sector of 256 KB (2 s at the most, 4 s with
 * slower parallelism: datasheet, unverified), programming 16 us a word. The errors are those of
 * port/flash.h. Nothing outside the update area is touched. */
#ifndef APPLIB_STAGING_H
#define APPLIB_STAGING_H

#include <stdint.h>

#include "util/err.h"

/* Erases every sector that the bytes [off, off + bytes) of the update area reach.
 * BL_E_IMG_TOO_BIG when that is more than there is, BL_E_ON_TRIAL while this application is on trial
 * (the update area holds the way back: confirm first, confirm.h), BL_E_FLASH_LAYOUT on another
 * chip. */
BL_MUST enum bl_rc staging_erase(uint32_t off, uint32_t bytes);

/* Programs len bytes at off from the start of the update area, and reads them back. off and len
 * are multiples of 4, src is word-aligned and not in flash. BL_E_FLASH_RANGE otherwise. */
BL_MUST enum bl_rc staging_program(uint32_t off, const void *src, uint32_t len);

#endif
