/* SPDX-License-Identifier: MIT
 * The virtual stick's bulk endpoints: bulk-only transport with its faults. */
#include <string.h>

#include "support/fake_stick.h"
#include "util/bytes.h"

enum { CBW_BYTES = 31, CSW_BYTES = 13 };

static void close_occasion(struct fake_stick *s)
{
    s->occasion_open = false;
    s->active = NULL;
}

static void open_occasion(struct fake_stick *s, enum fake_stage stage, int code)
{
    if (s->occasion_open)
        return;
    s->occasion_open = true;
    s->active = fake_stick_fault(s, stage, code);
}

static bool fault_is(const struct fake_stick *s, enum fake_fault_kind kind)
{
    return s->active != NULL && s->active->kind == kind;
}

/* The faults that all stages have. FAKE_ACK = none of them. */
static enum fake_answer common_fault(struct fake_stick *s)
{
    if (s->unplugged || fault_is(s, FAKE_FAULT_SILENCE))
        return FAKE_SILENCE;
    if (fault_is(s, FAKE_FAULT_NAK) && fake_stick_still(s))
        return FAKE_NAK;
    return FAKE_ACK;
}

void fake_stick_bot_reset(struct fake_stick *s)
{
    s->bot = BOT_WANTS_CBW;
    s->cbw_bytes = 0;
    s->csw_unacked = false;
    s->stale = false;
    close_occasion(s);
}

void fake_stick_bot_clear_halt(struct fake_stick *s, uint8_t ep)
{
    struct fake_endpoint *e = (ep & 0x80) != 0 ? &s->in : &s->out;

    e->toggle = 0;
    e->halted = s->bot == BOT_INVALID; /* only the class reset helps then */
    if (fault_is(s, FAKE_FAULT_STALL))
        close_occasion(s);
}

static void invalid_cbw(struct fake_stick *s)
{
    s->bot = BOT_INVALID;
    s->in.halted = true;
    s->out.halted = true;
}

static bool cbw_valid(struct fake_stick *s)
{
    uint32_t tag = le32(s->cbw + 4);
    bool good = s->cbw_bytes == CBW_BYTES && le32(s->cbw) == 0x43425355 && s->cbw[13] < 16 &&
                s->cbw[14] >= 1 && s->cbw[14] <= 16 && (s->cbw[12] & 0x7F) == 0;

    if (!good)
        fake_stick_violation(s, "an invalid CBW");
    if (s->has_tag && tag == s->last_tag)
        fake_stick_violation(s, "the same CBW tag twice");
    s->last_tag = tag;
    s->has_tag = true;
    return good;
}

/* Prepares data stage and status of a command. */
static void take_command(struct fake_stick *s)
{
    uint32_t asked = le32(s->cbw + 8);
    uint8_t status;

    s->data_bytes = 0;
    s->data_sent = 0;
    s->csw_sent = 0;
    status = fake_stick_scsi(s);
    if (s->data_bytes > asked)
        s->data_bytes = asked;
    put_le32(s->csw, 0x53425355);
    put_le32(s->csw + 4, le32(s->cbw + 4));
    put_le32(s->csw + 8, asked - s->data_bytes);
    s->csw[12] = status;
    s->bot = asked != 0 ? BOT_SENDS_DATA : BOT_SENDS_CSW;
    if (asked != 0 && s->data_bytes == 0) {
        s->in.halted = true; /* BOT 6.7.2, case 4 */
        s->bot = BOT_SENDS_CSW;
    }
}

/* The host goes on, so it has the CSW: only the acknowledgement got lost. The endpoint will repeat
 * the packet, with the toggle that the host takes for a repetition. */
static void forget_status(struct fake_stick *s)
{
    if (s->bot != BOT_SENDS_CSW || !s->csw_unacked)
        return;
    memcpy(s->stale_csw, s->csw, CSW_BYTES);
    s->stale = true;
    s->csw_unacked = false;
    s->bot = BOT_WANTS_CBW;
    close_occasion(s);
}

enum fake_answer fake_stick_bot_out(struct fake_stick *s, uint8_t pid, const uint8_t *bytes,
                                    uint32_t len)
{
    enum fake_answer answer;

    if (s->out.halted)
        return FAKE_STALL;
    if (pid == s->out.toggle)
        forget_status(s);
    if (s->cbw_bytes == 0)
        open_occasion(s, FAKE_AT_CBW, len > 15 ? bytes[15] : -1);
    answer = common_fault(s);
    if (answer != FAKE_ACK)
        return answer;
    if (fault_is(s, FAKE_FAULT_STALL)) {
        invalid_cbw(s);
        return FAKE_STALL;
    }
    if (pid != s->out.toggle)
        return FAKE_ACK; /* a repeated packet */
    s->out.toggle ^= 1;
    if (s->bot != BOT_WANTS_CBW || s->cbw_bytes + len > CBW_BYTES) {
        fake_stick_violation(s, "bulk OUT out of turn");
        invalid_cbw(s);
        return FAKE_ACK;
    }
    memcpy(s->cbw + s->cbw_bytes, bytes, len);
    s->cbw_bytes += len;
    if (len == s->max_packet && s->cbw_bytes < CBW_BYTES)
        return FAKE_ACK;
    if (cbw_valid(s))
        take_command(s);
    else
        invalid_cbw(s);
    s->cbw_bytes = 0;
    close_occasion(s);
    return FAKE_ACK;
}

