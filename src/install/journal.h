/* SPDX-License-Identifier: MIT
 * Writes the loader's records (params/records.h) so that a cut at any operation leaves the newest
 * state, or the one before, in at least one of the two logs; and keeps the two neighbours of the
 * records: the upgrade flag word, and the application's 4 KB in sector 3.
 *
 * - A state goes to P, then to F. The loader acts on it only when both hold it: P's copy was
 *   finished then. The first append to a log in a power-up fills one place with zeros and uses the
 *   next: a place that looks blank may have been begun when the power was cut.
 * - Before sector 4 is erased, P gets the state with "F suspect": a cut erase may leave old records,
 *   or blank cells, that are not what they seem. The next start erases again. Clearing the upgrade
 *   flag is that, on purpose.
 * - Before sector 3 is erased, the application's 4 KB are copied to the end of sector 4, and F gets
 *   the state with "P suspect", which vouches for that copy. The next start erases again, and puts
 *   the 4 KB back from the copy, before it starts anything.
 * - A log without a valid state is erased before use, for the same reason. */
#ifndef INSTALL_JOURNAL_H
#define INSTALL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "params/records.h"
#include "util/err.h"

struct journal_log {
    struct record_log scan;
    bool appended; /* in this power-up: the next place needs no zeros before it */
};

struct journal {
    struct journal_log p;
    struct journal_log f;
    struct record state; /* the newest, or the default */
    bool found;          /* some state was there */
    bool keep_solid;     /* the keep was erased in this power-up and not used since */
};

/* Reads both logs, about 4 ms. */
void journal_load(struct journal *journal);

/* The flag word as it reads now. */
uint32_t journal_flag(void);

/* Both logs hold the newest state: it may be acted on. */
bool journal_synced(const struct journal *journal);

/* P has less room than the application is promised (RECORD_FREE_SLOTS). */
bool journal_tight(const struct journal *journal);

/* Writes a state to both logs; there is room for the application's records afterwards. state->seq
 * and the suspicion of the logs are not looked at. clear_flag: the flag word is
 * UPGRADE_FLAG_NONE afterwards, which costs an erase of sector 4; else it stays as it is. Blocks, up
 * to an erase of sector 3 and of sector 4; errors of flash_op, logged. */
BL_MUST enum bl_rc journal_put(struct journal *journal, const struct record *state,
                               bool clear_flag);

/* The same without clear_flag, unless the newest state says the same: then nothing is written. */
BL_MUST enum bl_rc journal_note(struct journal *journal, const struct record *state);

/* Programs the flag word UPGRADE_FLAG_PENDING; it reads UPGRADE_FLAG_NONE, and sector 4 is not
 * suspect. */
BL_MUST enum bl_rc journal_set_flag(void);

/* Gives the application's 4 KB of sector 3 a new content; all else stays. Cut anywhere, the old or the
 * new one is there after the next journal_repair. data: aligned to words, in RAM. Erases sector 4,
 * unless the keep was not used since its last erase in this power-up, and sector 3. */
BL_MUST enum bl_rc journal_put_parameters(struct journal *journal, const void *data);

/* Ends a cut erase of sector 3 (state.suspect has RECORD_SUSPECT_P): the application's parameters
 * are in place again afterwards. */
BL_MUST enum bl_rc journal_repair(struct journal *journal);

#endif
