/* SPDX-License-Identifier: MIT
 * The parts of the benchmark, each of which adds its rows. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>

#include "bench/scene.h"

/* One upgrade or rollback, what it needs at least, and what is held against it. Times in ms. */
struct bench_upgrade {
    const char *name;
    const struct scene_speed *speed;
    const char *until;  /* what the application says that starts in the end */
    double stage_ms;    /* flash time of the staging; 0 = there is none */
    double install_ms;  /* flash time of what is written to run and backup area */
    double records_ms;  /* erases of sectors 3 and 4; the words of the records are counted */
    double end_ms;      /* what follows the last erase and is no work: blinks, the attach window */
    double other_ms;    /* what is no flash time in the whole: the stick, and end_ms */
    double stage_limit; /* of the ratio; 0 = none */
    double total_limit;
    double own_ms; /* without a total_limit: what the loader itself may need besides */
};

/* Runs the board and adds a row for each phase and one for the whole. more: further words of
 * `vboard run`. Returns virtual seconds a second of one core. */
double upgrade_report(const struct bench_upgrade *up, struct rig *rig, const char *more);

/* Rows for the erases of the last run, which must be those of docs/install.md: nine of 256 KB. */
void upgrade_erases(const struct bench_upgrade *up);

/* 768 KB over 768 KB from a stick, the main row; keeps the events for the chart. */
void bench_main_upgrade(const struct scene_speed *speed, double limit);
/* All other sizes and ways. */
void bench_all_upgrades(const struct scene_speed *speed);

void bench_starts(const struct scene_speed *speed);

/* quick: one row. */
void bench_usb(bool quick);

void bench_primitives(void);

/* Flash and RAM of the loaders, and module by module. */
void bench_sizes(void);

/* Of the virtual board itself: power cuts that are judged in a second of one core. */
void bench_cuts(void);

#endif
