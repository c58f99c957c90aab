/* SPDX-License-Identifier: MIT
 * Keeps the application's 4 KB of sector 3 in sector 4 while sector 3 is erased. The copy is vouched
 * for by a mark behind it, programmed when the copy has been read back:
 *
 *   offset  bytes  content of the mark, integers little-endian
 *        0      4  magic 0x314B4253 ("SBK1")
 *        4      4  CRC-32 of the copy
 *        8      4  CRC-32 of the 8 bytes before
 *       12      4  erased; programmed to zero when the parameters are back in place
 *       16      4  the same once more, so that one cut cannot leave the end in doubt
 *
 * Blocks as flash_op does. */
#ifndef INSTALL_KEEP_H
#define INSTALL_KEEP_H

#include <stdbool.h>

#include "util/err.h"

enum keep_state {
    KEEP_NONE,    /* no copy that is vouched for, or one that was ended */
    KEEP_OPEN,    /* the copy counts: sector 3 may be anything */
    KEEP_CLOSING, /* sector 3 is complete, but the end of the mark was cut */
};

enum keep_state keep_state(void);

/* The place is erased: keep_save can be called. */
bool keep_blank(void);

/* Copies the application's 4 KB and programs the mark. */
BL_MUST enum bl_rc keep_save(void);

/* Programs the 4 KB back into the erased sector 3. */
BL_MUST enum bl_rc keep_restore(void);

/* Ends the mark. */
BL_MUST enum bl_rc keep_close(void);

#endif
