/* SPDX-License-Identifier: MIT
 * Bulk-only transport of the stick (USB Mass Storage Class, Bulk-Only Transport 1.0): CBW, data
 * stage, and the thirteen cases in which host and device may disagree (6.7).
 * Next: stick_status.c. */
#include "stick_parts.h"

#include <string.h>

#define CBW_BYTES     31
#define CBW_SIGNATURE 0x43425355u

enum { PASSED, FAILED, PHASE_ERROR };

void stick_bot_reset(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;

    memset(t, 0, sizeof *t);
    trace_event(b, "usb", "\"what\":\"bulk-only-reset\"");
}

void stick_bot_clear_halt(struct board *b, bool in)
{
    struct stick *s = &b->stick;
    bool keeps = quirk(b, QUIRK_HALT_KEEPS_TOGGLE) != 0;

    if (in) {
        s->in_toggle = keeps && s->in_toggle;
        s->in_halted = s->bot.reset_needed;
        if (s->bot.phase == STICK_PHASE_STATUS)
            stick_status_may_stall(b);
    } else {
        s->out_toggle = keeps && s->out_toggle;
        s->out_halted = s->bot.reset_needed;
    }
}

/* 6.6.1: what is no valid and meaningful CBW stalls both pipes until a reset recovery. */
static void refuse(struct board *b)
{
    b->stick.bot.reset_needed = true;
    b->stick.in_halted = b->stick.out_halted = true;
}

/* The device has moved all it will. Less than the host wants: a short packet has told it so, or
 * a STALL must. */
static void data_stage_done(struct board *b)
{
    struct stick *s = &b->stick;
    struct stick_bot *t = &s->bot;

    if (t->moved < t->host_bytes) {
        if (t->phase == STICK_PHASE_OUT)
            s->out_halted = true;
        else if (t->moved % s->pipes.in_bytes == 0)
            s->in_halted = true;
    }
    stick_status_begin(b);
}

/* What may go wrong with a data stage that would bring data. */
static void spoil_data(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;
    uint32_t cut = t->data_bytes > b->stick.pipes.in_bytes ? b->stick.pipes.in_bytes / 2 : 1;

    if (quirk_strikes(b, QUIRK_STALL_DATA)) {
        stick_scsi_fail(b, 0x044400); /* internal target failure */
        t->status = FAILED;
        t->data_bytes = 0;
        return;
    }
    if (quirk_strikes(b, QUIRK_SHORT_DATA))
        t->data_bytes -= cut;
    if (quirk_strikes(b, QUIRK_SHORT_DATA_LIE)) {
        t->data_bytes -= cut;
        t->residue_lie = true;
    }
    if (quirk_strikes(b, QUIRK_LONG_DATA))
        t->data_bytes += b->stick.pipes.in_bytes;
    t->zeros = quirk_strikes(b, QUIRK_ZERO_BEFORE_DATA);
    t->zero_last = quirk_strikes(b, QUIRK_ZERO_AFTER_DATA);
}

static uint64_t ready_time(struct board *b, bool hangs)
{
    struct stick_scsi *s = &b->stick.scsi;
    bool first_read = s->medium && !s->read_once;

    s->read_once |= s->medium;
    if (hangs)
        return ALARM_NEVER;
    if (quirk_strikes(b, QUIRK_HANG))
        return quirk_deadline(b, QUIRK_HANG_MS, PS_PER_MS);
    if (first_read && quirk(b, QUIRK_FIRST_READ_MS))
        return quirk_deadline(b, QUIRK_FIRST_READ_MS, PS_PER_MS);
    return quirk_deadline(b, QUIRK_LATENCY_US, PS_PER_US);
}

/* Which of the thirteen cases it is. */
static void agree(struct board *b, struct stick_command c, bool host_reads)
{
    struct stick_bot *t = &b->stick.bot;

    t->moved = 0;
    t->zeros = 0;
    t->zero_last = t->residue_lie = false;
    t->status = c.failed ? FAILED : PASSED;
    t->phase = host_reads ? STICK_PHASE_IN : STICK_PHASE_OUT;
    t->data_bytes = (uint32_t)(c.bytes < t->host_bytes ? c.bytes : t->host_bytes);
    if (c.bytes > t->host_bytes)
        t->status = PHASE_ERROR; /* cases 2, 3, 7, 13 */
    if (c.bytes && t->host_bytes && c.to_host != host_reads) {
        t->status = PHASE_ERROR; /* cases 8, 10 */
        t->data_bytes = 0;
    }
}

