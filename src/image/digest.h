/* SPDX-License-Identifier: MIT
 * MD5 and SHA-256 of the same bytes in one pass (BearSSL underneath). MD5 is what the user's .md5
 * file speaks, and zero in a loader that takes no plain images (md5.h); SHA-256 is what the footer
 * adds. Neither proves where an image comes from. */
#ifndef IMAGE_DIGEST_H
#define IMAGE_DIGEST_H

#include <bearssl_hash.h>
#include <stdbool.h>
#include <stdint.h>

#include "image/md5.h"

#define DIGEST_MD5_BYTES    MD5_BYTES
#define DIGEST_SHA256_BYTES 32u

struct digest {
    uint8_t md5[DIGEST_MD5_BYTES];
    uint8_t sha256[DIGEST_SHA256_BYTES];
};

/* One running computation, owned by the caller; no heap, no pointer into itself. */
struct digest_run {
    bool with_md5;
    br_md5_context md5;
    br_sha256_context sha256;
};

void digest_begin(struct digest_run *run);

/* Right after digest_begin: SHA-256 alone, in three quarters of the time; the MD5 is then zero. */
void digest_skip_md5(struct digest_run *run);

void digest_bytes(struct digest_run *run, const void *data, uint32_t len);
void digest_end(const struct digest_run *run, struct digest *out);

/* The same len bytes; every byte is looked at, whatever differs first. */
bool digest_same(const uint8_t *a, const uint8_t *b, uint32_t len);

#endif
