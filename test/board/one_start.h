/* SPDX-License-Identifier: MIT
 * One start of the real loader in this process, with the stick as it is to be: version 1 is in the
 * run area, the run ends at the first instruction of the application that is started. Much cheaper
 * than a scenario of rig.h; it looks at flash and console only. */
#ifndef BOARD_ONE_START_H
#define BOARD_ONE_START_H

#include <stdbool.h>
#include <stdint.h>

struct board;

enum outcome {
    UPGRADED,       /* version 2 is in the run area and starts */
    UPGRADED_OTHER, /* the firmware of the swap image is and does */
    KEPT            /* the run area is as it was, and version 1 starts */
};

/* Makes the images stick.img, stick2048.img, stick4096.img and swap.img in the current folder.
 * 0 = done (for cmocka's group set-up). */
int one_start_setup(void **state);
int one_start_teardown(void **state);

/* A board with these quirks (words with a blank between; DATA stands for test/data/descriptors). */
struct board *one_start_board(const char *quirks);
/* Runs it to the application's first instruction. What went otherwise is printed; true = all as it
 * should be: an application starts within the bound, without any finding, the loader's sectors are
 * untouched, and the run area holds one of the two versions, whole. */
bool one_start_run(struct board *b, enum outcome *outcome);

#endif
