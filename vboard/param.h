/* SPDX-License-Identifier: MIT
 * Constants of the chip and the board that a user may change (--param NAME=VALUE), above all those
 * that no manual settles. `vboard params` lists them with their meaning. */
#ifndef VBOARD_PARAM_H
#define VBOARD_PARAM_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define PARAM_NEVER UINT64_MAX /* written "never": the thing waited for does not come */

/* Parameters live beside their models:
 * X(ID, "name", default, "unit", unverified 0|1, never_ok 0|1, "v1 v2 ...", "text").
 * The variations are the values with which tests repeat an upgrade; the outcome must not change. */
enum param_id {
#define X(id, name, value, unit, unverified, never_ok, variations, text) PARAM_##id,
#include "params_core.def"

#include "params_chip.def"

#include "params_usb.def"
#undef X
    PARAM_COUNT
};

struct param_values {
    uint64_t value[PARAM_COUNT];
};

struct param_info {
    const char *name;
    uint64_t value; /* the default */
    const char *unit;
    bool unverified, never_ok;
    const char *variations, *text;
};
extern const struct param_info params[PARAM_COUNT];

void param_defaults(struct param_values *values);
/* "NAME=VALUE"; false: no such name, no number, or "never" where it makes no sense (said on
 * stderr). */
bool param_assign(struct param_values *values, const char *word);

uint64_t param(const struct board *b, enum param_id id);

/* A delay parameter as an instant: now + value in its unit of ps; ALARM_NEVER for "never". */
uint64_t param_deadline(const struct board *b, enum param_id id, uint64_t ps_per_unit);

#endif
