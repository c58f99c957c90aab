/* SPDX-License-Identifier: MIT
 * What is on the board and on the sticks before the first power-on. */
#ifndef SWEEP_SCENARIO_H
#define SWEEP_SCENARIO_H

#include "board/rig.h"
#include "sweep.h"

struct bench;

struct scenario {
    const char *name;
    const char *loader; /* of the firmware build */
    const char *text;   /* one line for the list */
    void (*prepare)(struct bench *bench);
    enum sweep_image goal[SWEEP_STICKS]; /* what runs in the end; SWEEP_IMAGES: old or new */
    unsigned starts_max;                 /* by then it must have come to rest */
    bool ends_at_rest;    /* every child must show a start that writes nothing, not one in eight */
    unsigned record_step; /* of the words in records, only one in so many is cut; 0: all */
    unsigned area_step;   /* of the words in the areas */
};

struct bench {
    const struct scenario *scenario;
    struct rig rig;                      /* its folder, and the flash before the first power-on */
    char elf[300];                       /* the loader */
    struct rig_file image[SWEEP_IMAGES]; /* as they stand in the run area; length 0: none */
    uint32_t vectors_addr;               /* of each */
    bool runs[SWEEP_IMAGES]; /* an application: it says "ready" in the end, or starts again */
    char stick_path[SWEEP_STICKS][300]; /* "": none */
};

extern const struct scenario scenarios[];
extern const unsigned scenario_count;

/* label: part of the name of the folder that its files lie in. Ends the process with a message when a
 * tool fails. */
void bench_open(struct bench *bench, const struct scenario *scenario, const char *label);
void bench_close(struct bench *bench);

#endif
