/* SPDX-License-Identifier: MIT
 * What a plain image needs on its way from the stick to the flash: the .md5 beside it, and the footer
 * behind it. A loader that takes signed images only links plain_none.c instead of plain.c; it comes
 * here with a plain file never, since its policy has refused it before. */
#ifndef BOOT_PLAIN_H
#define BOOT_PLAIN_H

#include "boot/offer.h"
#include "boot/stick.h"
#include "image/footer.h"
#include "util/err.h"

/* Reads the .md5 of a plain image: beside "x.bin" lies "x.md5" or "x.bin.md5". BL_E_MD5_MISSING,
 * BL_E_MD5_FORMAT, errors of volume.h; not logged. Uses pump_memory. */
BL_MUST enum bl_rc plain_read_md5(struct offer *offer, struct stick *stick);

/* The bytes are in the update area: the flash must hold what the .md5 file names, and what the stick
 * sent. Writes the footer, which makes the image one that verifies by itself, and returns it in *out.
 * BL_E_IMG_DIGEST, errors of flash_op.h. Blocks for the hash over the image (5 ms for 16 KB), and an
 * erase when the footer has a sector of its own. */
BL_MUST enum bl_rc plain_finish_staging(const struct offer *offer, const struct digest *sent,
                                        struct footer *out);

#endif
