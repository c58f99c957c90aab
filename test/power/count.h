/* SPDX-License-Identifier: MIT
 * What the power cuts have done so far. */
#ifndef POWER_COUNT_H
#define POWER_COUNT_H

#include <stdbool.h>
#include <stdint.h>

struct count {
    uint64_t scenarios;  /* a sequence of cuts up to its end */
    uint64_t repeated;   /* of these: left what was tried already, and are not gone on with */
    uint64_t cuts;       /* that fired */
    uint64_t operations; /* erases and words */
    uint64_t starts;     /* of the loader */
    uint64_t ends_old;   /* scenarios that ended with this image running */
    uint64_t ends_new;
    uint64_t ends_other;
    uint64_t ends_none; /* nothing was installed, and there was no stick that could help */
    uint64_t bricks;
    uint64_t unverified; /* starts of an application that was not whole */
    uint64_t states;     /* distinct contents of the flash right after a cut (an estimate) */
};

extern struct count count;

/* A hash of what the flash reads now. */
uint64_t count_hash(void);

/* Notes count_hash() of a flash as one that a cut has left. */
void count_state(uint64_t hash);

/* Keeps the states seen in a file of 32 MB, which several processes may share. */
bool count_keep(const char *path);

/* Brings count.states up to date. */
void count_estimate(void);

#endif
