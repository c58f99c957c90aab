/* SPDX-License-Identifier: MIT
 * Look-up and revocation of public keys; keys.h. */
#include "image/keys.h"

#include <stddef.h>

#include "util/bytes.h"

uint32_t key_id(const uint8_t hash[DIGEST_SHA256_BYTES])
{
    return be32(hash);
}

const struct key *key_find(const struct key_set *keys, const uint8_t hash[DIGEST_SHA256_BYTES])
{
    for (uint32_t i = 0; i < keys->count; i++)
        if (digest_same(keys->keys[i].hash, hash, DIGEST_SHA256_BYTES))
            return &keys->keys[i];
    return NULL;
}

bool key_is_revoked(const struct key_revoked *revoked, const uint8_t hash[DIGEST_SHA256_BYTES])
{
    for (uint32_t i = 0; i < KEYS_MAX; i++)
        if (revoked->ids[i] != 0 && revoked->ids[i] == key_id(hash))
            return true;
    return false;
}

static uint32_t keys_left(const struct key_revoked *revoked, const struct key_set *keys)
{
    uint32_t left = 0;

    for (uint32_t i = 0; i < keys->count; i++)
        left += key_is_revoked(revoked, keys->keys[i].hash) ? 0 : 1;
    return left;
}

bool key_revoke(struct key_revoked *revoked, const struct key_set *keys,
                const uint8_t hash[DIGEST_SHA256_BYTES])
{
    if (key_find(keys, hash) == NULL || key_is_revoked(revoked, hash) ||
        keys_left(revoked, keys) < 2)
        return false;
    for (uint32_t i = 0; i < KEYS_MAX; i++) {
        if (revoked->ids[i] == 0) {
            revoked->ids[i] = key_id(hash);
            return true;
        }
    }
    return false;
}
