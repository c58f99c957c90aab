/* SPDX-License-Identifier: MIT
 * Bulk-only transport of the stick (USB Mass Storage Class, Bulk-Only Transport 1.0): CBW, data
 * stage, CSW, and the thirteen cases in which host and device may disagree (6.7).
 * Next: stick_scsi.c. */
#include "stick_parts.h"

#include <string.h>

#define CBW_BYTES     31
#define CSW_BYTES     13
#define CBW_SIGNATURE 0x43425355u
#define CSW_SIGNATURE 0x53425355u

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

    if (in) {
        s->in_toggle = 0;
        s->in_halted = s->bot.reset_needed;
    } else {
        s->out_toggle = 0;
        s->out_halted = s->bot.reset_needed;
    }
}

/* 6.6.1: what is no valid and meaningful CBW stalls both pipes until a reset recovery. */
static void refuse(struct board *b)
{
    b->stick.bot.reset_needed = true;
    b->stick.in_halted = b->stick.out_halted = true;
}

static void status_next(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;

    t->phase = STICK_PHASE_STATUS;
    t->wrapper_bytes = 0;
    memset(t->wrapper, 0, sizeof t->wrapper);
    stick_put_le32(t->wrapper, CSW_SIGNATURE);
    stick_put_le32(t->wrapper + 4, t->tag);
    stick_put_le32(t->wrapper + 8, t->host_bytes - t->moved);
    t->wrapper[12] = t->status;
}

/* The device has moved all it will. Less than the host wants: a short packet has told it so, or
 * a STALL must. */
static void data_stage_done(struct board *b)
{
    struct stick *s = &b->stick;
    struct stick_bot *t = &s->bot;
    unsigned most = (unsigned)quirk(b, QUIRK_BULK_BYTES);

    if (t->moved < t->host_bytes) {
        if (t->phase == STICK_PHASE_OUT)
            s->out_halted = true;
        else if (t->moved % most == 0)
            s->in_halted = true;
    }
    status_next(b);
}

static void command(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;
    bool host_reads = t->wrapper[12] & 0x80;
    struct stick_command c = stick_scsi_start(b, t->wrapper + 15, t->wrapper[14] & 0x1Fu);

    t->tag = stick_le32(t->wrapper + 4);
    t->host_bytes = stick_le32(t->wrapper + 8);
    t->moved = 0;
    t->status = c.failed ? FAILED : PASSED;
    t->ready_ps = quirk_deadline(b, QUIRK_LATENCY_US, PS_PER_US);
    t->phase = host_reads ? STICK_PHASE_IN : STICK_PHASE_OUT;
    t->data_bytes = (uint32_t)(c.bytes < t->host_bytes ? c.bytes : t->host_bytes);
    if (c.bytes > t->host_bytes)
        t->status = PHASE_ERROR; /* cases 2, 3, 7, 13 */
    if (c.bytes && t->host_bytes && c.to_host != host_reads) {
        t->status = PHASE_ERROR; /* cases 8, 10 */
        t->data_bytes = 0;
    }
    if (t->data_bytes == 0)
        data_stage_done(b);
}

static enum usb_answer command_packet(struct board *b, const struct usb_transaction *p)
{
    struct stick_bot *t = &b->stick.bot;
    bool last = t->wrapper_bytes + p->bytes >= CBW_BYTES || p->bytes < quirk(b, QUIRK_BULK_BYTES);

    if (t->wrapper_bytes + p->bytes > CBW_BYTES) {
        refuse(b);
        return USB_ACK;
    }
    memcpy(t->wrapper + t->wrapper_bytes, p->data, p->bytes);
    t->wrapper_bytes = (uint8_t)(t->wrapper_bytes + p->bytes);
    if (!last)
        return USB_ACK;
    if (t->wrapper_bytes != CBW_BYTES || stick_le32(t->wrapper) != CBW_SIGNATURE ||
        t->wrapper[13] != 0 || t->wrapper[14] == 0 || t->wrapper[14] > 16)
        refuse(b);
    else
        command(b);
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

static enum usb_answer status_packet(struct board *b, struct usb_transaction *p)
{
    struct stick_bot *t = &b->stick.bot;
    unsigned most = (unsigned)quirk(b, QUIRK_BULK_BYTES);
    unsigned left = CSW_BYTES - t->wrapper_bytes;

    t->last = (uint16_t)(left < most ? left : most);
    p->bytes = t->last;
    memcpy(p->data, t->wrapper + t->wrapper_bytes, t->last);
    return USB_ACK;
}

/* USB_ACK stands for "data": stick.c knows the toggle. */
enum usb_answer stick_bot_in(struct board *b, struct usb_transaction *p)
{
    struct stick *s = &b->stick;
    struct stick_bot *t = &s->bot;
    unsigned most = (unsigned)quirk(b, QUIRK_BULK_BYTES);
    uint32_t left = t->data_bytes - t->moved;

    if (t->phase == STICK_PHASE_COMMAND || t->phase == STICK_PHASE_OUT || now_ps(b) < t->ready_ps)
        return USB_NAK;
    if (t->phase == STICK_PHASE_STATUS)
        return status_packet(b, p);
    t->last = (uint16_t)(left < most ? left : most);
    p->bytes = t->last;
    if (stick_scsi_read(b, t->moved, p->data, t->last))
        return USB_ACK;
    t->status = FAILED;
    s->in_halted = true;
    status_next(b);
    return USB_ANSWER_STALL;
}

void stick_bot_in_acked(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;

    if (t->phase == STICK_PHASE_IN) {
        t->moved += t->last;
        if (t->moved == t->data_bytes)
            data_stage_done(b);
    } else if (t->phase == STICK_PHASE_STATUS) {
        t->wrapper_bytes = (uint8_t)(t->wrapper_bytes + t->last);
        if (t->wrapper_bytes == CSW_BYTES) {
            t->phase = STICK_PHASE_COMMAND;
            t->wrapper_bytes = 0;
        }
    }
}
