/* SPDX-License-Identifier: MIT
 * One scenario: what is installed, what is offered and how, what else goes wrong, and where the
 * power is cut. All of it fits in one line of text, the recipe, by which it can be replayed. */
#ifndef POWER_SCENARIO_H
#define POWER_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#define SCENARIO_CUTS_MAX     6u
#define SCENARIO_RECIPE_MAX   400u
#define SCENARIO_TRIAL_STARTS 2u

/* What else is lost or damaged together with the first cut. */
enum loss {
    LOSS_NONE,
    LOSS_F_BLANK, /* sector 4 with the flag */
    LOSS_F_GARBAGE,
    LOSS_P_BLANK, /* the records of sector 3 */
    LOSS_P_GARBAGE,
    LOSS_P_NEWEST, /* one bit of the newest record */
    LOSS_F_NEWEST,
    LOSS_FLAG_GARBAGE,
    LOSS_FLAG_SET, /* a request that nobody made */
    LOSS_BOTH_BLANK,
    LOSS_BOTH_GARBAGE,
    LOSS_SECTOR_3, /* as a whole, by an application of the simplest kind */
    LOSSES,
};

/* The stick that is in the socket after a cut. */
enum stick_then { THEN_SAME, THEN_NONE, THEN_OTHER, THEN_DAMAGED, THENS };

/* What is damaged: one bit of one sector. */
enum damage {
    DAMAGE_NONE,
    DAMAGE_S,
    DAMAGE_R0,
    DAMAGE_R1,
    DAMAGE_R2,
    DAMAGE_U0,
    DAMAGE_U1,
    DAMAGE_U2,
    DAMAGES
};

struct scenario {
    uint8_t old_kind;    /* enum image_kind */
    uint8_t old_sectors; /* 0 = nothing installed */
    uint8_t new_kind;
    uint8_t new_sectors;
    uint8_t asks; /* the new image wants to be confirmed */
    uint8_t confirms;
    uint8_t by_app; /* the old application brings the new image; else a stick does */
    uint8_t erases; /* bit 0: sector 4 before the flag is set; bit 1: sector 3 for its parameters */
    uint8_t writes; /* applications leave half-written packages in the update area */
    uint8_t share;  /* bit i: pieces i of old and new have the same body */
    uint8_t brim;   /* bit 0: of old, bit 1: of new */
    uint8_t dense;
    uint8_t release; /* policy */
    uint8_t counter; /* all signed images have the same security counter; else each a higher one */
    uint8_t fill_p;  /* records that the logs hold at the beginning */
    uint8_t fill_f;
    uint8_t loss;                    /* enum loss */
    uint8_t damage;                  /* enum damage: at the first cut, or without one at the end */
    uint8_t cut_count;               /* cuts, in order */
    uint8_t then[SCENARIO_CUTS_MAX]; /* enum stick_then */
    uint8_t kind[SCENARIO_CUTS_MAX]; /* enum flash_host_cut */
    uint8_t hold[SCENARIO_CUTS_MAX]; /* enum flash_host_hold */
    uint16_t op[SCENARIO_CUTS_MAX];  /* operation after the cut before, from 1 */
    uint32_t seed;
};

extern struct scenario scenario;

/* "old_kind=2 old=3 ... op0=17 kind0=3 ...": what is zero is left out. */
void scenario_print(const struct scenario *s, char out[SCENARIO_RECIPE_MAX]);

/* False for a word that is no field or a number that does not fit. */
bool scenario_parse(const char *recipe, struct scenario *out);

#endif
