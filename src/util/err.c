/* SPDX-License-Identifier: MIT
 * Texts and blink numbers of the errors in err.def. */
#include "util/err.h"

const char *err_text(enum bl_rc rc)
{
    switch (rc) {
    case BL_OK:
        return "ok";
    case BL_PENDING:
        return "pending";
#define X(name, number, blink, text)                                                               \
    case BL_E_##name:                                                                              \
        return text;
#include "util/err.def"
#undef X
    }
    return "unknown error";
}

unsigned err_blink(enum bl_rc rc)
{
    switch (rc) {
    case BL_OK:
    case BL_PENDING:
        return 0;
#define X(name, number, blink, text)                                                               \
    case BL_E_##name:                                                                              \
        return blink;
#include "util/err.def"
#undef X
    }
    return 0;
}
