/* SPDX-License-Identifier: MIT
 * What lies in a slot (run or update area, or sectors of several areas), found out by content alone. Word 0 decides: an MCUboot
 * image says itself how long it is, what its digest is and who signed it; for a plain image a footer
 * is looked for at the ends of the slot's sectors. What is described is hashed as the flash holds it,
 * held against signature and policy, and given a verdict. Polled, so that the loader can serve USB
 * meanwhile. Uses flash_read: only between flash operations. */
#ifndef IMAGE_SLOT_H
#define IMAGE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/layout.h"
#include "image/digest.h"
#include "image/footer.h"
#include "image/keys.h"
#include "image/mcuboot.h"
#include "image/policy.h"
#include "image/verdict.h"
#include "util/err.h"

/* Hashed in one poll: 1 ms at 216 MHz, 15 ms on the internal oscillator without PLL. USB is looked
 * at between two. */
#define SLOT_POLL_BYTES 4096u

/* Where an image lies: sector after sector. In the middle of an install its pieces are in sectors
 * of different areas (install/chain.h). */
struct slot_map {
    uint32_t addr[SLOT_SECTORS]; /* of flash sectors of SLOT_SECTOR_BYTES each */
};

/* The sectors of an area in their order. */
struct slot_map slot_map_of(uint32_t slot_addr);

/* len bytes at off, from sector to sector; off + len <= SLOT_BYTES. */
void slot_read(const struct slot_map *map, uint32_t off, void *dst, uint32_t len);

/* A running hash over the bytes of an image. */
struct slot_hash {
    struct slot_map map;
    uint32_t off;
    uint32_t bytes_left;
    struct digest_run run;
    struct digest digest; /* valid when slot_hash_poll has returned BL_OK */
};

void slot_hash_begin(struct slot_hash *hash, const struct slot_map *map, uint32_t bytes);

/* BL_PENDING or BL_OK. */
BL_MUST enum bl_rc slot_hash_poll(struct slot_hash *hash);

enum slot_kind {
    SLOT_UNKNOWN, /* not looked at yet */
    SLOT_NONE,    /* nothing that could be started; `reason` says why */
    SLOT_BARE,    /* plain: a plausible vector table and no footer, no digest on record */
    SLOT_DIFFERS, /* plain: a plausible vector table and a footer that the content does not match */
    SLOT_WHOLE,   /* the content matches its digests, its signature, and the policy */
};

/* What an image is held against. */
struct slot_trust {
    const struct policy *rules;
    const struct key_set *keys;
    struct key_revoked revoked;
    struct policy_facts facts;
};

/* Everything that is to be said about an MCUboot image but for its digest: the policy's answer, and
 * the signature over the digest that it claims, if it carries one. Asked of a stick's file before the
 * first erase, and of what the flash holds. *seal = SIGNATURE_SEAL for a right signature, else 0. */
BL_MUST enum bl_rc slot_judge_claims(const struct slot_trust *trust, enum policy_purpose purpose,
                                     const struct mcuboot_image *image, uint32_t *seal);

struct slot_check {
    struct slot_map map;
    enum policy_purpose purpose;
    const struct slot_trust *trust;
    enum slot_kind kind;
    enum bl_rc reason; /* of SLOT_NONE: errors of vectors.h, mcuboot.h, signature.h, policy.h */
    bool mcuboot;      /* word 0 is MCUBOOT_MAGIC */
    struct mcuboot_image header; /* if mcuboot: what it says; believe it with SLOT_WHOLE only. A
                                    refusal's number is in header.found */
    struct footer footer;   /* of SLOT_WHOLE, either format: bytes from the slot's start on that
                                    make up the image (an MCUboot image's with its TLVs; a plain
                                    one's without its footer), and the digests (an MCUboot image's
                                    without its unprotected TLVs) */
    struct verdict verdict; /* holds for SLOT_WHOLE only */
    uint32_t sector;        /* whose end is looked at now */
    bool hashing;
    bool told; /* for start_describe */
    bool differs;
    struct slot_hash hash;
};

/* Begins a check; whatever was known is forgotten. trust must stay as it is until the end. */
void slot_check_begin(struct slot_check *check, const struct slot_map *map,
                      enum policy_purpose purpose, const struct slot_trust *trust);

/* BL_PENDING; BL_OK when kind is known. At most three candidates of one slot each are hashed. One
 * poll checks a signature: signature.h says how long that blocks. */
BL_MUST enum bl_rc slot_check_poll(struct slot_check *check);

/* A verdict for a plain image without a matching footer, where the policy accepts it: looks at the
 * vector table twice, once for each half. */
void slot_accept_plausible(struct slot_check *check);

/* Of SLOT_WHOLE: how many sectors of the slot the image takes, a plain one's footer with it. */
uint32_t slot_sectors(const struct slot_check *check);

/* Of what may be started: offset of its vector table in the slot. */
uint32_t slot_vectors_off(const struct slot_check *check);

#endif
