/* SPDX-License-Identifier: MIT
 * Header, program, protected TLVs, SHA-256; mcuboot_sample.h. */
#include "support/mcuboot_sample.h"

#include <string.h>

#include "image/digest.h"
#include "image/mcuboot.h"
#include "support/image_sample.h"
#include "util/bytes.h"

#define HEADER_BYTES 0x200u

static uint32_t put_tlv(uint8_t *at, uint32_t type, const void *data, uint32_t bytes)
{
    put_le16(at, type);
    put_le16(at + 2, bytes);
    memcpy(at + 4, data, bytes);
    return 4 + bytes;
}

static uint32_t put_protected(const struct mcuboot_sample *what, uint8_t *at)
{
    uint8_t words[8];
    uint32_t bytes = 4;

    put_le32(words, what->counter);
    bytes += put_tlv(at + bytes, MCUBOOT_TLV_COUNTER, words, 4);
    if (what->starts != 0) {
        put_le32(words, what->starts);
        put_le32(words + 4, what->watchdog_ms);
        bytes += put_tlv(at + bytes, MCUBOOT_TLV_TRIAL, words, 8);
    }
    put_le16(at, MCUBOOT_PROTECTED_MAGIC);
    put_le16(at + 2, bytes);
    return bytes;
}

uint32_t mcuboot_sample(const struct mcuboot_sample *what, uint8_t *out)
{
    uint32_t signed_bytes = HEADER_BYTES + what->program_bytes;
    uint32_t protected_bytes = put_protected(what, out + signed_bytes);
    struct digest_run run;
    struct digest digest;

    memset(out, 0, HEADER_BYTES);
    put_le32(out, MCUBOOT_MAGIC);
    put_le16(out + 8, HEADER_BYTES);
    put_le16(out + 10, protected_bytes);
    put_le32(out + 12, what->program_bytes);
    out[20] = what->major;
    image_sample(out + HEADER_BYTES, what->program_bytes, what->seed);
    put_le32(out + HEADER_BYTES + 4, le32(out + HEADER_BYTES + 4) + HEADER_BYTES);
    signed_bytes += protected_bytes;
    digest_begin(&run);
    digest_bytes(&run, out, signed_bytes);
    digest_end(&run, &digest);
    uint8_t *at = out + signed_bytes;
    uint32_t bytes = 4 + put_tlv(at + 4, MCUBOOT_TLV_SHA256, digest.sha256, DIGEST_SHA256_BYTES);

    put_le16(at, MCUBOOT_TLV_MAGIC);
    put_le16(at + 2, bytes);
    return signed_bytes + bytes;
}
