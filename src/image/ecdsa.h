/* SPDX-License-Identifier: MIT
 * ECDSA on P-256. A loader without keys links ecdsa_none.c instead of ecdsa_p256.c: no signature is
 * ever right for it, and 9 KB of flash stay free. */
#ifndef IMAGE_ECDSA_H
#define IMAGE_ECDSA_H

#include <stdint.h>

#include "image/digest.h"
#include "image/keys.h"

/* 1 if the signature (DER, as in MCUboot's TLV 0x22) over the digest is that of the key; else 0.
 * Time and stack: signature_check. */
uint32_t ecdsa_p256_verify(const struct key *key, const uint8_t digest[DIGEST_SHA256_BYTES],
                           const uint8_t *signature, uint32_t signature_bytes);

#endif
