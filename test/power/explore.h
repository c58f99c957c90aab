/* SPDX-License-Identifier: MIT
 * Two ways to cut: at every operation of every recovery, down to a depth, or at chosen operations. */
#ifndef POWER_EXPLORE_H
#define POWER_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

struct explore_limits {
    unsigned depth;  /* cuts in a row */
    uint32_t stride; /* of operations, at the first cut: 1 = each */
    uint32_t offset; /* where the stride begins */
    bool thin_first; /* of the words of one burst only a few; always so from the second cut on */
    bool edges;      /* erases, last words of bursts and, of records, first ones */
    bool few_kinds;  /* without those that need luck to make a difference */
};

/* After each scenario of explore_every its recipe is replayed, which must end with the same flash. */
extern bool explore_check;

/* Runs `scenario` without a cut, then with one at each operation in each way, and so on. The
 * fields of the cuts are set for each; then[] is the caller's. */
void explore_every(const struct explore_limits *limits);

/* Runs `scenario` with its cuts as they stand. A cut whose operation does not come ends the list.
 * logs_only: operations in sectors 3 and 4 alone are counted; op[] of the scenario is then put
 * right, so that its recipe replays the same. */
void explore_given(bool logs_only);

#endif
