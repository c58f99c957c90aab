/* SPDX-License-Identifier: MIT
 * Signature of an image; signature.h. */
#include "image/signature.h"

#include <stddef.h>

#include "image/ecdsa.h"

/* Right: 1, wrong: 0, without a branch between the curve's answer and the seal. */
static uint32_t seal_of(uint32_t answer)
{
    return SIGNATURE_SEAL & (0u - (answer & 1u));
}

enum bl_rc signature_check(const struct mcuboot_image *image, const struct key_set *keys,
                           const struct key_revoked *revoked, uint32_t *seal)
{
    *seal = 0;
    if (!mcuboot_is_signed(image))
        return BL_E_IMG_UNSIGNED;
    const struct key *key = key_find(keys, image->key_hash);

    if (key == NULL)
        return BL_E_KEY_FOREIGN;
    if (key_is_revoked(revoked, key->hash))
        return BL_E_KEY_REVOKED;
    if ((image->has & MCUBOOT_HAS_REVOKE) != 0 && key_id(image->revoke) == key_id(key->hash))
        return BL_E_KEY_REVOKES_ITSELF;
    *seal =
        seal_of(ecdsa_p256_verify(key, image->sha256, image->signature, image->signature_bytes));
    return *seal == SIGNATURE_SEAL ? BL_OK : BL_E_SIGNATURE;
}
