/* SPDX-License-Identifier: MIT
 * The trunk forks where its jobs lose the power; the child goes on from there. For walk.c. */
#ifndef SWEEP_TRUNK_H
#define SWEEP_TRUNK_H

#include "walk.h"

/* Virtual time of one start. The longest waits for a stick and then stages, twice. */
#define TRUNK_LIMIT_MS 300000u

/* Before the first power-on. False: the stick's image cannot be opened. */
bool trunk_watch(struct walk *walk, struct board *board);

/* Runs on until an application is entered (walk->entered), a console says text (NULL: nothing) or
 * the time is over; what vboard_go returns. Stops on its way at the times at which children lose the
 * power. */
int trunk_go(struct walk *walk, const char *text);

uint64_t trunk_now_ms(const struct walk *walk);

/* Every cut has its own luck. */
uint64_t trunk_seed(const struct sweep_cut *cut);

#endif
