/* SPDX-License-Identifier: MIT
 * A loader that takes signed images only: no plain image is whole, none is plausible. */
#include "image/slot_plain.h"
#include "image/vectors.h"

enum bl_rc slot_plain_poll(struct slot_check *check)
{
    uint8_t head[VECTORS_BYTES];

    slot_read(&check->map, 0, head, VECTORS_BYTES);
    enum bl_rc rc = vectors_check(head, 0, SLOT_BYTES);

    return slot_refuse(check, rc == BL_OK ? BL_E_IMG_PLAIN : rc);
}

enum bl_rc slot_plain_hashed(struct slot_check *check)
{
    return slot_refuse(check, BL_E_IMG_PLAIN);
}

void slot_accept_plausible(struct slot_check *check)
{
    (void)check;
}
