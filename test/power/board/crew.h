/* SPDX-License-Identifier: MIT
 * Children: so many at a time, each with its own copy of the board. */
#ifndef SWEEP_CREW_H
#define SWEEP_CREW_H

#include <stdbool.h>

struct crew {
    unsigned size, running;
    unsigned done;            /* children that have ended, */
    unsigned crashed;         /* those of them that a signal ended, or that reported nothing */
    void (*ended)(void *ctx); /* after each; NULL: nobody asks */
    void *ctx;
};

/* Waits for a place and forks. True in the child, which must end with crew_leave. */
bool crew_fork(struct crew *crew);

/* Ends a child. reported: its result is in the file. */
_Noreturn void crew_leave(bool reported);

/* Waits for all children. */
void crew_finish(struct crew *crew);

#endif
