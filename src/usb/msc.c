/* SPDX-License-Identifier: MIT
 * Mass storage: the machine, its commands, and the recovery of the transport. The search for a unit
 * is in msc_search.c, what becomes of a read in msc_read.c. */
#include "usb/msc.h"

#include <stddef.h>

#include "port/clock.h"
#include "sys/log.h"
#include "usb/msc_parts.h"

enum {
    /* Longest time without a packet. The first read after the attach is known to be slow. */
    STALL_COLD_MS = 10000,
    STALL_MS = 5000,

    STRIKES_MAX = 2, /* transport errors before a port reset */
    RESETS_MAX = 1,  /* port resets before giving up */
};

void msc_host_failed(struct msc *m, enum bl_rc rc)
{
    m->state = MSC_FAILED;
    m->error = rc;
    m->busy = false;
    if (hc_xfer_abort() != BL_OK)
        log_line("USB: core stuck, it must be started again");
}

/* The stick's own reason, as far as it has words. */
static const char *sense_text(const struct scsi_sense *s)
{
    if (s->key == SCSI_KEY_NONE)
        return err_text(BL_E_TIMEOUT);
    if (s->asc == SCSI_ASC_NO_MEDIUM)
        return err_text(BL_E_MSC_NO_MEDIUM);
    return s->asc == SCSI_ASC_NOT_READY ? "becoming ready" : "see sense";
}

void msc_fail(struct msc *m, enum bl_rc rc)
{
    if (rc == BL_E_MSC_NOT_READY)
        log_line("stick: not ready after %u s: %s (sense %06x)",
                 (unsigned)(clock_ms() - usb_host_attach_ms(m->host) + 500u) / 1000u,
                 sense_text(&m->sense), (unsigned)msc_last_sense(m));
    else
        (void)log_error(rc, "stick");
    msc_host_failed(m, rc);
}

void msc_take_sense(struct msc *m, enum bl_rc rc)
{
    m->sense = (struct scsi_sense){0};
    if (rc == BL_OK)
        m->sense = scsi_sense_parse(m->buffer, m->bot.got_bytes);
}

/* Fills the command of the present state. */
static void make_command(struct msc *m, struct bot_command *c)
{
    *c = (struct bot_command){.lun = m->lun, .data = m->buffer};
    c->stall_ms = m->warm ? STALL_MS : STALL_COLD_MS;
    switch (m->state) {
    case MSC_INQUIRY:
        scsi_inquiry(c);
        break;
    case MSC_SPIN_UP:
        scsi_start_unit(c);
        break;
    case MSC_CAPACITY:
        scsi_read_capacity(c);
        break;
    case MSC_CAPACITY_16:
        scsi_read_capacity_16(c);
        break;
    case MSC_SENSE:
    case MSC_READ_SENSE:
        scsi_request_sense(c);
        break;
    case MSC_READ:
        m->command_count = m->read_count < m->most_count ? m->read_count : m->most_count;
        scsi_read(c, m->read_lba, (uint16_t)m->command_count, m->dev.block_bytes);
        c->data = m->read_dst;
        break;
    default:
        scsi_test_unit_ready(c);
        break;
    }
}

static enum bl_rc run_command(struct msc *m)
{
    struct bot_command c;
    enum bl_rc rc;

    if (m->bot.state != BOT_IDLE && m->bot.state != BOT_BROKEN)
        return bot_poll(&m->bot);
    make_command(m, &c);
    rc = bot_start(&m->bot, &c);
    return rc == BL_OK ? BL_PENDING : rc;
}

static bool is_transport_error(enum bl_rc rc)
{
    return rc < 0 && rc != BL_E_MSC_COMMAND;
}

/* The command got lost, and its sense data with it. */
static void transport_failed(struct msc *m, enum bl_rc rc)
{
    bool gone = rc == BL_E_USB_GONE;

    m->strikes++;
    if (!gone && !bot_broken(&m->bot) && m->strikes < STRIKES_MAX) {
        if (m->state == MSC_SENSE)
            m->state = MSC_TEST;
        else if (m->state == MSC_READ_SENSE)
            m->state = MSC_READ;
    } else if (!gone && m->resets < RESETS_MAX) {
        m->resets++;
        m->strikes = 0;
        log_line("stick: %s, port reset", err_text(rc));
        usb_host_restart(m->host, rc);
        m->state = MSC_START;
    } else {
        msc_fail(m, rc);
    }
}

