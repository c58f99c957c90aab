/* SPDX-License-Identifier: MIT
 * Texts and blink numbers of the errors in err.def: a row each, and the texts one behind the other,
 * which takes 500 bytes less than tables over the whole range of numbers. */
#include "util/err.h"

#include <stdint.h>
#include <string.h>

struct err_row {
    int16_t number;
    uint8_t blink;
};

static const struct err_row rows[] = {
#define X(name, number, blink, text) {number, blink},
#include "util/err.def"
#undef X
};

static const char texts[] =
#define X(name, number, blink, text) text "\0"
#include "util/err.def"
#undef X
    ;

#define ROWS (sizeof rows / sizeof rows[0])

const char *err_text(enum bl_rc rc)
{
    const char *text = texts;

    if (rc >= 0)
        return rc == BL_OK ? "ok" : "pending";
    for (uint32_t i = 0; i < ROWS; i++) {
        if (rows[i].number == rc)
            return text;
        text += strlen(text) + 1;
    }
    return "unknown error";
}

unsigned err_blink(enum bl_rc rc)
{
    for (uint32_t i = 0; i < ROWS; i++)
        if (rows[i].number == rc)
            return rows[i].blink;
    return 0;
}
