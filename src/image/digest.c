/* SPDX-License-Identifier: MIT
 * Both digests at once. */
#include "image/digest.h"

#include <string.h>

void digest_begin(struct digest_run *run)
{
    run->with_md5 = true;
    md5_begin(&run->md5);
    br_sha256_init(&run->sha256);
}

void digest_skip_md5(struct digest_run *run)
{
    run->with_md5 = false;
}

void digest_bytes(struct digest_run *run, const void *data, uint32_t len)
{
    if (run->with_md5)
        md5_add(&run->md5, data, len);
    br_sha256_update(&run->sha256, data, len);
}

void digest_end(const struct digest_run *run, struct digest *out)
{
    memset(out->md5, 0, sizeof out->md5);
    if (run->with_md5)
        md5_end(&run->md5, out->md5);
    br_sha256_out(&run->sha256, out->sha256);
}

bool digest_same(const uint8_t *a, const uint8_t *b, uint32_t len)
{
    uint8_t differ = 0;

    for (uint32_t i = 0; i < len; i++)
        differ |= a[i] ^ b[i];
    return differ == 0;
}
