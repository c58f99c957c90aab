/* SPDX-License-Identifier: MIT
 * OTG_FS FIFO RAM: sizes, and the receive FIFO (RM0410 37.11, 37.16.4). 320 words are shared by the
 * receive FIFO (from word 0) and two transmit FIFOs, which really lie in one RAM here: what
 * overlaps destroys each other. Next: otg_tx.c. */
#include "otg_regs.h"

/* Smallest depth of a FIFO (RM0410 37.15.12). */
#define FIFO_MIN_WORDS 16

void otg_fifo_reset(struct board *b)
{
    struct otg *o = &b->otg;
    uint32_t p = (uint32_t)param(b, PARAM_OTG_HPTXFSIZ);

    o->rx.depth = 0x200;
    o->np.start = 0x200;
    o->np.depth = 0x200;
    o->p.start = (uint16_t)p;
    o->p.depth = (uint16_t)(p >> 16);
}

uint32_t otg_fifo_size_read(const struct board *b, uint32_t off)
{
    const struct otg *o = &b->otg;
    const struct otg_tx *tx = off == OTG_HNPTXFSIZ ? &o->np : &o->p;

    if (off == OTG_GRXFSIZ)
        return o->rx.depth;
    return (uint32_t)tx->depth << 16 | tx->start;
}

void otg_fifo_size_write(struct board *b, uint32_t off, uint32_t value)
{
    struct otg *o = &b->otg;
    struct otg_tx *tx = off == OTG_HNPTXFSIZ ? &o->np : &o->p;

    if (o->bus.busy || o->rx.words || o->np.words || o->p.words)
        finding(b, RULE_OTG_FIFO_RAM, "offset 0x%03x = 0x%08x written while FIFOs hold data", off,
                value);
    o->fifo_checked = false;
    if (off == OTG_GRXFSIZ) {
        otg_fifo_flush_rx(b);
        o->rx.depth = (uint16_t)value;
        return;
    }
    otg_fifo_flush_tx(b, tx);
    tx->start = (uint16_t)value;
    tx->depth = (uint16_t)(value >> 16);
    tx->sized = true;
}

static bool apart(unsigned start1, unsigned depth1, unsigned start2, unsigned depth2)
{
    return start1 + depth1 <= start2 || start2 + depth2 <= start1;
}

static void check_sizes(struct board *b, bool periodic)
{
    const struct otg *o = &b->otg;
    unsigned rx = o->rx.depth;
    bool p_ok = o->p.start + o->p.depth <= OTG_FIFO_WORDS && apart(0, rx, o->p.start, o->p.depth) &&
                apart(o->np.start, o->np.depth, o->p.start, o->p.depth);

    if (rx < FIFO_MIN_WORDS || rx > OTG_FIFO_WORDS || o->np.depth < FIFO_MIN_WORDS ||
        o->np.start + o->np.depth > OTG_FIFO_WORDS || !apart(0, rx, o->np.start, o->np.depth) ||
        (periodic && !p_ok))
        finding(b, RULE_OTG_FIFO_RAM, "RX %u words, NPTX %u at %u, PTX %u at %u", rx, o->np.depth,
                o->np.start, o->p.depth, o->p.start);
    else if (!p_ok)
        finding(b, RULE_OTG_FIFO_OVERLAP, "PTX %u words at %u, RX %u, NPTX %u at %u", o->p.depth,
                o->p.start, rx, o->np.depth, o->np.start);
}

/* A channel is enabled: are the FIFOs fit for it? Sizes are looked at once after each change, and
 * again when the periodic one is used. */
void otg_fifo_check(struct board *b, unsigned channel)
{
    struct otg *o = &b->otg;
    const struct otg_channel *c = &o->channel[channel];
    bool out = !(c->hcchar & HCCHAR_EPDIR);
    unsigned mps_words = (HCCHAR_MPSIZ(c->hcchar) + 3) / 4;
    bool periodic_out = otg_channel_periodic(c) && out;

    if (!o->fifo_checked || periodic_out)
        check_sizes(b, periodic_out);
    o->fifo_checked = true;
    if (!out && mps_words + 2 > o->rx.depth)
        finding(b, RULE_OTG_FIFO_RAM, "channel %u: packets of %u bytes never fit into %u words",
                channel, HCCHAR_MPSIZ(c->hcchar), o->rx.depth);
}

