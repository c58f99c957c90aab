/* SPDX-License-Identifier: MIT
 * Keys, signatures and policy of the loader under test; keys.h. */
#include "power/keys.h"

#include <string.h>

#include "image/ecdsa.h"
#include "image/keys.h"
#include "image/policy.h"

const uint8_t power_key_hash[DIGEST_SHA256_BYTES] = {0x11, 0x22, 0x33, 0x44};

static const struct key keys[] = {{{0x11, 0x22, 0x33, 0x44}, {4}}};
static struct policy policy;

const struct key_set keys_builtin = {.keys = keys, .count = 1};
const struct policy *const policy_builtin = &policy;

void power_policy(bool release)
{
    policy = release ? policy_release : policy_open;
}

uint32_t ecdsa_p256_verify(const struct key *key, const uint8_t digest[DIGEST_SHA256_BYTES],
                           const uint8_t *signature, uint32_t signature_bytes)
{
    return key == keys && memcmp(signature, digest, signature_bytes) == 0;
}
