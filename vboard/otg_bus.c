/* SPDX-License-Identifier: MIT
 * OTG_FS transactions: takes requests from the queues, talks to the device, charges bus time.
 * The periodic queue goes first; both are served strictly in order (RM0410 37.6.4).
 * Next: usb_device.h, stick.c. */
#include "otg_regs.h"

/* Bytes of a transaction besides its data, at 8 bit times: token, data PID and CRC, handshake,
 * turn-arounds (USB 2.0 5.8.4, 5.6.4). A NAK or a silent device ends an IN earlier. */
#define OVERHEAD_BYTES     13u
#define OVERHEAD_ISO_BYTES 9u
#define SHORT_IN_BITS      80u

void otg_bus_kick(struct board *b)
{
    b->otg.bus.kick = true;
}

static unsigned data_bits(const struct otg_channel *c, unsigned bytes)
{
    bool iso = HCCHAR_EPTYP(c->hcchar) == EPTYP_ISO;

    return 8u * (bytes + (iso ? OVERHEAD_ISO_BYTES : OVERHEAD_BYTES));
}

/* The device is gone: the transaction on the bus gets no answer. */
void otg_bus_abort(struct board *b)
{
    if (b->otg.bus.busy)
        b->otg.bus.answer = USB_NO_ANSWER;
}

static void transaction_start(struct board *b, struct otg_tx *tx)
{
    struct otg *o = &b->otg;
    struct otg_bus *bus = &o->bus;
    struct otg_request r = otg_tx_take(tx);
    const struct otg_channel *c = &o->channel[r.channel];
    struct usb_transaction *t = &bus->transaction;
    bool setup = HCTSIZ_DPID(c->hctsiz) == DPID_SETUP && HCCHAR_EPTYP(c->hcchar) == EPTYP_CONTROL;
    bool to_low = c->hcchar & HCCHAR_LSDEV;
    unsigned bits;

    bus->busy = true;
    bus->periodic = tx == &o->p;
    bus->request = r;
    t->token = r.kind == OTG_REQUEST_IN ? USB_IN : setup ? USB_SETUP : USB_OUT;
    t->address = (uint8_t)HCCHAR_DAD(c->hcchar);
    t->endpoint = (uint8_t)HCCHAR_EPNUM(c->hcchar);
    t->toggle = HCTSIZ_DPID(c->hctsiz) == DPID_DATA1;
    t->bytes = r.bytes;
    if (r.kind == OTG_REQUEST_OUT)
        otg_tx_packet(b, tx, r.bytes, t->data);
    t->endless = false;
    if (to_low && o->device->speed != USB_SPEED_LOW) {
        finding(b, RULE_OTG_LOW_BEHIND_HUB, "channel %u: HCCHAR.LSDEV on a full-speed port",
                r.channel);
        bus->answer = USB_NO_ANSWER;
    } else {
        bus->answer = o->device->transaction(b, o->device, t);
    }
    if (t->token == USB_IN && bus->answer != USB_DATA0 && bus->answer != USB_DATA1)
        bits = SHORT_IN_BITS;
    else
        bits = data_bits(c, t->bytes);
    uint64_t end_ps = now_ps(b) + otg_bits_ps(b, bits);
    bus->past_frame = end_ps > o->frame.end_ps || t->endless;
    alarm_set(b, ALARM_OTG_BUS, end_ps);
}

/* A halt takes its time: a driver may still repeat it in a second write. */
static void halt_start(struct board *b, struct otg_tx *tx)
{
    struct otg_bus *bus = &b->otg.bus;

    bus->request = otg_tx_take(tx);
    bus->busy = true;
    bus->periodic = tx == &b->otg.p;
    alarm_set(b, ALARM_OTG_BUS, param_deadline(b, PARAM_OTG_HALT_NS, PS_PER_NS));
}