static void to_status(struct fake_stick *s)
{
    put_le32(s->csw + 8, le32(s->cbw + 8) - s->data_sent);
    s->bot = BOT_SENDS_CSW;
}

static enum fake_answer send(struct fake_stick *s, const uint8_t *from, uint32_t left,
                             uint8_t *bytes, uint32_t *len)
{
    *len = left < s->max_packet ? left : s->max_packet;
    memcpy(bytes, from, *len);
    s->packet_bytes = *len;
    if (fault_is(s, FAKE_FAULT_BABBLE))
        *len = s->max_packet + 1u;
    return FAKE_ACK;
}

static void spoil_data(struct fake_stick *s)
{
    if (fault_is(s, FAKE_FAULT_SHORT) && s->data_bytes > 5)
        s->data_bytes = s->data_bytes / 128 * 64 + 5;
    if (fault_is(s, FAKE_FAULT_CORRUPT))
        memset(s->data, 0, s->data_bytes);
}

static enum fake_answer send_data(struct fake_stick *s, uint8_t *pid, uint8_t *bytes, uint32_t *len)
{
    enum fake_answer answer;

    if (!s->occasion_open) {
        open_occasion(s, FAKE_AT_DATA, s->cbw[15]);
        spoil_data(s);
    }
    answer = common_fault(s);
    if (answer != FAKE_ACK)
        return answer;
    if (fault_is(s, FAKE_FAULT_STALL)) {
        s->in.halted = true;
        to_status(s);
        return FAKE_STALL;
    }
    if (fault_is(s, FAKE_FAULT_EARLY_CSW)) {
        to_status(s);
        close_occasion(s);
        return fake_stick_bot_in(s, pid, bytes, len);
    }
    return send(s, s->data + s->data_sent, s->data_bytes - s->data_sent, bytes, len);
}

static void spoil_status(struct fake_stick *s)
{
    if (fault_is(s, FAKE_FAULT_TAG))
        put_le32(s->csw + 4, le32(s->csw + 4) - 1);
    if (fault_is(s, FAKE_FAULT_SIGNATURE))
        s->csw[0] ^= 1;
    if (fault_is(s, FAKE_FAULT_STATUS_2))
        s->csw[12] = 2;
    if (fault_is(s, FAKE_FAULT_STATUS_9))
        s->csw[12] = 9;
    if (fault_is(s, FAKE_FAULT_RESIDUE))
        put_le32(s->csw + 8, le32(s->csw + 8) + 1);
    if (fault_is(s, FAKE_FAULT_RESIDUE_NONE))
        put_le32(s->csw + 8, 0);
    if (fault_is(s, FAKE_FAULT_RESIDUE_HUGE))
        put_le32(s->csw + 8, le32(s->cbw + 8) + 1);
}

static enum fake_answer send_status(struct fake_stick *s, uint8_t *bytes, uint32_t *len)
{
    uint32_t size = CSW_BYTES;
    enum fake_answer answer;

    if (!s->occasion_open) {
        open_occasion(s, FAKE_AT_CSW, s->cbw[15]);
        spoil_status(s);
    }
    answer = common_fault(s);
    if (answer != FAKE_ACK)
        return answer;
    if (fault_is(s, FAKE_FAULT_STALL)) {
        s->in.halted = true;
        return FAKE_STALL;
    }
    if (fault_is(s, FAKE_FAULT_EMPTY))
        size = 0;
    s->csw_unacked = true;
    if (fault_is(s, FAKE_FAULT_SHORT))
        size = CSW_BYTES - 1;
    return send(s, s->csw + s->csw_sent, size - s->csw_sent, bytes, len);
}

enum fake_answer fake_stick_bot_in(struct fake_stick *s, uint8_t *pid, uint8_t *bytes,
                                   uint32_t *len)
{
    *len = 0;
    *pid = s->in.toggle;
    if (s->in.halted)
        return FAKE_STALL;
    if (s->stale)
        return send(s, s->stale_csw, CSW_BYTES, bytes, len);
    switch (s->bot) {
    case BOT_SENDS_DATA:
        return send_data(s, pid, bytes, len);
    case BOT_SENDS_CSW:
        return send_status(s, bytes, len);
    case BOT_INVALID:
        return FAKE_STALL;
    case BOT_WANTS_CBW:
        break;
    }
    return FAKE_NAK;
}

static void data_acked(struct fake_stick *s)
{
    s->data_sent += s->packet_bytes;
    if (s->data_sent < s->data_bytes)
        return;
    /* Less than was asked for, and no short packet to say so. */
    if (s->data_bytes < le32(s->cbw + 8) && s->packet_bytes == s->max_packet)
        s->in.halted = true;
    to_status(s);
    close_occasion(s);
}

static void status_acked(struct fake_stick *s)
{
    bool was_empty = fault_is(s, FAKE_FAULT_EMPTY);

    s->csw_unacked = false;
    s->csw_sent += s->packet_bytes;
    if (s->csw_sent < CSW_BYTES && s->packet_bytes == s->max_packet)
        return;
    close_occasion(s);
    if (!was_empty)
        s->bot = BOT_WANTS_CBW;
}

void fake_stick_bot_in_ack(struct fake_stick *s)
{
    s->in.toggle ^= 1;
    if (s->stale)
        s->stale = false;
    else if (s->bot == BOT_SENDS_DATA)
        data_acked(s);
    else if (s->bot == BOT_SENDS_CSW)
        status_acked(s);
}
