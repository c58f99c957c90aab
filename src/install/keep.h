/* SPDX-License-Identifier: MIT
 * Keeps the application's 4 KB of sector 3 at the end of sector 4 while sector 3 is erased. That the
 * copy counts is said by a record in log F, "P suspect" (journal.h). Blocks as flash_op does. */
#ifndef INSTALL_KEEP_H
#define INSTALL_KEEP_H

#include <stdbool.h>

#include "util/err.h"

/* The place reads erased. */
bool keep_blank(void);

/* It holds the application's 4 KB already. */
bool keep_holds(void);

/* Copies the application's 4 KB to the erased place. */
BL_MUST enum bl_rc keep_save(void);

/* Programs other 4 KB there: what sector 3 is to hold. data: aligned to words, in RAM. */
BL_MUST enum bl_rc keep_save_new(const void *data);

/* Programs the 4 KB back into the erased sector 3. */
BL_MUST enum bl_rc keep_restore(void);

#endif
