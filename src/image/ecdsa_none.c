/* SPDX-License-Identifier: MIT
 * A loader that trusts no key: no signature is right. */
#include "image/ecdsa.h"

uint32_t ecdsa_p256_verify(const struct key *key, const uint8_t digest[DIGEST_SHA256_BYTES],
                           const uint8_t *signature, uint32_t signature_bytes)
{
    (void)key, (void)digest, (void)signature, (void)signature_bytes;
    return 0;
}
