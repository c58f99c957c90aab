/* SPDX-License-Identifier: MIT
 * The parts of the benchmark, each of which adds its rows. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>

#include "bench/scene.h"

/* One upgrade and what is held against it. */
struct scene_upgrade {
    const char *name;
    const struct scene_speed *speed;
    bool from_stick;
    bool phases;        /* a row for each */
    double stage_limit; /* of the ratio; 0 = none, here and below */
    double total_limit;
    double erases_floor; /* of 256 KB sectors; 0: they are not shown */
};

/* Runs the board until version 2 has started, and adds the rows. old: NULL if nothing was installed.
 * more: further words of `vboard run`. */
void upgrade_report(const struct scene_upgrade *up, struct rig *rig, const struct scene_image *old,
                    const struct scene_image *new, const char *more);

/* Time in the flash for an image that is written once, on sectors that are erased for it. */
double upgrade_write_ms(const struct scene_speed *speed, const struct scene_image *image);

/* 768 KB over 768 KB from a stick, the main row; keeps the events for the chart. */
void bench_main_upgrade(const struct scene_speed *speed, double limit);
void bench_all_upgrades(void);

void bench_starts(const struct scene_speed *speed);
void bench_usb(void);
void bench_primitives(void);
void bench_sizes(void);

#endif
