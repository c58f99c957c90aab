/* SPDX-License-Identifier: MIT
 * The part of a slot's check that plain images need. A loader that takes signed images only links
 * slot_plain_none.c instead of slot_plain.c. For slot.c and these two only. */
#ifndef IMAGE_SLOT_PLAIN_H
#define IMAGE_SLOT_PLAIN_H

#include "image/slot.h"

/* Word 0 is no MCUboot header's, and nothing is being hashed: begins the next hash, or ends. */
BL_MUST enum bl_rc slot_plain_poll(struct slot_check *check);

/* The hash that it began is complete. */
BL_MUST enum bl_rc slot_plain_hashed(struct slot_check *check);

/* Of slot.c: ends a check. Both return BL_OK. */
enum bl_rc slot_end(struct slot_check *check, enum slot_kind kind);
enum bl_rc slot_refuse(struct slot_check *check, enum bl_rc reason);

#endif