static void command(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;
    bool host_reads = t->wrapper[12] & 0x80;
    struct stick_command c;

    b->stick.scsi.lun = t->wrapper[13] & 0x0F;
    c = stick_scsi_start(b, t->wrapper + 15, t->wrapper[14] & 0x1Fu);
    t->tag = stick_le32(t->wrapper + 4);
    t->host_bytes = stick_le32(t->wrapper + 8);
    t->ready_ps = ready_time(b, c.hangs);
    agree(b, c, host_reads);
    if (t->data_bytes && host_reads && quirk_strikes(b, QUIRK_NO_DATA)) {
        t->data_bytes = 0;
        stick_status_begin(b);
        return;
    }
    if (t->data_bytes && host_reads)
        spoil_data(b);
    if (t->data_bytes == 0)
        data_stage_done(b);
}

/* Valid and meaningful (6.2). A unit that the quirk max-lun has invented is taken. */
static bool is_right(const struct board *b)
{
    const struct stick_bot *t = &b->stick.bot;
    unsigned units = quirk(b, QUIRK_MAX_LUN) < 256 ? STICK_LUNS_MAX : stick_units(b);

    return t->wrapper_bytes == CBW_BYTES && stick_le32(t->wrapper) == CBW_SIGNATURE &&
           t->wrapper[13] < units && t->wrapper[14] > 0 && t->wrapper[14] <= 16;
}

static enum usb_answer command_packet(struct board *b, const struct usb_transaction *p)
{
    struct stick_bot *t = &b->stick.bot;
    bool last = t->wrapper_bytes + p->bytes >= CBW_BYTES || p->bytes < b->stick.pipes.out_bytes;

    if (t->wrapper_bytes + p->bytes > CBW_BYTES) {
        refuse(b);
        return USB_ACK;
    }
    memcpy(t->wrapper + t->wrapper_bytes, p->data, p->bytes);
    t->wrapper_bytes = (uint8_t)(t->wrapper_bytes + p->bytes);
    if (!last)
        return USB_ACK;
    if (quirk_strikes(b, QUIRK_STALL_COMMAND)) {
        refuse(b);
        return USB_ANSWER_STALL;
    }
    if (is_right(b))
        command(b);
    else
        refuse(b);
    return USB_ACK;
}

static enum usb_answer data_packet(struct board *b, const struct usb_transaction *p)
{
    struct stick_bot *t = &b->stick.bot;
    uint32_t left = t->data_bytes - t->moved;
    uint32_t bytes = p->bytes < left ? p->bytes : left;

    if (now_ps(b) < t->ready_ps)
        return USB_NAK;
    if (!stick_scsi_write(b, t->moved, p->data, bytes)) {
        t->status = FAILED;
        t->data_bytes = t->moved;
    } else {
        t->moved += bytes;
    }
    if (t->moved == t->data_bytes)
        data_stage_done(b);
    return USB_ACK;
}

enum usb_answer stick_bot_out(struct board *b, const struct usb_transaction *p)
{
    switch (b->stick.bot.phase) {
    case STICK_PHASE_COMMAND:
        return command_packet(b, p);
    case STICK_PHASE_OUT:
        return data_packet(b, p);
    default:
        return USB_NAK;
    }
}

enum usb_answer stick_bot_in(struct board *b, struct usb_transaction *p)
{
    struct stick *s = &b->stick;
    struct stick_bot *t = &s->bot;
    uint32_t left = t->data_bytes - t->moved;

    if (t->phase == STICK_PHASE_COMMAND || t->phase == STICK_PHASE_OUT || now_ps(b) < t->ready_ps)
        return USB_NAK;
    if (t->zeros) {
        t->last = p->bytes = 0;
        return USB_ACK;
    }
    if (t->phase == STICK_PHASE_STATUS)
        return stick_status_packet(b, p);
    t->last = (uint16_t)(left < s->pipes.in_bytes ? left : s->pipes.in_bytes);
    p->bytes = t->last;
    if (stick_scsi_read(b, t->moved, p->data, t->last))
        return USB_ACK;
    t->status = FAILED;
    s->in_halted = true;
    stick_status_begin(b);
    return USB_ANSWER_STALL;
}

void stick_bot_in_acked(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;

    if (t->zeros) {
        t->zeros = 0;
        return;
    }
    if (t->phase == STICK_PHASE_IN) {
        t->moved += t->last;
        if (t->moved == t->data_bytes)
            data_stage_done(b);
    } else if (t->phase == STICK_PHASE_STATUS) {
        t->wrapper_bytes = (uint8_t)(t->wrapper_bytes + t->last);
        if (t->wrapper_bytes == t->status_bytes) {
            t->phase = STICK_PHASE_COMMAND;
            t->wrapper_bytes = 0;
            trace_event(b, "usb", "\"what\":\"scsi-end\",\"bytes\":%u", (unsigned)t->moved);
        }
    }
}
