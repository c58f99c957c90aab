/* SPDX-License-Identifier: MIT
 * All that is known about the flash in this start, and the executor of the steps that write: it does
 * what the rule has chosen and decides nothing. Every step blocks with clock_idle, may be cut
 * anywhere and be repeated from its start. Each logs what it does, and its error. */
#ifndef INSTALL_INSTALL_H
#define INSTALL_INSTALL_H

#include <stdbool.h>
#include <stdint.h>

#include "image/slot.h"
#include "install/chain.h"
#include "install/install_rule.h"
#include "install/journal.h"
#include "params/product.h"
#include "params/records.h"
#include "util/err.h"

struct install {
    struct journal journal;
    struct slot_trust trust; /* what images are held against */
    struct chains chains;
    struct slot_check run;
    struct slot_check update;
    struct slot_check probe;       /* of the other chains, one after the other */
    struct mcuboot_image recorded; /* version and digest on record of a run area that is damaged */
    uint32_t fresh;                /* sectors rewritten from end to end since power-up */
    uint32_t copies;               /* in this start */
    bool run_written;              /* since the run area was last looked at */
    bool counted;                  /* this start of the trial is on record */
    struct product product;
};

/* Reads records and product parameters; nothing is known about the areas yet. button: held at
 * power-up; what failed or was rolled back is forgotten. About 4 ms. */
void install_load(struct install *in, bool button);

/* An image in short, for the last result. */
struct record_summary install_summarize(const struct install *in, const struct record_image *image);

/* INSTALL_RECORD and INSTALL_CLEAN: completes and writes decision->after. */
BL_MUST enum bl_rc install_record(struct install *in, struct install_decision *decision);

/* INSTALL_WRITE: copies a sector. Unless it holds the same already, and is not suspect, it is named
 * suspect in both logs first. After too many copies in one start BL_E_IMG_DIGEST: what was copied
 * does not verify. */
BL_MUST enum bl_rc install_write(struct install *in, const struct install_decision *decision);

#endif
