/* SPDX-License-Identifier: MIT
 * The table of parameters, gathered from the params_*.def files. */
#include "param.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

const struct param_info params[PARAM_COUNT] = {
#define X(id, name, value, unit, unverified, never_ok, variations, text)                           \
    [PARAM_##id] = {name, value, unit, unverified, never_ok, variations, text},
#include "params_core.def"

#include "params_chip.def"

#include "params_usb.def"
#undef X
};

void param_defaults(struct param_values *values)
{
    for (unsigned id = 0; id < PARAM_COUNT; id++)
        values->value[id] = params[id].value;
}

static int find(const char *name, size_t length)
{
    for (int id = 0; id < (int)PARAM_COUNT; id++)
        if (strlen(params[id].name) == length && memcmp(params[id].name, name, length) == 0)
            return id;
    return -1;
}

bool param_assign(struct param_values *values, const char *word)
{
    const char *equal = strchr(word, '=');
    int id = equal ? find(word, (size_t)(equal - word)) : -1;
    unsigned long long value;
    char *end;

    if (id < 0) {
        fprintf(stderr, "vboard: --param %s: %s (`vboard params` lists them)\n", word,
                equal ? "no parameter of that name" : "write it as NAME=VALUE");
        return false;
    }
    if (strcmp(equal + 1, "never") == 0) {
        if (!params[id].never_ok)
            fprintf(stderr, "vboard: --param %s: this parameter cannot be \"never\"\n", word);
        values->value[id] = PARAM_NEVER;
        return params[id].never_ok;
    }
    errno = 0;
    value = strtoull(equal + 1, &end, 0);
    if (errno || end == equal + 1 || *end || equal[1] == '-' || value == PARAM_NEVER) {
        fprintf(stderr, "vboard: --param %s: not a number%s\n", word,
                params[id].never_ok ? " or \"never\"" : "");
        return false;
    }
    values->value[id] = value;
    return true;
}

uint64_t param(const struct board *b, enum param_id id)
{
    return b->params.value[id];
}

uint64_t param_deadline(const struct board *b, enum param_id id, uint64_t ps_per_unit)
{
    uint64_t value = param(b, id);

    if (value > (ALARM_NEVER - now_ps(b)) / ps_per_unit)
        return ALARM_NEVER;
    return now_ps(b) + value * ps_per_unit;
}