void otg_fifo_flush_rx(struct board *b)
{
    struct otg *o = &b->otg;

    o->rx.words = o->rx.head = o->rx.unread = 0;
    for (unsigned n = 0; n < OTG_CHANNELS; n++)
        o->channel[n].halt_unpopped = false;
    otg_bus_kick(b);
}

bool otg_rx_has_room(const struct board *b, unsigned words)
{
    return b->otg.rx.words + words <= b->otg.rx.depth;
}

static void rx_put(struct board *b, uint32_t word)
{
    struct otg_rx *rx = &b->otg.rx;

    if (!rx->depth || rx->words == rx->depth)
        return;
    b->otg.ram[(rx->head + rx->words) % rx->depth % OTG_FIFO_WORDS] = word;
    rx->words++;
}

static uint32_t rx_take(struct board *b)
{
    struct otg_rx *rx = &b->otg.rx;
    uint32_t word = b->otg.ram[rx->head % OTG_FIFO_WORDS];

    rx->head = (uint16_t)((rx->head + 1) % rx->depth);
    rx->words--;
    otg_bus_kick(b);
    return word;
}

void otg_rx_push(struct board *b, unsigned channel, unsigned pktsts, unsigned dpid,
                 const uint8_t *data, unsigned bytes)
{
    rx_put(b, channel | bytes << 4 | dpid << 15 | pktsts << 17);
    for (unsigned i = 0; i < bytes; i += 4) {
        uint32_t word = 0;

        for (unsigned k = 0; k < 4 && i + k < bytes; k++)
            word |= (uint32_t)data[i + k] << 8 * k;
        rx_put(b, word);
    }
}

uint32_t otg_rx_peek(const struct board *b)
{
    return b->otg.rx.words ? b->otg.ram[b->otg.rx.head % OTG_FIFO_WORDS] : 0;
}

/* What happens to the channel when its status entry is popped (RM0410 37.16.4). */
static uint32_t pop_flag(const struct board *b, unsigned pktsts)
{
    switch (pktsts) {
    case PKTSTS_IN_DATA:
        return param(b, PARAM_OTG_IN_ACK_EARLY) ? 0 : HCINT_ACK;
    case PKTSTS_IN_COMPLETE:
        return HCINT_XFRC;
    case PKTSTS_TOGGLE_ERROR:
        return HCINT_DTERR;
    case PKTSTS_HALTED:
        return HCINT_CHH;
    default:
        return 0;
    }
}

uint32_t otg_rx_pop(struct board *b)
{
    struct otg *o = &b->otg;

    if (!o->rx.words) {
        finding(b, RULE_OTG_RX_EMPTY, "GRXSTSP read");
        return 0;
    }
    uint32_t status = rx_take(b);
    if (o->rx.unread) {
        finding(b, RULE_OTG_RX_UNREAD, "GRXSTSP read with %u words of the last packet unread",
                o->rx.unread);
        o->rx.unread--;
        return status;
    }
    unsigned n = status & 0xF;
    unsigned pktsts = status >> 17 & 0xF;
    if (pktsts == PKTSTS_IN_DATA)
        o->rx.unread = (uint16_t)(((status >> 4 & 0x7FF) + 3) / 4);
    if (n >= OTG_CHANNELS)
        return status; /* an overlapping FIFO has destroyed the entry */
    o->channel[n].hcint |= pop_flag(b, pktsts);
    if (pktsts == PKTSTS_HALTED)
        o->channel[n].halt_unpopped = false;
    return status;
}

uint32_t otg_rx_read(struct board *b)
{
    struct otg *o = &b->otg;

    if (!o->rx.unread || !o->rx.words) {
        finding(b, RULE_OTG_RX_OVERREAD, "receive FIFO read, no payload is due");
        return 0;
    }
    o->rx.unread--;
    return rx_take(b);
}
