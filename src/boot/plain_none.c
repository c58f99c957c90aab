/* SPDX-License-Identifier: MIT
 * A loader that takes signed images only: whatever its policy said, a plain file goes no further. */
#include "boot/plain.h"

enum bl_rc plain_read_md5(struct offer *offer, struct stick *stick)
{
    (void)offer, (void)stick;
    return BL_E_IMG_PLAIN;
}

enum bl_rc plain_finish_staging(const struct offer *offer, const struct digest *sent,
                                struct footer *out)
{
    (void)offer, (void)sent, (void)out;
    return BL_E_IMG_PLAIN;
}
