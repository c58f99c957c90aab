/* SPDX-License-Identifier: MIT
 * ECDSA on P-256 over the digest that an image claims (BearSSL underneath). That the image has that
 * digest is another question: slot.h. */
#ifndef IMAGE_SIGNATURE_H
#define IMAGE_SIGNATURE_H

#include <stdint.h>

#include "image/keys.h"
#include "image/mcuboot.h"
#include "util/err.h"

/* What *seal becomes when the signature is right; 0 in every other case. Computed from the curve's
 * answer without a branch, so that one skipped instruction does not make it. */
#define SIGNATURE_SEAL 0x39C6A51Bu

/* Checks image->signature with the key that image->key_hash names. BL_E_IMG_UNSIGNED,
 * BL_E_KEY_FOREIGN, BL_E_KEY_REVOKED, BL_E_KEY_REVOKES_ITSELF (the image would not verify once its
 * own revocation counts), BL_E_SIGNATURE. Blocks for 11.6 million cycles (make bench): 54
 * ms at 216 MHz, 0.7 s on the internal oscillator without PLL. 2.5 KB of stack. */
BL_MUST enum bl_rc signature_check(const struct mcuboot_image *image, const struct key_set *keys,
                                   const struct key_revoked *revoked, uint32_t *seal);

#endif
