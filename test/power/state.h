/* SPDX-License-Identifier: MIT
 * Which units are done, in a text file: one line each, "suite unit counters...". A long run that was
 * stopped goes on where it was. */
#ifndef POWER_STATE_H
#define POWER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "power/count.h"

/* Reads the file; every unit in it counts as done. NULL = nothing is kept. */
void state_open(const char *path);

bool state_is_done(const char *suite, uint32_t unit);

/* Appends a line with what has been counted since *before. */
void state_done(const char *suite, uint32_t unit, const struct count *before);

/* Adds the counters of a file's lines to `count`; returns how many units it has. */
uint32_t state_sum(const char *path);

#endif
