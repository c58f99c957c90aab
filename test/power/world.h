/* SPDX-License-Identifier: MIT
 * The world around the loader: what is installed, offered and known to the judge, the application
 * that is started, and the chain of power-ups until nothing happens any more. After each start and
 * after each cut the judge looks at the flash (judge.h). */
#ifndef POWER_WORLD_H
#define POWER_WORLD_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "power/image.h"
#include "support/flash_host.h"

enum { WORLD_OLD, WORLD_NEW, WORLD_OTHER, WORLD_IMAGES };

/* What the judge remembers; copied with the flash when a state is taken up again. */
struct world {
    int8_t accepted; /* this image must not get lost; -1 = none yet */
    uint8_t cuts;    /* so far */
    uint8_t starts_on_trial;
    bool confirming; /* the application has begun to confirm */
    bool confirmed;
    bool asked;       /* since the last cut the application has set the flag, */
    bool wrote;       /* left a half-written package, */
    bool erased;      /* and renewed its parameters by an erase of sector 3 */
    bool params_gone; /* a loss took the application's parameters, too */
    bool logs_gone;   /* a loss took every solid record */
    bool damaged;
    bool can_be_saved; /* if damaged: there was something left that the loader can use */
    bool note;         /* rig.note */
};

extern struct world world;
extern struct image world_image[WORLD_IMAGES];

/* The application's own bytes of sector 3. */
#define WORLD_PARAM(i) ((uint8_t)((i)*7 + 1))

/* What a failure looks like; world_fail jumps here with value 1. */
extern jmp_buf world_failed;
extern const char *world_why;
_Noreturn void world_fail(const char *why);

/* A fresh board as `scenario` says. */
void world_begin(void);

/* Power-ups until a start that writes nothing, each judged. watch is called before each operation of
 * loader and application, and may jump out. started is called before each run of the loader. */
struct world_hooks {
    void (*started)(void);
    void (*watch)(const struct flash_host_op *op);
};
void world_run(const struct world_hooks *hooks);

/* The power goes down in the middle of op, as cut number world.cuts of the scenario says; at is the
 * number of the operation. Losses and the judge's look follow. */
void world_cut(const struct flash_host_op *op, uint32_t at);

#endif
