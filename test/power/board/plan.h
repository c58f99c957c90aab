/* SPDX-License-Identifier: MIT
 * Which cuts a trunk gets. */
#ifndef SWEEP_PLAN_H
#define SWEEP_PLAN_H

#include "walk.h"

struct plan {
    struct sweep_job *jobs;
    unsigned count, room;
};

/* Every operation behind the prefix (NULL: from the first on). An area's: before and torn in four
 * ways, with each stick. A record's: before and torn in one way with the same stick; all the rest at
 * one in ten. nested: before or torn in one way, the same stick. */
void plan_operations(struct plan *plan, const struct bench *bench, const struct walk_course *course,
                     const struct sweep_cut *prefix, bool nested);

/* Random times while the board is on. */
void plan_times(struct plan *plan, const struct bench *bench, const struct walk_course *course,
                unsigned count);

/* Keeps `count` jobs, spread evenly. */
void plan_share(struct plan *plan, unsigned count);

/* Takes out what is in the results. */
void plan_skip_done(struct plan *plan, const char *scenario, const struct sweep_cut *prefix,
                    const struct results *results);

void plan_free(struct plan *plan);

#endif
