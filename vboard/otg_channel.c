/* SPDX-License-Identifier: MIT
 * OTG_FS host channels: HCCHAR, HCINT, HCTSIZ, halts, and what a transaction's result does to them
 * (RM0410 37.15.28 on, 37.16.4). Slave mode: nothing is retried by the core, and every IN token
 * needs one write of HCCHAR with CHENA. Next: otg_fifo.c. */
#include "otg_regs.h"

enum { HC_CHAR = 0x00, HC_SPLT = 0x04, HC_INT = 0x08, HC_INTMSK = 0x0C, HC_TSIZ = 0x10 };

bool otg_channel_periodic(const struct otg_channel *c)
{
    return HCCHAR_EPTYP(c->hcchar) == EPTYP_INTERRUPT || HCCHAR_EPTYP(c->hcchar) == EPTYP_ISO;
}

uint32_t otg_haint(const struct board *b)
{
    uint32_t v = 0;

    for (unsigned n = 0; n < OTG_CHANNELS; n++)
        v |= (b->otg.channel[n].hcint & b->otg.channel[n].hcintmsk) ? 1u << n : 0;
    return v;
}

uint32_t otg_channel_read(struct board *b, unsigned n, uint32_t off)
{
    if (n >= OTG_CHANNELS) {
        finding(b, RULE_OTG_CHANNEL_MISSING, "read of channel %u", n);
        return 0;
    }
    const struct otg_channel *c = &b->otg.channel[n];
    switch (off) {
    case HC_CHAR:
        return c->hcchar;
    case HC_SPLT:
        return c->hcsplt;
    case HC_INT:
        return c->hcint;
    case HC_INTMSK:
        return c->hcintmsk;
    case HC_TSIZ:
        return c->hctsiz;
    default:
        break;
    }
    finding(b, RULE_OTG_UNMODELLED, "read of offset 0x%02x of channel %u", off, n);
    return 0;
}

bool otg_channel_has_request(const struct board *b, unsigned n)
{
    const struct otg *o = &b->otg;

    for (unsigned i = 0; i < OTG_QUEUE_DEPTH; i++)
        if ((i < o->np.requests && o->np.request[i].channel == n) ||
            (i < o->p.requests && o->p.request[i].channel == n))
            return true;
    return o->bus.busy && o->bus.request.channel == n;
}

/* Its registers count at once and with the next transaction: nothing may be going on. An enabled
 * OUT channel that has nothing queued only waits for data, and may be set up again. */
static bool settings_in_use(const struct board *b, unsigned n)
{
    const struct otg_channel *c = &b->otg.channel[n];

    if (!(c->hcchar & HCCHAR_CHENA))
        return false;
    return (c->hcchar & HCCHAR_EPDIR) || otg_channel_has_request(b, n);
}

static void request(struct board *b, unsigned n, enum otg_request_kind kind)
{
    struct otg_channel *c = &b->otg.channel[n];
    struct otg_request r = {
        .channel = (uint8_t)n, .kind = (uint8_t)kind, .odd = (c->hcchar & HCCHAR_ODDFRM) != 0};

    if (otg_tx_queue(b, otg_tx_of(b, c), r) && kind == OTG_REQUEST_HALT)
        c->halt_queued = true;
}

static void enable(struct board *b, unsigned n)
{
    struct otg_channel *c = &b->otg.channel[n];

    if (c->halt_unpopped)
        finding(b, RULE_OTG_REUSE, "channel %u enabled, its halt still in the receive FIFO", n);
    if (HCTSIZ_PKTCNT(c->hctsiz) == 0)
        finding(b, RULE_OTG_PKTCNT, "channel %u enabled with HCTSIZ = 0x%08x", n, c->hctsiz);
    otg_fifo_check(b, n);
    otg_port_check(b, n);
    c->hcchar |= HCCHAR_CHENA;
    c->enabled_once = true;
    if (c->hcchar & HCCHAR_EPDIR)
        request(b, n, OTG_REQUEST_IN);
    else if (c->zero_length)
        request(b, n, OTG_REQUEST_ZERO);
}

/* CHDIS with CHENA 0: only what is queued goes; CHDIS stays set, no status follows. */
static void drop(struct board *b, unsigned n)
{
    struct otg_channel *c = &b->otg.channel[n];

    otg_tx_drop(b, otg_tx_of(b, c), n, true);
    c->halt_queued = false;
    otg_tx_unstale(otg_tx_of(b, c), c);
    c->hcchar &= ~HCCHAR_CHENA;
    otg_bus_kick(b);
}

