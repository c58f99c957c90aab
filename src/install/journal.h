/* SPDX-License-Identifier: MIT
 * Writes the loader's records (params/records.h) so that a cut at any operation leaves the newest
 * state, or the one before, in at least one of the two logs; and keeps the two neighbours of the
 * records: the upgrade flag word, and the application's 4 KB in sector 3.
 *
 * Append: to P, then to F. The first append to a log in a power-up fills one slot with zeros and
 * uses the next: a slot that looks blank may have been begun when the power was cut.
 *
 * Clearing the flag = erasing sector 4: P gets the state with "F suspect", sector 4 is erased, then
 * both logs get the state without it. A cut in between is seen at the next start and repeated.
 *
 * Making room in P (full, or unusable): the application's 4 KB go to the keep in sector 4, then a mark that vouches for
 * the copy; the state goes to F; sector 3 is erased, the 4 KB are put back, the state goes to P and
 * the mark is ended. From the mark on, the next start repeats what follows it. */
#ifndef INSTALL_JOURNAL_H
#define INSTALL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "install/keep.h"
#include "params/records.h"
#include "util/err.h"

struct journal_log {
    struct record_log scan;
    bool appended; /* in this power-up */
};

struct journal {
    struct journal_log p;
    struct journal_log f;
    struct record state;  /* the newest, or the default */
    bool found;           /* some record was there */
    enum keep_state keep; /* not KEEP_NONE: making room in P was cut, journal_repair */
};

/* Reads both logs, about 4 ms. */
void journal_load(struct journal *journal);

/* The flag word as it reads now. */
uint32_t journal_flag(void);

/* Writes a state unless the newest one is equal (sequence number aside). state->seq and
 * state->suspect are not looked at. Blocks; errors of flash_op, logged. */
BL_MUST enum bl_rc journal_write(struct journal *journal, const struct record *state);

/* Writes a state in any case: what is written in this power-up can be relied on. */
BL_MUST enum bl_rc journal_write_again(struct journal *journal, const struct record *state);

/* Writes a state and sets the flag word back to UPGRADE_FLAG_NONE. */
BL_MUST enum bl_rc journal_clear_flag(struct journal *journal, const struct record *state);

/* Programs the flag word UPGRADE_FLAG_PENDING; sector 4 is cleared first if the word is not blank. */
BL_MUST enum bl_rc journal_set_flag(struct journal *journal);

/* Ends a cut "making room in P": the application's parameters are in place again afterwards. */
BL_MUST enum bl_rc journal_repair(struct journal *journal);

#endif
