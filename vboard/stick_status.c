/* SPDX-License-Identifier: MIT
 * The status stage of bulk-only transport (5.2, 6.3), and what sticks make of it.
 * Next: stick_scsi.c. */
#include "stick_parts.h"

#include <string.h>

#define CSW_BYTES     13
#define CSW_SIGNATURE 0x53425355u
/* What Olympus cameras send in its place. */
#define CSW_OLYMPUS 0x55425355u

enum { PHASE_ERROR = 2, RESERVED = 0xFF };

void stick_status_may_stall(struct board *b)
{
    if (quirk_strikes(b, QUIRK_STALL_STATUS))
        b->stick.in_halted = true;
}

static uint32_t residue(struct board *b)
{
    const struct stick_bot *t = &b->stick.bot;
    bool wrong = quirk_strikes(b, QUIRK_RESIDUE);

    if (t->residue_lie || t->moved > t->host_bytes)
        return 0;
    return wrong ? t->host_bytes : t->host_bytes - t->moved;
}

static uint8_t status(struct board *b)
{
    bool phase = quirk_strikes(b, QUIRK_PHASE_ERROR);

    if (quirk_strikes(b, QUIRK_CSW_RESERVED))
        return RESERVED;
    return phase ? PHASE_ERROR : b->stick.bot.status;
}

void stick_status_begin(struct board *b)
{
    struct stick_bot *t = &b->stick.bot;

    t->phase = STICK_PHASE_STATUS;
    t->wrapper_bytes = 0;
    t->status_bytes = CSW_BYTES;
    t->zeros = t->zero_last;
    memset(t->wrapper, 0, sizeof t->wrapper);
    stick_put_le32(t->wrapper, quirk_strikes(b, QUIRK_CSW_SIGNATURE) ? CSW_OLYMPUS : CSW_SIGNATURE);
    stick_put_le32(t->wrapper + 4, t->tag - quirk_strikes(b, QUIRK_CSW_TAG));
    stick_put_le32(t->wrapper + 8, residue(b));
    t->wrapper[12] = status(b);
    if (quirk_strikes(b, QUIRK_CSW_SHORT))
        t->status_bytes = CSW_BYTES - 1;
    if (quirk_strikes(b, QUIRK_CSW_LONG))
        t->status_bytes = CSW_BYTES + 1;
    if (quirk_strikes(b, QUIRK_HANG_STATUS))
        t->ready_ps = quirk_deadline(b, QUIRK_HANG_MS, PS_PER_MS);
    stick_status_may_stall(b);
}

enum usb_answer stick_status_packet(struct board *b, struct usb_transaction *p)
{
    struct stick_bot *t = &b->stick.bot;
    unsigned most = b->stick.pipes.in_bytes;
    unsigned left = (unsigned)(t->status_bytes - t->wrapper_bytes);

    t->last = (uint16_t)(left < most ? left : most);
    p->bytes = t->last;
    memcpy(p->data, t->wrapper + t->wrapper_bytes, t->last);
    return USB_ACK;
}