static void transaction_end(struct board *b)
{
    struct otg *o = &b->otg;
    struct otg_bus *bus = &o->bus;
    unsigned n = bus->request.channel;
    bool gone = !(o->hprt & HPRT_PENA);

    bus->busy = false;
    bus->periodic = false;
    otg_bus_kick(b);
    if (bus->request.kind == OTG_REQUEST_HALT) {
        otg_channel_halt_executed(b, n);
        return;
    }
    if (gone && !param(b, PARAM_OTG_DISC_TXERR))
        otg_tx_release(otg_tx_of(b, &o->channel[n]));
    else if (bus->past_frame)
        otg_port_babble(b);
    else if (bus->request.kind == OTG_REQUEST_IN)
        otg_channel_in_done(b, n, bus->answer, &bus->transaction);
    else
        otg_channel_out_done(b, n, bus->answer, &bus->transaction);
}

/* The request goes without leaving a trace on the bus. */
static bool surplus_dropped(struct board *b, struct otg_tx *tx)
{
    const struct otg_request *r = &tx->request[0];
    unsigned n = r->channel;

    if (r->kind != OTG_REQUEST_IN || !b->otg.channel[n].complete)
        return false;
    if (param(b, PARAM_OTG_SURPLUS_IN)) {
        finding(b, RULE_OTG_IN_AFTER_END, "channel %u: IN token after its last packet", n);
        return false;
    }
    finding(b, RULE_OTG_IN_SURPLUS, "channel %u: IN request after its last packet", n);
    otg_tx_take(tx);
    return true;
}

/* True if the request at the head of the queue was dealt with and the next may follow at once. */
static bool serve(struct board *b, struct otg_tx *tx)
{
    struct otg *o = &b->otg;
    const struct otg_request *r = &tx->request[0];
    const struct otg_channel *c = &o->channel[r->channel];
    bool in = r->kind == OTG_REQUEST_IN;
    unsigned bytes = in ? HCCHAR_MPSIZ(c->hcchar) : r->bytes;
    uint64_t when;

    if (r->kind == OTG_REQUEST_HALT) {
        if (otg_rx_has_room(b, 1))
            halt_start(b, tx);
        return false;
    }
    if (surplus_dropped(b, tx))
        return true;
    /* Data, "complete" and, for the next request, one more entry must find room. */
    if (in && !otg_rx_has_room(b, (bytes + 3) / 4 + 2) && !param(b, PARAM_OTG_RX_FULL))
        return false;
    if (!otg_frame_fits(b, data_bits(c, bytes), &when)) {
        alarm_set(b, ALARM_OTG_BUS, when);
        return false;
    }
    if (tx == &o->p)
        o->channel[r->channel].served_frame = o->frame.number + 1;
    transaction_start(b, tx);
    return false;
}

/* In its frame, and once a frame. */
static bool periodic_due(const struct board *b)
{
    const struct otg *o = &b->otg;
    const struct otg_request *r = &o->p.request[0];

    if (!o->p.requests)
        return false;
    return r->kind == OTG_REQUEST_HALT ||
           (o->frame.running && r->odd == (o->frame.number & 1) &&
            o->channel[r->channel].served_frame != o->frame.number + 1);
}

static bool serve_next(struct board *b)
{
    struct otg *o = &b->otg;
    struct otg_tx *tx = periodic_due(b) ? &o->p : &o->np;

    if (o->bus.busy)
        return false;
    if (o->frame.running)
        return tx->requests && serve(b, tx);
    /* Without frames nothing moves on the bus; whether halts are still served is open. */
    if (!param(b, PARAM_OTG_HALT_PORT_OFF))
        return false;
    return (otg_tx_halt_first(&o->np) && serve(b, &o->np)) ||
           (otg_tx_halt_first(&o->p) && serve(b, &o->p));
}

void otg_on_bus(struct board *b)
{
    otg_frame_settle(b);
    if (b->otg.bus.busy)
        transaction_end(b);
    b->otg.bus.kick = false;
    while (serve_next(b))
        ;
    b->otg.bus.kick = false;
    otg_update(b);
}
