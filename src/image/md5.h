/* SPDX-License-Identifier: MIT
 * MD5, which only plain images need. A loader that takes signed images only links md5_none.c instead
 * of md5.c: 1.3 KB of flash stay free, and hashing takes less time. */
#ifndef IMAGE_MD5_H
#define IMAGE_MD5_H

#include <bearssl_hash.h>
#include <stdint.h>

#define MD5_BYTES 16u

void md5_begin(br_md5_context *run);
void md5_add(br_md5_context *run, const void *data, uint32_t len);

/* Of all bytes so far; md5_none.c: zeros. */
void md5_end(const br_md5_context *run, uint8_t out[MD5_BYTES]);

#endif