static void command_ended(struct msc *m, enum bl_rc rc)
{
    if (m->state == MSC_READ)
        msc_read_ended(m, rc);
    else if (m->state == MSC_READ_SENSE)
        msc_read_sense_ended(m, rc);
    else
        msc_search_ended(m, rc);
}

static void s_command(struct msc *m)
{
    enum bl_rc rc = run_command(m);

    if (rc == BL_PENDING)
        return;
    if (is_transport_error(rc))
        transport_failed(m, rc);
    else
        command_ended(m, rc);
}

static void step(struct msc *m)
{
    switch (m->state) {
    case MSC_START:
    case MSC_MAX_LUN:
    case MSC_PAUSE:
        msc_search_step(m);
        break;
    case MSC_READ_PAUSE:
        if (deadline_passed(m->pause))
            m->state = MSC_READ;
        break;
    case MSC_IDLE:
    case MSC_FAILED:
        break;
    default:
        s_command(m);
        break;
    }
}

/* A read that was refused as "not ready" until its time was over ends with that reason. */
static enum bl_rc late_read(const struct msc *m)
{
    bool not_ready = m->sense.key == SCSI_KEY_NOT_READY && m->refusals == 0;

    return not_ready ? BL_E_MSC_NOT_READY : BL_E_TIMEOUT;
}

/* One step, after a look at what holds for all states: the device is there, and time is left. */
static void guarded_step(struct msc *m)
{
    bool searching = m->state > MSC_START && m->state < MSC_IDLE;

    if (m->busy && (deadline_passed(m->read_limit) || deadline_passed(m->limit))) {
        msc_fail(m, late_read(m));
        return;
    }
    if (m->state > MSC_START && m->state != MSC_FAILED) {
        enum bl_rc rc = usb_host_poll(m->host);

        if (rc != BL_OK) {
            msc_host_failed(m, rc == BL_PENDING ? BL_E_BUG : rc);
            return;
        }
    }
    if (searching && deadline_passed(m->limit))
        msc_fail(m, BL_E_MSC_NOT_READY);
    else
        step(m);
}

static enum bl_rc dev_read_start(void *ctx, uint64_t lba, uint32_t count, void *dst)
{
    struct msc *m = ctx;

    if (m->state == MSC_FAILED)
        return m->error;
    if (m->state != MSC_IDLE)
        return BL_E_BUSY;
    if (deadline_passed(m->limit))
        return BL_E_TIMEOUT;
    if (count == 0 || lba >= m->dev.block_count || count > m->dev.block_count - lba ||
        ((uintptr_t)dst & 3) != 0)
        return BL_E_BUG;
    m->busy = true;
    m->read_lba = lba;
    m->read_count = count;
    m->read_dst = dst;
    m->refusals = 0;
    m->sense = (struct scsi_sense){0};
    m->read_limit = deadline_in(MSC_READ_MS);
    m->state = MSC_READ;
    return BL_OK;
}

static enum bl_rc dev_poll(void *ctx)
{
    struct msc *m = ctx;

    guarded_step(m);
    if (m->state == MSC_FAILED)
        return m->error;
    return m->busy ? BL_PENDING : m->read_rc;
}

void msc_init(struct msc *m, struct usb_host *host, uint32_t empty_ms)
{
    *m = (struct msc){.host = host, .state = MSC_START, .luns = 1, .empty_ms = empty_ms};
    msc_limit(m, UINT32_MAX);
    m->dev.ctx = m;
    m->dev.read_start = dev_read_start;
    m->dev.poll = dev_poll;
}

enum bl_rc msc_ready_poll(struct msc *m)
{
    guarded_step(m);
    if (m->state == MSC_FAILED)
        return m->error;
    return m->chosen && !m->busy && m->state == MSC_IDLE ? BL_OK : BL_PENDING;
}

void msc_limit(struct msc *m, uint32_t limit_ms)
{
    m->limit = deadline_in(limit_ms);
}

const struct blockdev *msc_blockdev(const struct msc *m)
{
    return &m->dev;
}

uint32_t msc_last_sense(const struct msc *m)
{
    return (uint32_t)m->sense.key << 16 | (uint32_t)m->sense.asc << 8 | m->sense.ascq;
}

const char *msc_describe(const struct msc *m)
{
    return m->text;
}
