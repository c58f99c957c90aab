/* SPDX-License-Identifier: MIT
 * The counters over files of results. */
#ifndef SWEEP_TALLY_H
#define SWEEP_TALLY_H

#include <stddef.h>
#include <stdio.h>

#include "sweep.h"

struct tally {
    unsigned cuts, fired, failed, resets, waits;
    unsigned starts[SWEEP_IMAGES], ends[SWEEP_IMAGES];
    unsigned bricks, unverified;
    uint64_t operations;
    uint64_t *states;
    unsigned state_count, state_room;
};

/* Adds what a file says; failures are printed to out (NULL: not). */
void tally_add(struct tally *tally, const char *path, FILE *out);
/* How many different states; sorts them. */
unsigned tally_states(struct tally *tally);
void tally_print(struct tally *tally, FILE *out);

/* By enum sweep_image, and "none". */
extern const char *const tally_image_names[];

/* For lists: room for one more; ends the process when there is none. Order of uint64_t for qsort. */
void *tally_grow(void *list, unsigned count, unsigned *room, size_t each);
int tally_by_value(const void *a, const void *b);

#endif
