/* SPDX-License-Identifier: MIT
 * The order of writes that journal.h describes. */
#include "install/journal.h"

#include <string.h>

#include "install/flash_op.h"
#include "port/flash.h"
#include "sys/log.h"
#include "util/bytes.h"

uint32_t journal_flag(void)
{
    uint8_t word[4];

    flash_read(UPGRADE_FLAG_ADDR, word, sizeof word);
    return le32(word);
}

void journal_load(struct journal *journal)
{
    *journal = (struct journal){.keep = keep_state()};
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

/* Appends to P by one call: suspect before an erase of F, twice at the most, and the state. */
#define APPENDS_MAX 3u

/* Slots spent on one append whose words do not hold. */
#define APPEND_TRIES 3u

/* Slots that an append to this log takes now. */
static uint32_t slots_needed(const struct journal_log *log)
{
    return log->appended ? 1 : 2;
}

static bool has_room(const struct journal_log *log, uint32_t appends)
{
    return log->scan.used + slots_needed(log) + appends - 1 <= log->scan.slots;
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

static enum bl_rc append(struct journal_log *log, const struct record *state)
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
    }
    return rc;
}

static void log_erased(struct journal_log *log)
{
    log->scan.used = 0;
    log->scan.valid = false;
    log->appended = true; /* blank by an erase of this power-up: nothing to distrust */
}

/* Erases sector 4 and puts back a pending flag word. */
static enum bl_rc erase_f(struct journal *journal, bool keep_flag)
{
    _Alignas(4) const uint8_t pending[4] = {
        UPGRADE_FLAG_PENDING & 0xFF, UPGRADE_FLAG_PENDING >> 8 & 0xFF,
        UPGRADE_FLAG_PENDING >> 16 & 0xFF, UPGRADE_FLAG_PENDING >> 24 & 0xFF};
    bool was_pending = journal_flag() == UPGRADE_FLAG_PENDING;
    enum bl_rc rc = flash_op_erase(UPGRADE_FLAG_ADDR);

    if (rc != BL_OK)
        return rc;
    log_erased(&journal->f);
    return keep_flag && was_pending ? flash_op_program(UPGRADE_FLAG_ADDR, pending, sizeof pending)
                                    : BL_OK;
}

/* From the mark on: the state is in F, the application's parameters are in the keep. */
static enum bl_rc move_p(struct journal *journal)
{
    enum bl_rc rc = flash_op_erase(APP_PARAMS_ADDR);

    if (rc == BL_OK) {
        log_erased(&journal->p);
        rc = keep_restore();
    }
    if (rc == BL_OK)
        rc = append(&journal->p, &journal->state);
    if (rc == BL_OK)
        rc = keep_close();
    if (rc == BL_OK)
        journal->keep = KEEP_NONE;
    return rc;
}

/* Makes room in P; the newest state is in both logs afterwards. */
static enum bl_rc make_room_p(struct journal *journal)
{
    bool suspect = (journal->state.suspect & RECORD_SUSPECT_F) != 0;
    enum bl_rc rc = BL_OK;

    if (suspect || !keep_blank() || !has_room(&journal->f, 1))
        rc = erase_f(journal, !suspect);
    if (rc == BL_OK && journal->found)
        rc = append(&journal->f, &journal->state);
    if (rc == BL_OK)
        rc = keep_save();
    return rc == BL_OK ? move_p(journal) : rc;
}

/* The state to P alone, before sector 4 is erased: a cut erase may leave old records readable. */
static enum bl_rc append_suspect(struct journal *journal, struct record *next)
{
    next->seq = journal->state.seq + 1;
    next->suspect = RECORD_SUSPECT_F;
    enum bl_rc rc = append(&journal->p, next);

    if (rc == BL_OK) {
        journal->state = *next;
        journal->found = true;
    }
    return rc;
}

static enum bl_rc append_both(struct journal *journal, struct record *next)
{
    enum bl_rc rc;

    next->seq = journal->state.seq + 1;
    rc = append(&journal->p, next);
    if (rc == BL_OK) {
        journal->state = *next;
        journal->found = true;
        rc = append(&journal->f, next);
    }
    return rc;
}

/* Room for what a write of a state may append. */
static enum bl_rc prepare(struct journal *journal)
{
    enum bl_rc rc = journal->keep != KEEP_NONE ? journal_repair(journal) : BL_OK;

    if (rc == BL_OK && !has_room(&journal->p, APPENDS_MAX))
        rc = make_room_p(journal);
    if (rc == BL_OK && !has_room(&journal->f, 1)) {
        struct record state = journal->state;

        rc = append_suspect(journal, &state);
        rc = rc == BL_OK ? erase_f(journal, true) : rc;
    }
    return rc;
}

enum bl_rc journal_write_again(struct journal *journal, const struct record *state)
{
    struct record next = *state;
    enum bl_rc rc = prepare(journal);

    if (rc == BL_OK) {
        next.suspect = 0;
        rc = append_both(journal, &next);
    }
    return rc == BL_OK ? BL_OK : log_error(rc, "records");
}

enum bl_rc journal_write(struct journal *journal, const struct record *state)
{
    uint8_t old_bytes[RECORD_BYTES];
    uint8_t new_bytes[RECORD_BYTES];
    struct record next = *state;

    next.seq = journal->state.seq;
    next.suspect = 0;
    record_encode(&journal->state, old_bytes);
    record_encode(&next, new_bytes);
    if (memcmp(old_bytes, new_bytes, RECORD_BYTES) == 0)
        return BL_OK;
    return journal_write_again(journal, &next);
}

enum bl_rc journal_clear_flag(struct journal *journal, const struct record *state)
{
    struct record next = *state;
    enum bl_rc rc = prepare(journal);

    if (rc == BL_OK)
        rc = append_suspect(journal, &next);
    if (rc == BL_OK)
        rc = erase_f(journal, false);
    if (rc == BL_OK) {
        next.suspect = 0;
        rc = append_both(journal, &next);
    }
    return rc == BL_OK ? BL_OK : log_error(rc, "upgrade flag");
}

enum bl_rc journal_set_flag(struct journal *journal)
{
    _Alignas(4) uint8_t word[4];
    enum bl_rc rc = BL_OK;

    if (journal_flag() != UPGRADE_FLAG_NONE)
        rc = journal_clear_flag(journal, &journal->state);
    put_le32(word, UPGRADE_FLAG_PENDING);
    return rc == BL_OK ? flash_op_program(UPGRADE_FLAG_ADDR, word, sizeof word) : rc;
}

enum bl_rc journal_repair(struct journal *journal)
{
    enum bl_rc rc = BL_OK;

    if (journal->keep == KEEP_CLOSING) {
        rc = keep_close();
        if (rc == BL_OK)
            journal->keep = KEEP_NONE;
        return rc;
    }
    log_line("records: an interrupted move is taken up again");
    /* F got the state before the mark; once more, since it alone holds it while P is erased. */
    if (journal->found && has_room(&journal->f, 1))
        rc = append(&journal->f, &journal->state);
    return rc == BL_OK ? move_p(journal) : rc;
}