static void halt(struct board *b, unsigned n)
{
    struct otg_channel *c = &b->otg.channel[n];

    if (c->halt_queued)
        return;
    if (!c->enabled_once) {
        finding(b, RULE_OTG_HALT_IDLE, "channel %u halted, never enabled", n);
        if (!param(b, PARAM_OTG_HALT_IDLE_CHH)) {
            c->hcchar &= ~HCCHAR_CHDIS;
            return;
        }
    }
    c->hcchar |= HCCHAR_CHENA;
    if (param(b, PARAM_OTG_HALT_FLUSHES))
        otg_tx_drop(b, otg_tx_of(b, c), n, false);
    request(b, n, OTG_REQUEST_HALT);
}

static void write_hcchar(struct board *b, unsigned n, uint32_t v)
{
    struct otg_channel *c = &b->otg.channel[n];
    uint32_t disabling = (v | c->hcchar) & HCCHAR_CHDIS;
    /* ODDFRM means nothing to control and bulk; a halt may come with another direction. */
    uint32_t free_fields = otg_channel_periodic(c) ? 0 : HCCHAR_ODDFRM;

    free_fields |= disabling ? HCCHAR_EPDIR : 0;
    if (((v ^ c->hcchar) & HCCHAR_FIELDS & ~free_fields) && settings_in_use(b, n))
        finding(b, RULE_OTG_CHANNEL_CHANGED, "HCCHAR%u = 0x%08x, written 0x%08x", n, c->hcchar, v);
    if ((c->hcchar & HCCHAR_CHDIS) && c->halt_queued && (v & HCCHAR_CHENA) && !(v & HCCHAR_CHDIS))
        finding(b, RULE_OTG_REUSE, "channel %u enabled while its halt is queued", n);
    if (disabling && !(v & HCCHAR_CHENA))
        drop(b, n);
    c->hcchar = (v & HCCHAR_FIELDS) | (c->hcchar & HCCHAR_CHENA) | disabling;
    if (!(v & HCCHAR_CHENA))
        return;
    if (disabling)
        halt(b, n);
    else
        enable(b, n);
}

static void write_hctsiz(struct board *b, unsigned n, uint32_t v)
{
    struct otg_channel *c = &b->otg.channel[n];

    if (settings_in_use(b, n))
        finding(b, RULE_OTG_CHANNEL_CHANGED, "HCTSIZ%u written while the channel is enabled", n);
    c->hctsiz = v;
    c->complete = false;
    c->zero_length = (v & HCTSIZ_XFRSIZ) == 0;
}

void otg_channel_write(struct board *b, unsigned n, uint32_t off, uint32_t v)
{
    if (n >= OTG_CHANNELS) {
        finding(b, RULE_OTG_CHANNEL_MISSING, "write to channel %u", n);
        return;
    }
    struct otg_channel *c = &b->otg.channel[n];
    switch (off) {
    case HC_CHAR:
        write_hcchar(b, n, v);
        return;
    case HC_SPLT:
        c->hcsplt = v;
        break;
    case HC_INT:
        c->hcint &= ~v;
        return;
    case HC_INTMSK:
        c->hcintmsk = v & HCINT_ALL;
        return;
    case HC_TSIZ:
        write_hctsiz(b, n, v);
        return;
    default:
        break;
    }
    /* HCDMA is not there; split transactions need a high-speed port. */
    if (off != HC_SPLT || v >> 31)
        finding(b, RULE_OTG_UNMODELLED, "0x%08x written to offset 0x%02x of channel %u", v, off, n);
}

void otg_channel_halt_executed(struct board *b, unsigned n)
{
    struct otg_channel *c = &b->otg.channel[n];

    if (!c->halt_queued)
        return; /* CHDIS without CHENA has taken it back */
    otg_tx_drop(b, otg_tx_of(b, c), n, false);
    otg_tx_unstale(otg_tx_of(b, c), c);
    c->halt_queued = false;
    c->halt_unpopped = true;
    c->hcchar &= ~(HCCHAR_CHENA | HCCHAR_CHDIS);
    otg_rx_push(b, n, PKTSTS_HALTED, HCTSIZ_DPID(c->hctsiz), NULL, 0);
}

