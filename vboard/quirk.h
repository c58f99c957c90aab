/* SPDX-License-Identifier: MIT
 * What the stick is like, and what it does wrong: `vboard run --stick-quirk NAME[=VALUE]`, listed by
 * `vboard quirks`. Without any the stick is an ordinary one that keeps to the specifications. */
#ifndef VBOARD_QUIRK_H
#define VBOARD_QUIRK_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define QUIRK_NEVER UINT64_MAX /* written "never" */

/* What VALUE may be. TIMES: N = the Nth time only, N:COUNT = COUNT times from the Nth on, N+ = from
 * the Nth on for ever; times are counted from the first power-on, through all resets. */
enum quirk_kind {
    QUIRK_FLAG,         /* none or 1 = on, 0 = off */
    QUIRK_NUMBER,       /* a number; one of those in `form` if there are any */
    QUIRK_NUMBER_NEVER, /* the same, or "never" */
    QUIRK_TIMES,
    QUIRK_CHOICE, /* one word of `form` */
    QUIRK_LIST,   /* words of `form`, with commas between */
    QUIRK_TEXT
};

/* X(ID, "name", kind, default, "form", "what it does", "seen on"). */
enum quirk_id {
#define X(id, name, kind, value, form, text, seen) QUIRK_##id,
#include "quirks.def"
#undef X
    QUIRK_COUNT
};

struct quirk_value {
    uint64_t number; /* TIMES: the first time, 0 = not at all */
    uint64_t count;  /* TIMES */
    const char *text;
    uint64_t seen; /* TIMES: opportunities so far */
};

struct quirks {
    struct quirk_value value[QUIRK_COUNT];
};

struct quirk_info {
    const char *name;
    enum quirk_kind kind;
    uint64_t value; /* the default */
    const char *form, *text, *seen;
};
extern const struct quirk_info quirk_table[QUIRK_COUNT];

void quirk_defaults(struct quirks *quirks);
/* "NAME" or "NAME=VALUE", which is kept, not copied. False: it makes no sense (said on stderr). */
bool quirk_assign(struct quirks *quirks, const char *word);

uint64_t quirk(const struct board *b, enum quirk_id id);
/* NULL when it was not given. */
const char *quirk_text(const struct board *b, enum quirk_id id);
/* TIMES: here is an opportunity. True: this is one of the times. */
bool quirk_strikes(struct board *b, enum quirk_id id);
/* A delay as an instant: now + value in its unit of ps; ALARM_NEVER for "never". */
uint64_t quirk_deadline(const struct board *b, enum quirk_id id, uint64_t ps_per_unit);

/* For `vboard quirks`: how VALUE is written, and the default as text ("" = off). */
const char *quirk_form(enum quirk_id id);
const char *quirk_default_text(enum quirk_id id, char text[24]);

#endif
