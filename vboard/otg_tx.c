/* SPDX-License-Identifier: MIT
 * OTG_FS transmit FIFOs with their request queues of 8 entries, non-periodic and periodic
 * (RM0410 37.11.2, 37.16.4). Next: otg_bus.c. */
#include "otg_regs.h"

#include <string.h>

static uint32_t *tx_word(struct board *b, const struct otg_tx *tx, unsigned index)
{
    unsigned depth = tx->depth ? tx->depth : 1;

    return &b->otg.ram[(tx->start + (tx->head + index) % depth) % OTG_FIFO_WORDS];
}

/* The data goes, and with it the requests that need it. */
void otg_fifo_flush_tx(struct board *b, struct otg_tx *tx)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < tx->requests; i++)
        if (tx->request[i].kind != OTG_REQUEST_OUT)
            tx->request[kept++] = tx->request[i];
    tx->requests = (uint8_t)kept;
    tx->words = tx->head = tx->active_words = tx->partial_words = 0;
    for (unsigned n = 0; n < OTG_CHANNELS; n++)
        if (otg_tx_of(b, &b->otg.channel[n]) == tx)
            otg_tx_unstale(tx, &b->otg.channel[n]);
    otg_bus_kick(b);
}

void otg_tx_unstale(struct otg_tx *tx, struct otg_channel *c)
{
    tx->stale_words = (uint16_t)(tx->stale_words - c->stale_words);
    c->stale_words = 0;
}

unsigned otg_tx_free(const struct otg_tx *tx)
{
    unsigned used = (unsigned)tx->words + tx->stale_words;

    return used < tx->depth ? tx->depth - used : 0;
}

/* HNPTXSTS, HPTXSTS. Before its size is written, HPTXSTS shows 0x100 words. */
uint32_t otg_fifo_status_read(const struct board *b, const struct otg_tx *tx)
{
    bool periodic = tx == &b->otg.p;
    uint32_t v = periodic && !tx->sized ? 0x100 : otg_tx_free(tx);

    v |= (uint32_t)(OTG_QUEUE_DEPTH - tx->requests) << 16;
    if (tx->requests) {
        const struct otg_request *r = &tx->request[0];
        uint32_t type = r->kind == OTG_REQUEST_HALT ? 3 : r->kind == OTG_REQUEST_ZERO ? 1 : 0;

        v |= (uint32_t)r->channel << 27 | type << 25 | (tx->requests == 1 ? 1u << 24 : 0);
        v |= periodic && r->odd ? 1u << 31 : 0;
    }
    return v;
}

struct otg_tx *otg_tx_of(struct board *b, const struct otg_channel *c)
{
    return otg_channel_periodic(c) ? &b->otg.p : &b->otg.np;
}

bool otg_tx_queue(struct board *b, struct otg_tx *tx, struct otg_request request)
{
    if (tx->requests == OTG_QUEUE_DEPTH) {
        finding(b, RULE_OTG_QUEUE_FULL, "request of channel %u is lost", request.channel);
        return false;
    }
    tx->request[tx->requests++] = request;
    otg_bus_kick(b);
    return true;
}

struct otg_request otg_tx_take(struct otg_tx *tx)
{
    struct otg_request r = tx->request[0];

    tx->requests--;
    memmove(&tx->request[0], &tx->request[1], tx->requests * sizeof r);
    if (r.kind == OTG_REQUEST_OUT)
        tx->active_words = (uint16_t)((r.bytes + 3) / 4);
    return r;
}

bool otg_tx_halt_first(struct otg_tx *tx)
{
    for (unsigned i = 0; i < tx->requests; i++) {
        struct otg_request r = tx->request[i];

        if (r.kind != OTG_REQUEST_HALT)
            continue;
        memmove(&tx->request[1], &tx->request[0], i * sizeof r);
        tx->request[0] = r;
        return true;
    }
    return false;
}

void otg_tx_packet(struct board *b, struct otg_tx *tx, unsigned bytes, uint8_t *data)
{
    for (unsigned i = 0; i < bytes; i++)
        data[i] = (uint8_t)(*tx_word(b, tx, i / 4) >> 8 * (i % 4));
}

void otg_tx_release(struct otg_tx *tx)
{
    unsigned words = tx->active_words < tx->words ? tx->active_words : tx->words;

    tx->active_words = 0;
    if (!words)
        return;
    tx->head = (uint16_t)((tx->head + words) % tx->depth);
    tx->words = (uint16_t)(tx->words - words);
}

