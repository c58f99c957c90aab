/* SPDX-License-Identifier: MIT
 * The search for a logical unit with a medium: which command comes next. */
#include "usb/msc_parts.h"

#include "sys/log.h"

enum {
    GET_MAX_LUN_TYPE = 0xA1, /* BOT 3.2 */
    GET_MAX_LUN_CODE = 0xFE,
    GET_MAX_LUN_LIMIT_MS = 1000, /* some sticks neither answer nor stall */

    PASS_PAUSE_MS = 20, /* how late a stick that becomes ready is noticed */
    ATTENTIONS_MAX = 8, /* in a row without a pause: several reasons may be queued */
};

static uint16_t lun_bit(const struct msc *m)
{
    return (uint16_t)(1u << m->lun);
}

static void enter_lun(struct msc *m)
{
    bool inquire = (m->luns_inquired & lun_bit(m)) == 0;

    m->attentions = 0;
    m->state = inquire ? MSC_INQUIRY : MSC_TEST;
}

/* All units have been asked once more. */
static void end_pass(struct msc *m)
{
    uint16_t all = (uint16_t)((1u << m->luns) - 1);

    if ((m->luns_out & all) == all) {
        msc_fail(m, m->size_refused ? BL_E_MSC_CAPACITY : BL_E_MSC_NO_MEDIUM);
        return;
    }
    if (m->pass_empty && deadline_passed(m->empty_limit)) {
        msc_fail(m, BL_E_MSC_NO_MEDIUM);
        return;
    }
    m->pass_empty = true;
    m->pause = deadline_in(PASS_PAUSE_MS);
    m->state = MSC_PAUSE;
}

/* The unit has no medium to offer now: to the next one. */
static void next_lun(struct msc *m)
{
    if (m->chosen) {
        end_pass(m);
        return;
    }
    do {
        m->lun++;
    } while (m->lun < m->luns && (m->luns_out & lun_bit(m)) != 0);
    if (m->lun >= m->luns)
        end_pass(m);
    else
        enter_lun(m);
}

/* Begins a pass with the first unit that is not out; end_pass has seen that there is one. */
static void begin_pass(struct msc *m)
{
    if (!m->chosen) {
        m->lun = 0;
        while (m->lun + 1 < m->luns && (m->luns_out & lun_bit(m)) != 0)
            m->lun++;
    }
    enter_lun(m);
}

static void rule_out(struct msc *m)
{
    m->luns_out |= lun_bit(m);
    next_lun(m);
}

static void s_start(struct msc *m)
{
    enum bl_rc rc = usb_host_poll(m->host);

    if (rc == BL_PENDING)
        return;
    if (rc != BL_OK) {
        msc_host_failed(m, rc);
        return;
    }
    bot_init(&m->bot, m->host);
    m->pass_empty = true;
    if (m->chosen) {
        m->empty_limit = deadline_in(MSC_EMPTY_MS);
        m->state = MSC_TEST;
    } else {
        m->empty_limit = (struct deadline){usb_host_attach_ms(m->host), m->empty_ms};
        m->lun_asked = false;
        m->state = MSC_MAX_LUN;
    }
}

/* A stall, as BOT 3.2 allows, and any other failure count as one unit. */
static void s_max_lun(struct msc *m)
{
    struct usb_request request = {.type = GET_MAX_LUN_TYPE,
                                  .code = GET_MAX_LUN_CODE,
                                  .index = m->host->msc.interface,
                                  .length = 1};
    enum bl_rc rc;

    if (!m->lun_asked) {
        m->lun_asked = true;
        rc = usb_control_start(&m->host->control, &request, m->buffer, GET_MAX_LUN_LIMIT_MS);
        if (rc == BL_OK)
            return;
    } else {
        rc = usb_control_poll(&m->host->control);
        if (rc == BL_PENDING)
            return;
    }
    if (rc == BL_E_USB_GONE) {
        msc_fail(m, rc);
        return;
    }
    m->luns = 1;
    if (rc == BL_OK && m->host->control.received_bytes == 1 && m->buffer[0] < MSC_LUNS_MAX)
        m->luns = (uint8_t)(m->buffer[0] + 1);
    begin_pass(m);
}

/* A unit that does not say what it is may still be a disk. */
static void s_inquiry(struct msc *m, enum bl_rc rc)
{
    m->luns_inquired |= lun_bit(m);
    if (rc == BL_OK && m->bot.got_bytes > 0 && !scsi_is_disk(m->buffer, m->bot.got_bytes)) {
        rule_out(m);
        return;
    }
    if (rc == BL_OK)
        scsi_name(m->buffer, m->bot.got_bytes, m->text, sizeof m->text);
    m->state = MSC_TEST;
}

