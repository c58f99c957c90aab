/* SPDX-License-Identifier: MIT
 * The table of quirks, and the words that switch them on. */
#include "quirk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

const struct quirk_info quirk_table[QUIRK_COUNT] = {
#define X(id, name, kind, value, form, text, seen)                                                 \
    [QUIRK_##id] = {name, kind, value, form, text, seen},
#include "quirks.def"
#undef X
};

void quirk_defaults(struct quirks *quirks)
{
    memset(quirks, 0, sizeof *quirks);
    for (unsigned id = 0; id < QUIRK_COUNT; id++)
        quirks->value[id].number = quirk_table[id].value;
}

static int find(const char *name, size_t length)
{
    for (int id = 0; id < (int)QUIRK_COUNT; id++)
        if (strlen(quirk_table[id].name) == length &&
            memcmp(quirk_table[id].name, name, length) == 0)
            return id;
    return -1;
}

/* A decimal or 0x number at *text; moves *text behind it. */
static bool number(const char **text, uint64_t *value)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    errno = 0;
    *value = strtoull(*text, &end, 0);
    *text = end;
    return errno == 0 && *value != QUIRK_NEVER;
}

/* The form lists the choices: "8 16 32 64". */
static bool is_choice(const char *form, const char *text, size_t length)
{
    for (const char *at = form; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");

        if (word == length && memcmp(at, text, length) == 0)
            return true;
        at += word;
    }
    return false;
}

static bool all_choices(const char *form, const char *text)
{
    for (;;) {
        size_t length = strcspn(text, ",");

        if (!is_choice(form, text, length))
            return false;
        if (text[length] == 0)
            return true;
        text += length + 1;
    }
}

static bool set_times(struct quirk_value *v, const char *text)
{
    v->count = 1;
    if (!number(&text, &v->number) || v->number == 0)
        return false;
    if (strcmp(text, "+") == 0) {
        v->count = UINT64_MAX;
        return true;
    }
    return *text == 0 || (*text++ == ':' && number(&text, &v->count) && *text == 0);
}

static bool set_number(struct quirk_value *v, const struct quirk_info *q, const char *text)
{
    const char *end = text;

    if (q->kind == QUIRK_NUMBER_NEVER && strcmp(text, "never") == 0) {
        v->number = QUIRK_NEVER;
        return true;
    }
    return number(&end, &v->number) && *end == 0 &&
           (!q->form[0] || is_choice(q->form, text, strlen(text)));
}

static bool set(struct quirk_value *v, const struct quirk_info *q, const char *text)
{
    switch (q->kind) {
    case QUIRK_FLAG:
        v->number = !text || strcmp(text, "1") == 0;
        return !text || strcmp(text, "0") == 0 || strcmp(text, "1") == 0;
    case QUIRK_TIMES:
        return text && set_times(v, text);
    case QUIRK_CHOICE:
        v->text = text;
        return text && is_choice(q->form, text, strlen(text));
    case QUIRK_LIST:
        v->text = text;
        return text && all_choices(q->form, text);
    case QUIRK_TEXT:
        v->text = text;
        return text && *text;
    default:
        return text && set_number(v, q, text);
    }
}

bool quirk_assign(struct quirks *quirks, const char *word)
{
    const char *equal = strchr(word, '=');
    int id = find(word, equal ? (size_t)(equal - word) : strlen(word));

    if (id < 0) {
        fprintf(stderr,
                "vboard: --stick-quirk %s: no quirk of that name (`vboard quirks` lists them)\n",
                word);
        return false;
    }
    if (set(&quirks->value[id], &quirk_table[id], equal ? equal + 1 : NULL))
        return true;
    fprintf(stderr, "vboard: --stick-quirk %s: expected %s%s%s\n", word, quirk_table[id].name,
            quirk_table[id].kind == QUIRK_FLAG ? "" : "=", quirk_form((enum quirk_id)id));
    return false;
}

uint64_t quirk(const struct board *b, enum quirk_id id)
{
    return b->quirks.value[id].number;
}

const char *quirk_text(const struct board *b, enum quirk_id id)
{
    return b->quirks.value[id].text;
}

bool quirk_strikes(struct board *b, enum quirk_id id)
{
    struct quirk_value *v = &b->quirks.value[id];

    if (v->number == 0)
        return false;
    v->seen++;
    return v->seen >= v->number && v->seen - v->number < v->count;
}

uint64_t quirk_deadline(const struct board *b, enum quirk_id id, uint64_t ps_per_unit)
{
    uint64_t value = quirk(b, id);

    if (value > (ALARM_NEVER - now_ps(b)) / ps_per_unit)
        return ALARM_NEVER;
    return now_ps(b) + value * ps_per_unit;
}

const char *quirk_form(enum quirk_id id)
{
    const struct quirk_info *q = &quirk_table[id];

    if (q->form[0])
        return q->form;
    switch (q->kind) {
    case QUIRK_FLAG:
        return "";
    case QUIRK_TIMES:
        return "N, N:COUNT or N+";
    case QUIRK_NUMBER_NEVER:
        return "NUMBER or never";
    default:
        return "NUMBER";
    }
}

const char *quirk_default_text(enum quirk_id id, char text[24])
{
    const struct quirk_info *q = &quirk_table[id];
    bool counted = q->kind == QUIRK_NUMBER || q->kind == QUIRK_NUMBER_NEVER || q->value;

    if (q->value == QUIRK_NEVER)
        return "never";
    snprintf(text, 24, "%" PRIu64, q->value);
    return counted ? text : "";
}
