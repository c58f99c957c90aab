/* SPDX-License-Identifier: MIT
 * The public keys whose signatures count. keys_builtin is written at build time by scripts/keys from
 * the PEM files of KEYS=folder. */
#ifndef IMAGE_KEYS_H
#define IMAGE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "image/digest.h"

#define KEYS_MAX        4u
#define KEY_POINT_BYTES 65u /* 04 X Y, on P-256 */

struct key {
    uint8_t hash[DIGEST_SHA256_BYTES]; /* SHA-256 of the SubjectPublicKeyInfo (DER, 91 bytes) */
    uint8_t point[KEY_POINT_BYTES];
};

struct key_set {
    const struct key *keys;
    uint32_t count; /* 0..KEYS_MAX */
    bool
        published; /* the private half of one of them is known to everybody: development, samples */
};

extern const struct key_set keys_builtin;

/* Keys that are no longer believed, by id; 0 = free place. Kept in the loader's records. */
struct key_revoked {
    uint32_t ids[KEYS_MAX];
};

/* A key's short name: the first four bytes of its hash, big-endian, as the log shows it. */
uint32_t key_id(const uint8_t hash[DIGEST_SHA256_BYTES]);

/* The key with this hash, or NULL. */
const struct key *key_find(const struct key_set *keys, const uint8_t hash[DIGEST_SHA256_BYTES]);

bool key_is_revoked(const struct key_revoked *revoked, const uint8_t hash[DIGEST_SHA256_BYTES]);

/* Notes a key of the set as revoked. Nothing happens when it is noted already, when it is not in the
 * set, or when no other key would be left. True if *revoked changed. */
bool key_revoke(struct key_revoked *revoked, const struct key_set *keys,
                const uint8_t hash[DIGEST_SHA256_BYTES]);

#endif
