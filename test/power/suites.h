/* SPDX-License-Identifier: MIT
 * The lists of scenarios, cut into units of some seconds to a minute each. */
#ifndef POWER_SUITES_H
#define POWER_SUITES_H

#include <stdint.h>

struct suite {
    const char *name;
    const char *what;
    uint32_t units;
    /* Sets `scenario` and the way to cut for this unit, and runs it, or every stride-th part of it. */
    void (*run)(uint32_t unit, uint32_t stride);
};

/* The last one has no name. */
extern const struct suite suites[];

#endif
