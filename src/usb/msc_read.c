/* SPDX-License-Identifier: MIT
 * What becomes of a READ: the next part, the same once more, or the end. */
#include "sys/log.h"
#include "usb/msc_parts.h"

enum {
    REFUSALS_MAX = 3, /* of one READ */
    PAUSE_MS = 100,   /* while a unit is not ready */
};

static void end_read(struct msc *m, enum bl_rc rc)
{
    m->busy = false;
    m->read_rc = rc;
    m->state = MSC_IDLE;
}

/* The unit did not deliver, for whatever reason it gave. */
static void read_refused(struct msc *m)
{
    m->refusals++;
    if (m->refusals < REFUSALS_MAX) {
        m->state = MSC_READ;
        return;
    }
    log_line("stick: read error from block %u on, sense %06x", (unsigned)m->read_lba,
             (unsigned)msc_last_sense(m));
    end_read(m, BL_E_MSC_READ);
}

/* All bytes have come, and the residue says that they have not: a stick may fill up short data, and
 * many just get the residue wrong. The same answer to each try is the stick's way; what it sent is
 * held against a digest anyway. */
static bool residue_counts(struct msc *m)
{
    if (m->bot.residue_bytes != 0 && m->refusals + 1 == REFUSALS_MAX) {
        log_line("stick: its residues mean nothing");
        m->residue_bogus = true;
    }
    return m->bot.residue_bytes != 0 && !m->residue_bogus;
}

void msc_read_ended(struct msc *m, enum bl_rc rc)
{
    if (rc != BL_OK) {
        m->state = MSC_READ_SENSE;
        return;
    }
    if (m->bot.got_bytes != m->bot.command.data_bytes || residue_counts(m)) {
        read_refused(m);
        return;
    }
    m->strikes = 0;
    m->resets = 0;
    m->refusals = 0;
    m->warm = true;
    m->read_limit = deadline_in(MSC_READ_MS);
    m->read_lba += m->command_count;
    m->read_count -= m->command_count;
    m->read_dst += m->bot.got_bytes;
    if (m->read_count == 0)
        end_read(m, BL_OK);
}

void msc_read_sense_ended(struct msc *m, enum bl_rc rc)
{
    const struct scsi_sense *s = &m->sense;

    msc_take_sense(m, rc);
    if (s->key == SCSI_KEY_ILLEGAL_REQUEST && m->command_count > 1) {
        m->most_count = m->command_count / 2;
        m->state = MSC_READ;
    } else if (s->key == SCSI_KEY_ILLEGAL_REQUEST) {
        end_read(m, BL_E_MSC_COMMAND);
    } else if (s->key == SCSI_KEY_NOT_READY && s->asc == SCSI_ASC_NO_MEDIUM) {
        msc_fail(m, BL_E_MSC_NO_MEDIUM);
    } else if (s->key == SCSI_KEY_NOT_READY) {
        m->pause = deadline_in(PAUSE_MS);
        m->state = MSC_READ_PAUSE;
    } else {
        read_refused(m);
    }
}
