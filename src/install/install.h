/* SPDX-License-Identifier: MIT
 * The executor of the steps that touch flash: it does what the rule has chosen and decides nothing.
 * Every step blocks with clock_idle, may be cut anywhere and be repeated from its start. Each logs
 * what it does, and its error. */
#ifndef INSTALL_INSTALL_H
#define INSTALL_INSTALL_H

#include <stdbool.h>
#include <stdint.h>

#include "image/slot.h"
#include "install/install_rule.h"
#include "install/journal.h"
#include "params/product.h"
#include "params/records.h"
#include "util/err.h"

/* All that is known about the flash in this start. */
struct install {
    struct journal journal;
    struct slot_trust trust; /* what both slots are held against */
    struct slot_check run;
    struct slot_check update;
    struct record_image update_image; /* once looked at and startable: its identity; else bytes 0 */
    struct product product;
};

/* What a stick brought; goes to the records. */
struct install_stick_file {
    uint32_t bytes;
    uint8_t id[RECORD_ID_BYTES]; /* as record.handled_id; zero when not known */
    uint16_t stick_vid;
    uint16_t stick_pid;
};

/* Reads records and product parameters; nothing is known about the slots yet. About 4 ms. */
void install_load(struct install *in, bool button);

/* One step of the run area's check: BL_PENDING, or BL_OK when its kind is known. */
BL_MUST enum bl_rc install_check_run_poll(struct install *in);

/* Finish the check of a slot that is not known yet; up to 0.6 s. */
void install_check_run(struct install *in);
void install_check_update(struct install *in);

/* The flash's part of the facts. */
void install_facts(const struct install *in, struct install_facts *out);

/* Copies the update area to the run area and verifies it there. */
BL_MUST enum bl_rc install_copy(struct install *in);

/* After install_copy: records it and clears the flag. *from = who asked for it. */
BL_MUST enum bl_rc install_finish(struct install *in, enum record_source *from);

/* Refuses a pending request: records why and clears the flag. */
BL_MUST enum bl_rc install_refuse(struct install *in);

/* Clears a flag word that means nothing, or a request for the image that runs. */
BL_MUST enum bl_rc install_clear(struct install *in);

/* Before the update area is erased for a stick's file: a flag word that still stands is cleared, so
 * that it cannot vouch for a half-staged image after a cut. */
BL_MUST enum bl_rc install_prepare_staging(struct install *in);

/* The update area holds the stick's verified image (a plain one with its footer): records it and
 * sets the flag. staged: its size and digests. */
BL_MUST enum bl_rc install_request(struct install *in, const struct footer *staged,
                                   const struct install_stick_file *file);

/* A stick's file was refused or its staging failed with rc; failed_staging: flash was written for
 * it, which is counted. forget: earlier failures do not count. Writes nothing when the same is on
 * record already, or when the supply is what failed. */
void install_note_failure(struct install *in, const struct install_stick_file *file, enum bl_rc rc,
                          bool failed_staging, bool forget);

#endif
