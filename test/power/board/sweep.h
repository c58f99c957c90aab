/* SPDX-License-Identifier: MIT
 * Power cuts on the real binary. A scenario is run once on a virtual board, the *trunk*; at every
 * flash operation the process forks. The child lets the power go there, starts again, and is judged
 * until it rests; the trunk goes on. This file holds the words that the parts share.
 *
 * Parts: scenario.c and firmware.c what is on the board and on the sticks; plan.c which cuts; walk.c
 * one board's life from power-on to rest; trunk.c where it forks; judge.c what may be started; crew.c
 * children; results.c the file that a later run takes up, and the counters; main.c the command. */
#ifndef SWEEP_H
#define SWEEP_H

#include <stdbool.h>
#include <stdint.h>

/* The firmware that a board may start. OTHER is on the stick that somebody plugs in after the cut. */
enum sweep_image { SWEEP_OLD, SWEEP_NEW, SWEEP_OTHER, SWEEP_IMAGES };

/* The stick after a cut. */
enum sweep_stick { SWEEP_SAME, SWEEP_NO_STICK, SWEEP_OTHER_STICK, SWEEP_STICKS };

/* Torn in four ways: docs/vboard.md, parameter flash_tear. */
enum sweep_kind {
    SWEEP_BEFORE,
    SWEEP_TORN_1,
    SWEEP_TORN_2,
    SWEEP_TORN_3,
    SWEEP_TORN_4,
    SWEEP_AT_TIME,
    SWEEP_KINDS
};

struct sweep_cut {
    uint64_t at; /* flash operation, counted from the first power-on; or virtual milliseconds */
    enum sweep_kind kind;
};

/* One child: the cut, and the stick that is in afterwards. */
struct sweep_job {
    struct sweep_cut cut;
    enum sweep_stick stick;
};

struct sweep_operation {
    bool erase;
    uint32_t addr;
};

#endif