/* Moves `words` words from index `from` to index `to` (never upwards). */
static void tx_move(struct board *b, struct otg_tx *tx, unsigned to, unsigned from, unsigned words)
{
    for (unsigned i = 0; to != from && i < words; i++)
        *tx_word(b, tx, to + i) = *tx_word(b, tx, from + i);
}

/* Packets lie in the FIFO in the order of their requests: first the one on the bus, last the one
 * that is still being written. */
void otg_tx_drop(struct board *b, struct otg_tx *tx, unsigned channel, bool halts_too)
{
    unsigned from = tx->active_words;
    unsigned to = from;
    unsigned kept = 0;

    for (unsigned i = 0; i < tx->requests; i++) {
        struct otg_request r = tx->request[i];
        unsigned words = r.kind == OTG_REQUEST_OUT ? (r.bytes + 3u) / 4u : 0;

        if (r.channel != channel || (r.kind == OTG_REQUEST_HALT && !halts_too)) {
            tx_move(b, tx, to, from, words);
            tx->request[kept++] = r;
            to += words;
        }
        from += words;
    }
    tx->requests = (uint8_t)kept;
    if (tx->partial_words && tx->partial_channel == channel)
        tx->partial_words = 0;
    tx_move(b, tx, to, from, tx->partial_words);
    tx->words = (uint16_t)(to + tx->partial_words);
}

static bool has_packet(const struct board *b, const struct otg_tx *tx, unsigned channel)
{
    const struct otg_bus *bus = &b->otg.bus;

    for (unsigned i = 0; i < tx->requests; i++)
        if (tx->request[i].kind == OTG_REQUEST_OUT && tx->request[i].channel == channel)
            return true;
    return bus->busy && bus->request.kind == OTG_REQUEST_OUT && bus->request.channel == channel;
}

/* The packet is whole: its request goes into the queue, or its words are lost. */
static void packet_end(struct board *b, struct otg_tx *tx, unsigned channel)
{
    const struct otg_channel *c = &b->otg.channel[channel];
    struct otg_request r = {.channel = (uint8_t)channel,
                            .kind = OTG_REQUEST_OUT,
                            .odd = (c->hcchar & HCCHAR_ODDFRM) != 0,
                            .bytes = tx->partial_bytes};

    if (!otg_tx_queue(b, tx, r))
        tx->words = (uint16_t)(tx->words - tx->partial_words);
    tx->partial_words = tx->partial_bytes = 0;
}

static bool may_write(struct board *b, const struct otg_tx *tx, unsigned n)
{
    const struct otg_channel *c = &b->otg.channel[n];

    if (!(c->hcchar & HCCHAR_CHENA) || (c->hcchar & HCCHAR_EPDIR) || !(c->hctsiz & HCTSIZ_XFRSIZ)) {
        finding(b, RULE_OTG_TX_UNEXPECTED, "channel %u: HCCHAR 0x%08x HCTSIZ 0x%08x", n, c->hcchar,
                c->hctsiz);
        return false;
    }
    if (!otg_tx_free(tx)) {
        finding(b, RULE_OTG_TX_NO_SPACE, "channel %u: the word is lost", n);
        return false;
    }
    if (tx->partial_words && tx->partial_channel != n)
        finding(b, RULE_OTG_TX_INTERLEAVED, "channel %u inside a packet of channel %u", n,
                tx->partial_channel);
    else if (!tx->partial_words && has_packet(b, tx, n))
        finding(b, RULE_OTG_TWO_OUT, "channel %u", n);
    return true;
}

void otg_tx_write(struct board *b, unsigned n, uint32_t word)
{
    if (n >= OTG_CHANNELS) {
        finding(b, RULE_OTG_CHANNEL_MISSING, "write to the FIFO of channel %u", n);
        return;
    }
    struct otg_channel *c = &b->otg.channel[n];
    struct otg_tx *tx = otg_tx_of(b, c);
    if (!may_write(b, tx, n))
        return;
    uint32_t left = c->hctsiz & HCTSIZ_XFRSIZ;
    uint32_t room = HCCHAR_MPSIZ(c->hcchar) - tx->partial_bytes;
    uint32_t bytes = left < room ? left : room;

    bytes = bytes < 4 ? bytes : 4;
    *tx_word(b, tx, tx->words) = word;
    tx->words++;
    tx->partial_words++;
    tx->partial_channel = (uint8_t)n;
    tx->partial_bytes = (uint16_t)(tx->partial_bytes + bytes);
    c->hctsiz -= bytes;
    if (bytes == left || bytes == room)
        packet_end(b, tx, n);
}
