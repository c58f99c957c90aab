/* SPDX-License-Identifier: MIT
 * What images are held against in this start (image/slot.h): the loader's policy and keys, and the
 * facts: product parameters, what is installed, security counter and revoked keys on record. */
#ifndef INSTALL_TRUST_H
#define INSTALL_TRUST_H

#include <stdbool.h>

#include "image/mcuboot.h"
#include "install/install.h"
#include "util/err.h"

/* Fills in->trust and in->product from the flash; the journal is loaded. button: held at power-up. */
void trust_load(struct install *in, bool button);

/* The run area has been looked at: its version counts from now on and, unless it is on trial or on its
 * way, its counter and revocation, whatever became of the records. */
void trust_run_known(struct install *in);

/* A run area that is not whole: what is found elsewhere is held against the version on record
 * (true), or against none, as a stick's file is (false). */
void trust_use_record(struct install *in, bool use);

/* The run area's image is accepted for good: its security counter becomes the floor, on record as
 * well, and the key that it revokes stays revoked. */
void trust_accept(struct install *in, struct record *next);

/* May an image with this header and these TLVs (NULL = a plain image) be installed? Signature over
 * the claimed digest, then policy; the digest itself is not looked at. The run area must be known.
 * Errors of signature.h and policy.h; not logged. Blocks as signature_check. */
BL_MUST enum bl_rc trust_judge_offer(const struct install *in, const struct mcuboot_image *image);

/* Says on the console what an MCUboot image claims to be. where: "stick", "run area". */
void trust_describe(const char *where, const struct mcuboot_image *image);

#endif
