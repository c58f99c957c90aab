/* SPDX-License-Identifier: MIT
 * MD5 by the hash library. */
#include "image/md5.h"

void md5_begin(br_md5_context *run)
{
    br_md5_init(run);
}

void md5_add(br_md5_context *run, const void *data, uint32_t len)
{
    br_md5_update(run, data, len);
}

void md5_end(const br_md5_context *run, uint8_t out[MD5_BYTES])
{
    br_md5_out(run, out);
}
