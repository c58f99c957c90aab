/* SPDX-License-Identifier: MIT
 * The decision of the boot loop: facts and the newest record in, one step out. Pure: no flash, no
 * clock, no memory of its own, so a table of rows is all there is to check (install_rule.c). The
 * states and why a cut in each step is harmless: docs/install.md. */
#ifndef INSTALL_INSTALL_RULE_H
#define INSTALL_INSTALL_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/slot.h"
#include "install/chain.h"
#include "params/records.h"
#include "util/err.h"

enum install_flag {
    INSTALL_FLAG_NONE,    /* UPGRADE_FLAG_NONE */
    INSTALL_FLAG_PENDING, /* UPGRADE_FLAG_PENDING */
    INSTALL_FLAG_GARBAGE, /* any other value, or sector 4 was being erased */
};

enum install_stick {
    INSTALL_STICK_UNKNOWN, /* not looked for yet in this start */
    INSTALL_STICK_OFFERS,  /* a file that passed every check that can be made before the erase */
    INSTALL_STICK_DONE,    /* none, nothing wanted on it, or it failed: reason logged */
};

/* What the last step of this start led to. */
enum install_done {
    INSTALL_DONE_NOTHING,
    INSTALL_DONE_STICK,       /* an install from a stick is finished */
    INSTALL_DONE_APPLICATION, /* an install for the application is finished */
};

struct install_facts {
    bool layout_ok;         /* the flash is the one of config/layout.h */
    bool supply_low;        /* a step ended with BL_E_SUPPLY_LOW and waiting did not help */
    bool failed;            /* writing failed in this start: nothing more is written */
    enum bl_rc copy_failed; /* error of a copy in this start that was tried twice, BL_OK = none */
    enum install_done done;
    enum install_stick stick;

    /* Of the flash: install/measure.h. */
    bool found;     /* a record is there */
    bool synced;    /* both logs hold it */
    bool tight;     /* log P lacks room for the application's records */
    bool confirmed; /* the image on trial was confirmed by its application */
    bool counted;   /* this start of the trial is on record */
    enum install_flag flag;
    enum slot_kind run;       /* of the run area; SLOT_UNKNOWN until it was looked at */
    enum slot_kind update;    /* of the update area, the same */
    enum bl_rc update_reason; /* of SLOT_NONE */
    struct chains chains;
    uint32_t
        suspect; /* sectors that are suspect on record and were not rewritten in this power-up */
};

enum install_step {
    INSTALL_REPAIR,      /* put the application's parameters back */
    INSTALL_RECORD,      /* write `after` to both logs */
    INSTALL_CLEAN,       /* the same, and clear the flag */
    INSTALL_WRITE,       /* copy sector src over sector dst */
    INSTALL_FLAG,        /* set the flag */
    INSTALL_RESTART,     /* after an install for the application */
    INSTALL_CELEBRATE,   /* three blinks, after an install from a stick */
    INSTALL_LOOK,        /* for a stick, verifying the run area meanwhile */
    INSTALL_STAGE,       /* the stick's file to the update area, verify, record, set the flag */
    INSTALL_START,       /* the application */
    INSTALL_WAIT_SUPPLY, /* for ever, with the LED code */
    INSTALL_WAIT_STICK,  /* for ever, with the LED code */
    INSTALL_HALT,        /* nothing to start and nothing that may be written */
};

struct install_decision {
    enum install_step step;
    uint8_t dst; /* of INSTALL_WRITE: sectors of the line (chain.h) */
    uint8_t src;
    const char *why;     /* for the console; NULL = nothing to say */
    struct record after; /* of INSTALL_RECORD, INSTALL_CLEAN; seq does not matter */
    /* `after` begins a last result: between which images. Else NULL; both point into facts, state or
     * `after`. */
    const struct record_image *told_old;
    const struct record_image *told_new;
};

/* The chains (a bit each) that must be known before the rule is asked. */
uint32_t install_rule_needs(const struct install_facts *facts, const struct record *state);

/* The first row that fits. */
void install_rule(const struct install_facts *facts, const struct record *state,
                  struct install_decision *out);

/* What is in the run area may be started. */
bool install_rule_startable(const struct install_facts *facts, const struct record *state);

/* The image was rolled back before. id: first bytes of its SHA-256. */
bool install_rule_rejected(const struct record *state, const uint8_t id[RECORD_ID_BYTES]);

/* What to do with a stick's file, given what is on record. */
enum install_offer {
    INSTALL_OFFER_STAGE,
    INSTALL_OFFER_HASH_FIRST, /* it is read once before anything is erased: its staging failed
                                 before, or it is to end a trial */
    INSTALL_OFFER_INSTALLED,  /* it runs already */
    INSTALL_OFFER_REFUSED,    /* it failed too often */
    INSTALL_OFFER_REJECTED,   /* it was rolled back */
};

/* id: as record.handled_id. installed: it is what the run area holds. */
enum install_offer install_rule_offer(const uint8_t id[RECORD_ID_BYTES], bool installed,
                                      const struct record *state);

#endif
