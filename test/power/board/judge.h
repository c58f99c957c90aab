/* SPDX-License-Identifier: MIT
 * What holds at every start of an application, whatever was cut before. */
#ifndef SWEEP_JUDGE_H
#define SWEEP_JUDGE_H

#include "scenario.h"
#include "vboard/vboard.h"

/* NULL: right, and *which is what starts. Else the oracle that says no, in words. */
const char *judge_entry(const struct bench *bench, struct board *board, uint32_t vectors_addr,
                        enum sweep_image *which);

/* What must hold at any other time, too: loader, product parameters and the application's own
 * parameters are as they were. The latter only while no move of them is under way. NULL: right. */
const char *judge_untouched(const struct bench *bench, struct board *board);

#endif
