/* SPDX-License-Identifier: MIT
 * The stages of a control transfer, as a device sees them. */
#include "usb_ep0.h"

#include <string.h>

enum { IDLE, DATA_IN, STATUS_IN, STATUS_OUT, STALLED };

static uint16_t field(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static void begin_data(struct board *b, const struct usb_device *d, struct usb_ep0 *e,
                       const struct usb_ep0_owner *owner)
{
    int bytes = owner->data(b, d, &e->request, e->data);

    e->stage = bytes == USB_REFUSED ? STALLED : DATA_IN;
    if (bytes > 0)
        e->bytes = (uint16_t)(bytes < e->request.length ? bytes : e->request.length);
}

static enum usb_answer setup(struct board *b, const struct usb_device *d, struct usb_ep0 *e,
                             const struct usb_ep0_owner *owner, const struct usb_transaction *t)
{
    struct usb_request *r = &e->request;

    if (t->bytes != 8)
        return USB_NO_ANSWER;
    r->code = (uint16_t)(t->data[0] << 8 | t->data[1]);
    r->value = field(t->data + 2);
    r->index = field(t->data + 4);
    r->length = field(t->data + 6);
    e->sent = e->bytes = 0;
    e->toggle = 1;
    if ((r->code & 0x8000) && r->length)
        begin_data(b, d, e, owner);
    else
        e->stage = !r->length && owner->accepts(b, d, r) ? STATUS_IN : STALLED;
    return USB_ACK;
}

static enum usb_answer in_token(struct usb_ep0 *e, unsigned most, struct usb_transaction *t)
{
    unsigned left = (unsigned)(e->bytes - e->sent);

    if (e->stage == STALLED)
        return USB_ANSWER_STALL;
    if (e->stage != DATA_IN && e->stage != STATUS_IN)
        return USB_NAK;
    e->last = (uint16_t)(e->stage == STATUS_IN ? 0 : left < most ? left : most);
    t->bytes = e->last;
    memcpy(t->data, e->data + e->sent, e->last);
    return e->toggle ? USB_DATA1 : USB_DATA0;
}

/* The data stage ends with wLength bytes or a short packet (USB 2.0 8.5.3.2). */
void usb_ep0_in_acked(struct board *b, const struct usb_device *d, struct usb_ep0 *e,
                      const struct usb_ep0_owner *owner, unsigned most)
{
    if (e->stage == STATUS_IN) {
        e->stage = IDLE;
        owner->carry_out(b, d, &e->request);
        return;
    }
    e->sent = (uint16_t)(e->sent + e->last);
    e->toggle ^= 1;
    if (e->last < most || e->sent == e->request.length)
        e->stage = STATUS_OUT;
}

enum usb_answer usb_ep0_transaction(struct board *b, const struct usb_device *d, struct usb_ep0 *e,
                                    const struct usb_ep0_owner *owner, unsigned most,
                                    struct usb_transaction *t)
{
    if (t->token == USB_SETUP)
        return setup(b, d, e, owner, t);
    if (t->token == USB_IN)
        return in_token(e, most, t);
    /* The status stage of a read; the host may begin it before all data was sent. */
    if ((e->stage == DATA_IN || e->stage == STATUS_OUT) && t->bytes == 0) {
        e->stage = IDLE;
        return USB_ACK;
    }
    return e->stage == IDLE ? USB_NAK : USB_ANSWER_STALL;
}
