/* SPDX-License-Identifier: MIT
 * One board's life from power-on to rest. The same code is the trunk, which counts operations or
 * forks at them, and the child, which is judged. */
#ifndef SWEEP_WALK_H
#define SWEEP_WALK_H

#include "crew.h"
#include "results.h"
#include "scenario.h"

/* The flash operations and the times of a trunk. */
struct walk_course {
    struct sweep_operation *operations; /* number 1 is the first */
    uint64_t count, room;
    uint64_t from[16], to[16]; /* virtual ms: power-on or first cut, and the application's start */
    unsigned spans;
};

struct walk {
    const struct bench *bench;
    const struct sweep_cut *prefix; /* a cut that the trunk itself has had; NULL: none */
    const struct sweep_job
        *jobs; /* in the order of their cuts; all at operations, or all at times */
    unsigned job_count;
    struct walk_course *course; /* filled; NULL: not wanted */
    struct crew *crew;
    struct results *results;
    bool show; /* the child's console goes to stdout */

    /* For trunk.c and walk.c. */
    struct board *board;
    unsigned next_job;
    const struct sweep_job *job; /* in a child: what it was made for */
    enum sweep_stick stick;
    unsigned starts_left;
    uint64_t operations_before_start;
    uint64_t operations_before_job, cuts_before_job, resets_before_job;
    bool entered;
    enum sweep_image which;
    struct result result;
};

/* Runs the trunk to its rest, children and all. False: the trunk itself is wrong (said on stderr). */
bool walk_run(struct walk *walk);

void walk_course_free(struct walk_course *course);

#endif
