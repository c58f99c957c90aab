/* SPDX-License-Identifier: MIT
 * An agreed folder instead of an agreed file: of the images in it, the one to offer. Content decides,
 * not names: an image that the board may install, and of several the highest version. Why is said on
 * the console, a line for each file. */
#ifndef BOOT_CHOOSE_H
#define BOOT_CHOOSE_H

#include "boot/boot.h"
#include "util/err.h"

/* Looks at the files of the folder (a path that ends in '/') and makes the best boot->offer, opened
 * as by offer_open; the run area must be known. CHOOSE_FILES_MAX files at the most; hidden ones, those
 * whose name begins with a dot, and folders do not count.
 *
 * Of images with a version, the highest; of the same version, the one that is installed, else the
 * one with the lowest digest, so that every start comes to the same end. A plain image has no version:
 * it is taken when it is the only image. When there are images but none may be installed, the first
 * of them is the offer: what is wrong with it is found out, said and recorded as of any file.
 *
 * BL_E_FILE_NONE (no folder, no image in it; logged as a fact), BL_E_IMG_AMBIGUOUS (several plain
 * images and no other), errors of volume.h; logged. Blocks for reads of single blocks, within
 * the limit that the stick was given; 50 ms for each signature, which is checked of what would be the
 * best so far. */
BL_MUST enum bl_rc choose_open(struct boot *boot, const char *folder);

#endif
