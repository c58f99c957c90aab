/* SPDX-License-Identifier: MIT
 * The .md5 file beside a plain image: md5sum's line, "digest, two blanks, name". */
#ifndef TOOLS_MD5_LINE_H
#define TOOLS_MD5_LINE_H

#include <stdint.h>

#include "tools/file.h"

/* The line for these bytes under this name, with its line end; zero-terminated behind len.
 * file_free gives it back. */
void md5_line(const uint8_t *bytes, uint32_t len, const char *name, struct file_bytes *out);

/* Where the loader looks for the .md5 file of an image: "/a/x.bin" to "/a/x.md5". STATUS_FILE, said,
 * when that is too long; STATUS_USAGE when it is the image itself. */
enum status md5_path(const char *path, char out[FILE_PATH_BYTES]);

#endif