static void toggle(struct otg_channel *c)
{
    /* SETUP is followed by DATA1, as DATA0 is. */
    bool one = HCTSIZ_DPID(c->hctsiz) == DPID_DATA1;

    c->hctsiz &= ~HCTSIZ_DPID_MASK;
    c->hctsiz |= (uint32_t)(one ? DPID_DATA0 : DPID_DATA1) << 29;
}

static void count_packet(struct otg_channel *c)
{
    if (HCTSIZ_PKTCNT(c->hctsiz))
        c->hctsiz -= HCTSIZ_PKTCNT_ONE;
    toggle(c);
}

static uint32_t no_data_flag(enum usb_answer answer)
{
    return answer == USB_NAK ? HCINT_NAK : answer == USB_ANSWER_STALL ? HCINT_STALL : HCINT_TXERR;
}

static void in_data(struct board *b, unsigned n, const struct usb_transaction *t)
{
    struct otg_channel *c = &b->otg.channel[n];
    uint32_t left = c->hctsiz & HCTSIZ_XFRSIZ;
    unsigned dpid = HCTSIZ_DPID(c->hctsiz);

    c->hctsiz -= t->bytes < left ? t->bytes : left;
    count_packet(c);
    otg_rx_push(b, n, PKTSTS_IN_DATA, dpid, t->data, t->bytes);
    if (param(b, PARAM_OTG_IN_ACK_EARLY))
        c->hcint |= HCINT_ACK;
    if (HCTSIZ_PKTCNT(c->hctsiz) && t->bytes == HCCHAR_MPSIZ(c->hcchar))
        return;
    c->complete = true;
    otg_rx_push(b, n, PKTSTS_IN_COMPLETE, HCTSIZ_DPID(c->hctsiz), NULL, 0);
    if (otg_channel_periodic(c) && !HCTSIZ_PKTCNT(c->hctsiz))
        c->hcchar &= ~HCCHAR_CHENA;
}

void otg_channel_in_done(struct board *b, unsigned n, enum usb_answer answer,
                         const struct usb_transaction *t)
{
    struct otg_channel *c = &b->otg.channel[n];
    unsigned pid = answer == USB_DATA1 ? DPID_DATA1 : DPID_DATA0;

    if (answer != USB_DATA0 && answer != USB_DATA1) {
        c->hcint |= no_data_flag(answer);
        return;
    }
    if (t->bytes > HCCHAR_MPSIZ(c->hcchar)) {
        c->hcint |= HCINT_BBERR; /* what was stored of it is flushed; no handshake */
        return;
    }
    if (!otg_rx_has_room(b, (t->bytes + 3u) / 4u + 2u)) {
        c->hcint |= HCINT_TXERR;
        return;
    }
    if (HCCHAR_EPTYP(c->hcchar) != EPTYP_ISO)
        b->otg.device->in_acked(b, b->otg.device, t->endpoint);
    if (c->complete)
        otg_rx_push(b, n, PKTSTS_IN_DATA, pid, t->data, t->bytes); /* a surplus request */
    else if (pid != HCTSIZ_DPID(c->hctsiz) && HCCHAR_EPTYP(c->hcchar) != EPTYP_ISO)
        otg_rx_push(b, n, PKTSTS_TOGGLE_ERROR, pid, NULL, 0);
    else
        in_data(b, n, t);
}

void otg_channel_out_done(struct board *b, unsigned n, enum usb_answer answer,
                          const struct usb_transaction *t)
{
    struct otg_channel *c = &b->otg.channel[n];
    struct otg_tx *tx = otg_tx_of(b, c);
    unsigned words = (t->bytes + 3u) / 4u;

    otg_tx_release(tx);
    if (answer != USB_ACK && HCCHAR_EPTYP(c->hcchar) != EPTYP_ISO) {
        c->hcint |= no_data_flag(answer);
        if (param(b, PARAM_OTG_OUT_KEPT)) {
            c->stale_words = (uint16_t)(c->stale_words + words);
            tx->stale_words = (uint16_t)(tx->stale_words + words);
        }
        if (!param(b, PARAM_OTG_OUT_GOES_ON))
            otg_tx_drop(b, tx, n, false);
        return;
    }
    count_packet(c);
    c->hcint |= HCINT_ACK;
    if (HCTSIZ_PKTCNT(c->hctsiz))
        return;
    c->complete = true;
    c->hcint |= HCINT_XFRC;
    if (!c->halt_queued)
        c->hcchar &= ~HCCHAR_CHENA;
}
