/* SPDX-License-Identifier: MIT
 * The stick on the bus: reset, which endpoint answers, and what may happen to single transactions.
 * Next: stick_control.c. */
#include "stick_parts.h"

#include <string.h>

uint32_t stick_block_bytes(const struct board *b)
{
    return (uint32_t)quirk(b, QUIRK_BLOCK_BYTES);
}

void stick_bus_state_reset(struct board *b)
{
    struct stick *s = &b->stick;

    s->address = s->configuration = 0;
    s->in_halted = s->out_halted = false;
    s->in_toggle = s->out_toggle = 0;
    memset(&s->ep0, 0, sizeof s->ep0);
    memset(&s->bot, 0, sizeof s->bot);
    s->pipes = (struct stick_pipes){.interface = 0xFF};
}

static void bus_reset(struct board *b, const struct usb_device *d)
{
    (void)d;
    b->stick.plug.resets++;
    stick_bus_state_reset(b);
    b->stick.silent_until_ps = quirk_deadline(b, QUIRK_RECOVERY_US, PS_PER_US);
    if (quirk_strikes(b, QUIRK_DETACH_ON_RESET))
        stick_leave(b);
}

/* The data packet is on its way; it may go wrong. */
static enum usb_answer send_packet(struct board *b, struct usb_transaction *t)
{
    struct stick *s = &b->stick;
    bool toggle =
        (s->in_toggle ^ quirk_strikes(b, QUIRK_TOGGLE_ERROR)) && !quirk(b, QUIRK_TOGGLE_STUCK);

    t->endless = quirk_strikes(b, QUIRK_FRAME_BABBLE);
    if (quirk_strikes(b, QUIRK_BABBLE)) {
        memset(t->data + t->bytes, 0xBB, s->pipes.in_bytes + 8u - t->bytes);
        t->bytes = (uint16_t)(s->pipes.in_bytes + 8);
    }
    return toggle ? USB_DATA1 : USB_DATA0;
}

static enum usb_answer bulk_in(struct board *b, struct usb_transaction *t)
{
    struct stick *s = &b->stick;
    enum usb_answer answer;

    if (s->in_halted)
        return USB_ANSWER_STALL;
    if (s->naks_left) {
        s->naks_left--;
        return USB_NAK;
    }
    answer = stick_bot_in(b, t);
    return answer == USB_ACK ? send_packet(b, t) : answer;
}

static enum usb_answer bulk_out(struct board *b, const struct usb_transaction *t)
{
    struct stick *s = &b->stick;
    enum usb_answer answer;

    if (s->out_halted)
        return USB_ANSWER_STALL;
    if (t->toggle != s->out_toggle)
        return USB_ACK; /* our ACK was lost: the packet is here already (USB 2.0 8.6.4) */
    answer = stick_bot_out(b, t);
    if (answer != USB_ACK)
        return answer;
    s->out_toggle ^= 1;
    return quirk_strikes(b, QUIRK_LOST_OUT_ACK) ? USB_NO_ANSWER : USB_ACK;
}

/* Not awake: it has its pull-up on, and answers nothing. */
static bool asleep(const struct board *b)
{
    const struct stick *s = &b->stick;

    return now_ps(b) < s->silent_until_ps || s->plug.resets < quirk(b, QUIRK_RESETS) ||
           s->plug.powers <= quirk(b, QUIRK_VBUS_CYCLES);
}

static enum usb_answer endpoint(struct board *b, const struct usb_device *d,
                                struct usb_transaction *t)
{
    struct stick *s = &b->stick;
    const struct stick_pipes *p = &s->pipes;

    if (t->endpoint == 0)
        return usb_ep0_transaction(b, d, &s->ep0, &stick_requests, s->identity.device[7], t);
    if (t->endpoint == p->in_ep && t->token == USB_IN)
        return bulk_in(b, t);
    if (t->endpoint == p->out_ep && t->token == USB_OUT)
        return bulk_out(b, t);
    return USB_NO_ANSWER;
}

static enum usb_answer transaction(struct board *b, const struct usb_device *d,
                                   struct usb_transaction *t)
{
    if (t->address != b->stick.address || asleep(b))
        return USB_NO_ANSWER;
    if (quirk_strikes(b, QUIRK_DISCONNECT)) {
        stick_leave(b);
        return USB_NO_ANSWER;
    }
    if (quirk_strikes(b, QUIRK_NO_ANSWER))
        return USB_NO_ANSWER;
    return endpoint(b, d, t);
}

static void in_acked(struct board *b, const struct usb_device *d, uint8_t endpoint_number)
{
    struct stick *s = &b->stick;

    if (endpoint_number == 0) {
        usb_ep0_in_acked(b, d, &s->ep0, &stick_requests, s->identity.device[7]);
        return;
    }
    s->naks_left = quirk(b, QUIRK_NAKS);
    if (quirk_strikes(b, QUIRK_LOST_ACK))
        return;
    s->in_toggle ^= 1;
    stick_bot_in_acked(b);
}

const struct usb_device stick_full = {
    .speed = USB_SPEED_FULL,
    .bus_reset = bus_reset,
    .transaction = transaction,
    .in_acked = in_acked,
};

const struct usb_device stick_low = {
    .speed = USB_SPEED_LOW,
    .bus_reset = bus_reset,
    .transaction = transaction,
    .in_acked = in_acked,
};
