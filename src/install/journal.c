/* SPDX-License-Identifier: MIT
 * The order of writes that journal.h describes. */
#include "install/journal.h"

#include <string.h>

#include "config/layout.h"
#include "install/flash_op.h"
#include "install/keep.h"
#include "port/flash.h"
#include "sys/log.h"
#include "util/bytes.h"

/* Slots spent on one append whose words do not hold. */
#define APPEND_TRIES 3u

/* When sector 4 is erased anyway and P has less room than this, P is made new with it: an upgrade
 * does not have to erase sector 4 twice. */
#define LOW_SLOTS (RECORD_LOG_P_SLOTS / 4)

_Static_assert(RECORD_LOG_P_SLOTS >= 8 && RECORD_LOG_F_SLOTS >= 8,
               "a log that is new holds one write and what the application may append");

#define SUSPECT_LOGS (RECORD_SUSPECT_F | RECORD_SUSPECT_P)

uint32_t journal_flag(void)
{
    uint8_t word[4];

    flash_read(UPGRADE_FLAG_ADDR, word, sizeof word);
    return le32(word);
}

void journal_load(struct journal *journal)
{
    *journal = (struct journal){.found = false};
    record_log_scan(&journal->p.scan, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    record_log_scan(&journal->f.scan, RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
    const struct record_log *p = &journal->p.scan;
    const struct record_log *f = &journal->f.scan;

    record_default(&journal->state);
    journal->found = p->valid || f->valid;
    if (p->valid)
        journal->state = p->newest;
    if (f->valid && f->newest.seq > journal->state.seq)
        journal->state = f->newest;
}

static bool usable(const struct journal *journal, const struct journal_log *log)
{
    uint32_t bit = log == &journal->p ? RECORD_SUSPECT_P : RECORD_SUSPECT_F;

    return log->scan.valid && (journal->state.suspect & bit) == 0;
}

bool journal_synced(const struct journal *journal)
{
    return usable(journal, &journal->p) && usable(journal, &journal->f) &&
           journal->p.scan.newest.seq == journal->f.scan.newest.seq;
}

static bool has_room(const struct journal_log *log, uint32_t appends)
{
    uint32_t zeros = log->appended ? 0 : 1;

    return log->scan.used + zeros + appends <= log->scan.slots;
}

bool journal_tight(const struct journal *journal)
{
    return journal->p.scan.used + RECORD_FREE_SLOTS > journal->p.scan.slots;
}

/* Programs the next slot; a slot whose words do not hold is given up for the one behind it. */
static enum bl_rc append_bytes(struct journal_log *log, const uint8_t slot[RECORD_BYTES])
{
    enum bl_rc rc = BL_E_FLASH_PROGRAM;

    for (uint32_t i = 0; i < APPEND_TRIES && rc == BL_E_FLASH_PROGRAM; i++) {
        if (log->scan.used == log->scan.slots)
            return rc;
        rc = flash_op_program(log->scan.addr + log->scan.used * RECORD_BYTES, slot, RECORD_BYTES);
        log->scan.used++;
    }
    return rc;
}

static enum bl_rc append(struct journal *journal, struct journal_log *log,
                         const struct record *state)
{
    _Alignas(4) uint8_t slot[RECORD_BYTES] = {0};

    if (!log->appended) {
        enum bl_rc rc = append_bytes(log, slot);

        if (rc != BL_OK)
            return rc;
        log->appended = true;
    }
    record_encode(state, slot);
    enum bl_rc rc = append_bytes(log, slot);

    if (rc == BL_OK) {
        log->scan.valid = true;
        log->scan.newest = *state;
        journal->state = *state;
        journal->found = true;
    }
    return rc;
}

/* The state with a log named suspect, to the other log alone. */
static enum bl_rc append_suspect(struct journal *journal, struct journal_log *log,
                                 const struct record *state, uint16_t suspect)
{
    struct record next = *state;

    next.seq = journal->state.seq + 1;
    next.suspect = (uint16_t)((next.suspect & ~SUSPECT_LOGS) | suspect);
    return append(journal, log, &next);
}

static void log_erased(struct journal_log *log)
{
    log->scan.used = 0;
    log->scan.valid = false;
    log->scan.confirmed = false;
    log->appended = true; /* blank by an erase of this power-up: nothing to distrust */
}

enum bl_rc journal_set_flag(void)
{
    _Alignas(4) uint8_t word[4];

    put_le32(word, UPGRADE_FLAG_PENDING);
    return flash_op_program(UPGRADE_FLAG_ADDR, word, sizeof word);
}

/* Makes log F new; from the mark in P on, the next start does it again. A P that is full takes no
 * mark: it is made new after F, and that is true for the next start as well. One that is lost takes
 * it all the same, if its cells do: nothing else holds the state while F is erased. */
static enum bl_rc renew_f(struct journal *journal, const struct record *state, bool clear_flag)
{
    bool pending = !clear_flag && (journal->state.suspect & RECORD_SUSPECT_F) == 0 &&
                   journal_flag() == UPGRADE_FLAG_PENDING;
    bool lost = !usable(journal, &journal->p);
    enum bl_rc rc = BL_OK;

    if ((journal->state.suspect & RECORD_SUSPECT_P) == 0 && has_room(&journal->p, 1))
        rc = append_suspect(journal, &journal->p, state, RECORD_SUSPECT_F);
    if (rc == BL_OK || lost)
        rc = flash_op_erase(UPGRADE_FLAG_ADDR);
    if (rc != BL_OK)
        return rc;
    log_erased(&journal->f);
    journal->keep_solid = true;
    return pending ? journal_set_flag() : BL_OK;
}

static enum bl_rc append_both(struct journal *journal, const struct record *state)
{
    struct record next = *state;

    next.seq = journal->state.seq + 1;
    next.suspect &= (uint16_t)~SUSPECT_LOGS;
    enum bl_rc rc = append(journal, &journal->p, &next);

    if (rc == BL_OK && !has_room(&journal->f, 1)) {
        /* Repairs that were cut again and again have filled it. */
        rc = renew_f(journal, &next, false);
        next.seq = journal->state.seq + 1;
        if (rc == BL_OK)
            rc = append(journal, &journal->p, &next);
    }
    return rc == BL_OK ? append(journal, &journal->f, &next) : rc;
}

/* From here on the application's parameters are in the keep only. */
static enum bl_rc erase_p(struct journal *journal)
{
    enum bl_rc rc = flash_op_erase(APP_PARAMS_ADDR);

    if (rc != BL_OK)
        return rc;
    log_erased(&journal->p);
    return keep_restore();
}

/* Makes log P new, once the keep holds what the application's part is to be. */
static enum bl_rc renew_p(struct journal *journal, const struct record *state, enum bl_rc kept)
{
    enum bl_rc rc = kept;

    journal->keep_solid = false;
    /* Twice: while P is erased nothing else tells that it is, and no single record is to matter. */
    for (unsigned i = 0; i < 2 && rc == BL_OK; i++)
        rc = append_suspect(journal, &journal->f, state, RECORD_SUSPECT_P);
    return rc == BL_OK ? erase_p(journal) : rc;
}

/* P cannot hold the newest state: nothing valid in it, or only an older one and no room for more. */
static bool p_is_lost(const struct journal *journal)
{
    const struct journal_log *p = &journal->p;

    return !usable(journal, p) || (p->scan.newest.seq != journal->state.seq && !has_room(p, 1));
}

/* P is lost, F is not: P is made new first, so that F can be erased afterwards if need be. A keep that
 * looks blank, or right, may have been begun before a cut; while nothing but F holds the state it is
 * believed. */
static enum bl_rc rescue_p(struct journal *journal, const struct record *state)
{
    if (!p_is_lost(journal) || !usable(journal, &journal->f) || !has_room(&journal->f, 2) ||
        !(keep_blank() || keep_holds()))
        return BL_OK;
    enum bl_rc rc = renew_p(journal, state, keep_save());

    return rc == BL_OK ? append_both(journal, state) : rc;
}

/* Makes room where it is short, and new what cannot be used. */
static enum bl_rc make_room(struct journal *journal, const struct record *state, bool clear_flag)
{
    bool make_p = !usable(journal, &journal->p) || !has_room(&journal->p, 2 + RECORD_FREE_SLOTS);
    bool make_f = clear_flag || !usable(journal, &journal->f) || !has_room(&journal->f, 3) ||
                  (make_p && !journal->keep_solid);
    enum bl_rc rc = make_f ? renew_f(journal, state, clear_flag) : BL_OK;

    if (make_f && !has_room(&journal->p, LOW_SLOTS))
        make_p = true;
    return rc == BL_OK && make_p ? renew_p(journal, state, keep_save()) : rc;
}

enum bl_rc journal_put(struct journal *journal, const struct record *state, bool clear_flag)
{
    enum bl_rc rc = BL_OK;

    if ((journal->state.suspect & RECORD_SUSPECT_P) != 0)
        rc = journal_repair(journal);
    if (rc == BL_OK)
        rc = rescue_p(journal, state);
    if (rc == BL_OK)
        rc = make_room(journal, state, clear_flag);
    if (rc == BL_OK)
        rc = append_both(journal, state);
    return rc == BL_OK ? BL_OK : log_error(rc, "records");
}

enum bl_rc journal_note(struct journal *journal, const struct record *state)
{
    uint8_t old_bytes[RECORD_BYTES];
    uint8_t new_bytes[RECORD_BYTES];
    struct record next = *state;

    next.seq = journal->state.seq;
    next.suspect = journal->state.suspect;
    record_encode(&journal->state, old_bytes);
    record_encode(&next, new_bytes);
    if (memcmp(old_bytes, new_bytes, RECORD_BYTES) == 0)
        return BL_OK;
    return journal_put(journal, state, false);
}

enum bl_rc journal_put_parameters(struct journal *journal, const void *data)
{
    const struct record state = journal->state;
    enum bl_rc rc = BL_OK;

    if ((state.suspect & RECORD_SUSPECT_P) != 0)
        rc = journal_repair(journal);
    if (rc == BL_OK && !journal->keep_solid)
        rc = renew_f(journal, &state, false);
    if (rc == BL_OK)
        rc = renew_p(journal, &state, keep_save_new(data));
    return rc == BL_OK ? append_both(journal, &state) : rc;
}

enum bl_rc journal_repair(struct journal *journal)
{
    const struct record state = journal->state;
    enum bl_rc rc = BL_OK;

    log_line("records: an interrupted move is taken up again");
    /* Once more: while P is erased, F alone holds the state and vouches for the copy. */
    if (has_room(&journal->f, 2))
        rc = append_suspect(journal, &journal->f, &state, RECORD_SUSPECT_P);
    if (rc == BL_OK)
        rc = erase_p(journal);
    return rc == BL_OK ? append_both(journal, &state) : rc;
}
