/* SPDX-License-Identifier: MIT
 * ECDSA through BearSSL. The curve's functions are named one by one: BearSSL's defaults would bring
 * slower ones, and curves that nobody uses. */
#include <bearssl_ec.h>
#include <string.h>

#include "image/ecdsa.h"

uint32_t ecdsa_p256_verify(const struct key *key, const uint8_t digest[DIGEST_SHA256_BYTES],
                           const uint8_t *signature, uint32_t signature_bytes)
{
    uint8_t point[KEY_POINT_BYTES]; /* BearSSL wants it writable */
    br_ec_public_key public_key = {BR_EC_secp256r1, point, sizeof point};

    memcpy(point, key->point, sizeof point);
    return br_ecdsa_i31_vrfy_asn1(&br_ec_p256_m31, digest, DIGEST_SHA256_BYTES, &public_key,
                                  signature, signature_bytes);
}
