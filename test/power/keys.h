/* SPDX-License-Identifier: MIT
 * Trust for the power cuts: one key, and a signature that is the digest's first bytes, for millions of
 * checks of a real one would take days. The policy can be switched. */
#ifndef POWER_KEYS_H
#define POWER_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "image/digest.h"

extern const uint8_t power_key_hash[DIGEST_SHA256_BYTES];

void power_policy(bool release);

#endif
