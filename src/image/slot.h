/* SPDX-License-Identifier: MIT
 * What lies in a slot (run or update area), found out by content alone: looks for a footer at the
 * ends of the slot's sectors, hashes what it describes, and gives a verdict. Polled, so that the
 * loader can serve USB meanwhile. Uses flash_read: only between flash operations. */
#ifndef IMAGE_SLOT_H
#define IMAGE_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "image/digest.h"
#include "image/footer.h"
#include "image/verdict.h"
#include "util/err.h"

/* Hashed in one poll: 1 to 2 ms at 216 MHz, 30 ms on the internal oscillator. */
#define SLOT_POLL_BYTES 16384u

/* A running hash over flash. */
struct slot_hash {
    uint32_t addr;
    uint32_t bytes_left;
    struct digest_run run;
    struct digest digest; /* valid when slot_hash_poll has returned BL_OK */
};

void slot_hash_begin(struct slot_hash *hash, uint32_t addr, uint32_t bytes);

/* BL_PENDING or BL_OK. */
BL_MUST enum bl_rc slot_hash_poll(struct slot_hash *hash);

enum slot_kind {
    SLOT_UNKNOWN, /* not looked at yet */
    SLOT_NONE,    /* nothing that could be started; `reason` says why */
    SLOT_BARE,    /* a plausible vector table and no footer: no digest on record */
    SLOT_DIFFERS, /* a plausible vector table and a footer that the content does not match */
    SLOT_WHOLE,   /* a footer, and the content matches both of its digests */
};

struct slot_check {
    uint32_t slot_addr;
    enum slot_kind kind;
    enum bl_rc reason;      /* of SLOT_NONE: BL_E_IMG_VECTORS */
    struct footer footer;   /* of SLOT_WHOLE */
    struct verdict verdict; /* holds for SLOT_WHOLE only */
    uint32_t sector;        /* whose end is looked at now */
    bool hashing;
    bool differs;
    struct slot_hash hash;
};

/* Begins a check; whatever was known is forgotten. */
void slot_check_begin(struct slot_check *check, uint32_t slot_addr);

/* BL_PENDING; BL_OK when kind is known. At most three candidates of one slot each are hashed. */
BL_MUST enum bl_rc slot_check_poll(struct slot_check *check);

/* A verdict for an image without a matching footer, where the policy accepts it: looks at the
 * vector table twice, once for each half. */
void slot_accept_plausible(struct slot_check *check);

#endif
