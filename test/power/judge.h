/* SPDX-License-Identifier: MIT
 * The oracles: what must be true of the flash after every cut and every start, known from the images
 * and from docs/install.md alone. Only bits that will read the same for ever count. */
#ifndef POWER_JUDGE_H
#define POWER_JUDGE_H

#include <stdbool.h>

#include "power/rig.h"

/* At the beginning: what must never change. */
void judge_begin(void);

/* After a cut, or a start that ended: the accepted image is complete, the loader's and the product's
 * sectors are untouched, no word was programmed that was not erased. */
void judge_flash(void);

/* After a cut: while an install goes on, the new image is complete, too. */
void judge_new(void);

/* Number of the image that is whole in the run area, -1 = none. */
int judge_running(void);

/* Enough is left, and can be known to be right, for the loader to bring up an application. */
bool judge_can_be_saved(void);

/* The loader has started an application (its number is returned), or waits. */
int judge_start(enum rig_end end);

/* Nothing happens any more. */
void judge_rest(enum rig_end end, int running);

#endif
