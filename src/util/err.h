/* SPDX-License-Identifier: MIT
 * The one error type. Negative = error, passed up unchanged, logged once where it is born. */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

enum bl_rc {
    BL_OK = 0,
    BL_PENDING = 1, /* a poll function: not finished, call again */
#define X(name, number, blink, text) BL_E_##name = (number),
#include "util/err.def"
#undef X
};

#define BL_MUST __attribute__((warn_unused_result))

/* The text of err.def for a code, for log lines ("ok" for BL_OK, "unknown error" else). Never NULL. */
const char *err_text(enum bl_rc rc);

/* The LED's blink number for a code, 0 = none (docs/manual.md). */
unsigned err_blink(enum bl_rc rc);

#endif
