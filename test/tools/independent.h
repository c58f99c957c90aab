/* SPDX-License-Identifier: MIT
 * MCUboot images judged without a line of the loader or the packager: an own walk over header and
 * TLVs, OpenSSL's hash and signature. */
#ifndef TOOLS_INDEPENDENT_H
#define TOOLS_INDEPENDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEPENDENT_TLVS_MAX 16u

struct independent_tlv {
    uint16_t type;
    uint16_t len;
    const uint8_t *value;
    bool is_protected;
};

struct independent {
    uint32_t load_addr;
    uint16_t header_bytes;
    uint16_t protected_bytes;
    uint32_t payload_bytes;
    uint32_t flags;
    uint8_t version[8];
    size_t signed_bytes;
    struct independent_tlv tlvs[INDEPENDENT_TLVS_MAX];
    unsigned tlv_count;
};

/* Ends the test with a message when the bytes are not exactly one image: no gap, nothing behind. */
void independent_parse(const uint8_t *image, size_t len, struct independent *out);

/* The only TLV of a type; ends the test when there is none, or several. */
const struct independent_tlv *independent_tlv(const struct independent *image, uint16_t type);

/* Digest, key hash (or the key itself) and signature are right for the public key in a PEM file. */
bool independent_signed_by(const uint8_t *image, const struct independent *parsed,
                           const char *pem_path);

#endif
