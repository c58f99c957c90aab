/* SPDX-License-Identifier: MIT
 * The decision of the boot loop: facts in, one step out. Pure: no flash, no clock, no memory of its
 * own, so a table of rows is all there is to check (install_rule.c). */
#ifndef INSTALL_INSTALL_RULE_H
#define INSTALL_INSTALL_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "image/slot.h"
#include "params/records.h"

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
    INSTALL_DONE_COPIED,      /* the run area holds `new` and was verified as such */
    INSTALL_DONE_STICK,       /* an install from a stick is finished */
    INSTALL_DONE_APPLICATION, /* an install for the application is finished */
};

struct install_facts {
    bool layout_ok;        /* the flash is the one of config/layout.h */
    bool supply_low;       /* a step ended with BL_E_SUPPLY_LOW and waiting did not help */
    bool parameters_moved; /* the application's 4 KB wait to be put back (journal.h) */
    enum install_flag flag;
    enum record_phase phase;
    enum install_done done;
    bool failed;           /* installing was tried in this start and failed */
    enum slot_kind run;    /* SLOT_UNKNOWN only while the stick is INSTALL_STICK_UNKNOWN */
    enum slot_kind update; /* looked at when install_rule_needs_update says so */
    bool update_is_run;    /* both WHOLE, same digest */
    bool update_is_new;    /* the update area's digest is the one of the record's `new` */
    enum install_stick stick;
};

enum install_step {
    INSTALL_REPAIR,      /* put the application's parameters back */
    INSTALL_COPY,        /* update area to run area, verify */
    INSTALL_FINISH,      /* record the install, clear the flag */
    INSTALL_RESTART,     /* after an install for the application */
    INSTALL_CELEBRATE,   /* three blinks, after an install from a stick */
    INSTALL_REFUSE,      /* a request whose package does not verify: record it, clear the flag */
    INSTALL_CLEAR,       /* clear a flag word that means nothing, or a request for what runs */
    INSTALL_LOOK,        /* for a stick, verifying the run area meanwhile */
    INSTALL_STAGE,       /* the stick's file to the update area, verify, set the flag */
    INSTALL_START,       /* the application */
    INSTALL_WAIT_SUPPLY, /* for ever, with the LED code */
    INSTALL_WAIT_STICK,  /* for ever, with the LED code */
    INSTALL_HALT,        /* nothing to start and nothing that may be written */
};

/* True when the next decision hangs on what the update area holds. */
bool install_rule_needs_update(const struct install_facts *facts);

/* What is in the run area may be started in the `open` policy. */
bool install_rule_startable(const struct install_facts *facts);

/* The first row that fits. */
enum install_step install_rule(const struct install_facts *facts);

/* What to do with a stick's file, given what is on record. */
enum install_offer {
    INSTALL_OFFER_STAGE,
    INSTALL_OFFER_HASH_FIRST, /* its staging failed before: read it once before anything is erased */
    INSTALL_OFFER_INSTALLED,  /* it runs already */
    INSTALL_OFFER_REFUSED,    /* it failed too often */
};

/* id: as record.handled_id. installed: it is what the run area holds. forget: the button was held.
 */
enum install_offer install_rule_offer(const uint8_t id[RECORD_ID_BYTES], bool installed,
                                      const struct record *state, bool forget);

#endif