static void s_test(struct msc *m, enum bl_rc rc)
{
    m->strikes = 0;
    m->state = rc == BL_OK ? MSC_CAPACITY : MSC_SENSE;
}

static void s_sense(struct msc *m, enum bl_rc rc)
{
    const struct scsi_sense *s = &m->sense;

    msc_take_sense(m, rc);
    if (s->key == SCSI_KEY_UNIT_ATTENTION && m->attentions < ATTENTIONS_MAX) {
        m->attentions++;
        m->state = MSC_TEST;
    } else if (s->key == SCSI_KEY_ILLEGAL_REQUEST && !m->chosen) {
        rule_out(m); /* 05/25: there is no such unit */
    } else if (s->key == SCSI_KEY_NOT_READY && s->asc == SCSI_ASC_NO_MEDIUM) {
        next_lun(m);
    } else if (s->key == SCSI_KEY_NOT_READY && s->asc == SCSI_ASC_NOT_READY &&
               s->ascq == SCSI_ASCQ_START_NEEDED && (m->luns_started & lun_bit(m)) == 0) {
        m->pass_empty = false;
        m->state = MSC_SPIN_UP;
    } else {
        m->pass_empty = false;
        next_lun(m);
    }
}

static void s_spin_up(struct msc *m)
{
    m->luns_started |= lun_bit(m);
    m->state = MSC_TEST;
}

static void ready(struct msc *m, const struct scsi_capacity *c)
{
    if (!m->chosen)
        log_line("stick: %s, unit %u, %u MB in blocks of %u bytes",
                 m->text[0] != '\0' ? m->text : "no name", m->lun,
                 (unsigned)((c->block_count >> 11) * (c->block_bytes >> 9)),
                 (unsigned)c->block_bytes);
    m->chosen = true;
    m->dev.block_count = c->block_count;
    m->dev.block_bytes = c->block_bytes;
    if (m->most_count == 0)
        m->most_count = MSC_READ_BYTES_MAX / c->block_bytes;
    m->state = m->busy ? MSC_READ : MSC_IDLE;
}

static void s_capacity(struct msc *m, enum bl_rc rc)
{
    bool large = m->state == MSC_CAPACITY_16;
    struct scsi_capacity c;
    bool supported;

    if (rc != BL_OK || m->bot.got_bytes < (large ? SCSI_CAPACITY_16_LEAST : SCSI_CAPACITY_BYTES)) {
        m->state = MSC_SENSE;
        return;
    }
    if (!large && scsi_capacity_is_large(m->buffer)) {
        m->state = MSC_CAPACITY_16;
        return;
    }
    supported = scsi_capacity_parse(m->buffer, large, &c);
    if (m->chosen && (!supported || c.block_count != m->dev.block_count ||
                      c.block_bytes != m->dev.block_bytes)) {
        msc_fail(m, BL_E_USB_GONE); /* another medium is there now */
    } else if (!supported) {
        m->size_refused = true;
        rule_out(m);
    } else {
        ready(m, &c);
    }
}

bool msc_next_unit(struct msc *m)
{
    uint16_t all = (uint16_t)((1u << m->luns) - 1);

    if (m->state != MSC_IDLE)
        return false;
    m->luns_out |= lun_bit(m);
    if ((m->luns_out & all) == all)
        return false;
    m->chosen = false;
    m->most_count = 0;
    m->pass_empty = true;
    next_lun(m);
    return true;
}

void msc_search_step(struct msc *m)
{
    if (m->state == MSC_START)
        s_start(m);
    else if (m->state == MSC_MAX_LUN)
        s_max_lun(m);
    else if (deadline_passed(m->pause))
        begin_pass(m);
}

void msc_search_ended(struct msc *m, enum bl_rc rc)
{
    switch (m->state) {
    case MSC_INQUIRY:
        s_inquiry(m, rc);
        break;
    case MSC_TEST:
        s_test(m, rc);
        break;
    case MSC_SENSE:
        s_sense(m, rc);
        break;
    case MSC_SPIN_UP:
        s_spin_up(m);
        break;
    case MSC_CAPACITY:
    case MSC_CAPACITY_16:
        s_capacity(m, rc);
        break;
    default:
        msc_fail(m, BL_E_BUG);
        break;
    }
}
