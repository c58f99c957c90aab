/* SPDX-License-Identifier: MIT
 * The .md5 file beside the firmware. Pure: decodes text that somebody else has read.
 *
 * A line is "digest", "digest  name" (text mode) or "digest *name" (binary mode); digest is 32 hex
 * digits in either case. Allowed around it: a UTF-8 byte order mark, CR LF, blanks at the line's
 * end, empty lines, no line end at the end. A single line counts whatever name it gives; of
 * several, the one whose base name is the firmware's (either case; / and \ separate). */
#ifndef IMAGE_MD5FILE_H
#define IMAGE_MD5FILE_H

#include <stdint.h>

#include "config/limits.h"
#include "image/digest.h"
#include "util/err.h"

/* name: base name of the firmware file. BL_E_MD5_FORMAT for a line of any other form, for no line
 * at all, for several of which none or two different ones name the file. */
BL_MUST enum bl_rc md5file_parse(const uint8_t *text, uint32_t len, const char *name,
                                 uint8_t md5[DIGEST_MD5_BYTES]);

#endif
