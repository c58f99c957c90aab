/* SPDX-License-Identifier: MIT
 * OTG_FS frame clock: HFNUM, SOF, and how much of a frame a transaction needs.
 * Frames are counted when somebody looks; an alarm runs only while an interrupt or a periodic
 * request waits for the next one. Next: otg_channel.c. */
#include "otg_regs.h"

/* Bit times at the start of a frame for SOF or keep-alive, and at its end in which nothing may be
 * on the bus any more (USB 2.0 8.4.3, 11.2.5: EOF2). */
#define SOF_BITS 40
#define EOF_BITS 10

static uint32_t phy_hz(const struct board *b)
{
    return (b->otg.hcfg & HCFG_FSLSPCS) == 2 ? 6000000 : 48000000;
}

/* HFIR counts only once it was written; before, FSLSPCS alone makes 1 ms (RM0410 37.15.22). */
uint32_t otg_frame_clocks(const struct board *b)
{
    uint32_t clocks = b->otg.hfir & HFIR_FRIVL;

    if (!b->otg.hfir_written)
        return phy_hz(b) / 1000;
    return clocks < 480 ? 480 : clocks;
}

static uint64_t frame_length_ps(const struct board *b)
{
    return otg_frame_clocks(b) * 1000000000000ull / phy_hz(b);
}

static bool may_run(const struct board *b)
{
    const struct otg *o = &b->otg;

    return (o->hprt & HPRT_PENA) && !(o->hprt & HPRT_PSUSP) && otg_clock_ok(b);
}

static void next_frame(struct board *b)
{
    struct otg *o = &b->otg;

    o->frame.number = (o->frame.number + 1) & HFNUM_MASK;
    o->frame.end_ps = o->frame.start_ps + frame_length_ps(b);
    o->gintsts |= GINTSTS_SOF;
}

void otg_frame_start(struct board *b)
{
    struct otg *o = &b->otg;

    if (o->frame.running || !may_run(b))
        return;
    o->frame.running = true;
    o->frame.start_ps = now_ps(b);
    next_frame(b);
    otg_bus_kick(b);
}

void otg_frame_stop(struct board *b)
{
    otg_frame_settle(b);
    b->otg.frame.running = false;
    b->otg.frame.end_ps = ALARM_NEVER;
}

/* The frame is over: what was to be sent in it and was not will never be. */
static void end_of_frame(struct board *b)
{
    struct otg *o = &b->otg;
    unsigned odd = o->frame.number & 1;

    while (o->p.requests && !o->bus.periodic && o->p.request[0].kind != OTG_REQUEST_HALT &&
           o->p.request[0].odd == odd) {
        struct otg_request r = otg_tx_take(&o->p);

        o->gintsts |= GINTSTS_IPXFR;
        o->channel[r.channel].hcint |= HCINT_FRMOR;
        if (r.kind == OTG_REQUEST_OUT)
            otg_tx_release(&o->p);
    }
}

bool otg_frame_settle(struct board *b)
{
    struct otg *o = &b->otg;
    uint64_t now = now_ps(b);

    if (!o->frame.running || now < o->frame.end_ps)
        return false;
    end_of_frame(b);
    o->frame.start_ps = o->frame.end_ps;
    next_frame(b);
    uint64_t more = (now - o->frame.start_ps) / (o->frame.end_ps - o->frame.start_ps);
    uint64_t more_ps = more * (o->frame.end_ps - o->frame.start_ps);
    o->frame.start_ps += more_ps;
    o->frame.end_ps += more_ps;
    o->frame.number = (uint32_t)((o->frame.number + more) & HFNUM_MASK);
    otg_bus_kick(b);
    return true;
}

void otg_frame_arm(struct board *b)
{
    struct otg *o = &b->otg;
    bool sof =
        (o->gahbcfg & GAHBCFG_GINT) && (o->gintmsk & GINTSTS_SOF) && !(o->gintsts & GINTSTS_SOF);

    if (o->frame.running && (sof || o->p.requests))
        alarm_set(b, ALARM_OTG_FRAME, o->frame.end_ps);
    else
        alarm_cancel(b, ALARM_OTG_FRAME);
}

void otg_on_frame(struct board *b)
{
    otg_frame_settle(b);
    otg_update(b);
}

uint32_t otg_hfnum_read(const struct board *b)
{
    const struct otg *o = &b->otg;
    uint64_t gone;

    if (!o->frame.running)
        return o->frame.number;
    gone = (now_ps(b) - o->frame.start_ps) * (phy_hz(b) / 1000000) / PS_PER_US;
    return (uint32_t)(otg_frame_clocks(b) - gone) << 16 | o->frame.number;
}

/* Full-speed bit times; low speed is eight times slower (USB 2.0 7.1.11). */
uint64_t otg_bits_ps(const struct board *b, unsigned bits)
{
    bool low = (b->otg.hprt & HPRT_PSPD) == HPRT_PSPD_LS;

    return (low ? 8ull : 1ull) * bits * 250000 / 3;
}

bool otg_frame_fits(const struct board *b, unsigned bits, uint64_t *when)
{
    const struct otg_frame *f = &b->otg.frame;
    uint64_t sof = SOF_BITS * 250000ull / 3;
    uint64_t end = f->end_ps - EOF_BITS * 250000ull / 3;

    if (now_ps(b) < f->start_ps + sof) {
        *when = f->start_ps + sof;
        return false;
    }
    *when = f->end_ps + sof;
    return now_ps(b) + otg_bits_ps(b, bits) <= end;
}
