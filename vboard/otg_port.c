/* SPDX-License-Identifier: MIT
 * OTG_FS root port: HPRT, connection, reset, enable, suspend, disconnection (RM0410 37.15.27).
 * Next: otg_frame.c. */
#include "otg_regs.h"

/* USB 2.0 7.1.7.5: a device takes 2.5 us of SE0 for a reset; a hub drives 10 ms, a root port 50. */
#define RESET_SEEN_PS (2500 * PS_PER_NS)
#define RESET_HUB_PS  (10 * PS_PER_MS)
#define RESET_ROOT_PS (50 * PS_PER_MS)
/* USB 2.0 7.1.7.5, TRSTRCY. */
#define RESET_RECOVERY_PS (10 * PS_PER_MS)

/* The PHY needs its 48 MHz clock, and must not be stopped by PCGCCTL.STPPCLK. */
bool otg_clock_ok(const struct board *b)
{
    return rcc_usb48_ok(b) && !(b->otg.pcgcctl & 1);
}

static bool line_seen(const struct board *b)
{
    const struct otg *o = &b->otg;

    return o->host && o->device && (o->hprt & HPRT_PPWR) && (o->gccfg & GCCFG_PWRDWN) &&
           gpio_pin_has_af(b, PORT_A, 11, 10) && gpio_pin_has_af(b, PORT_A, 12, 10) &&
           otg_clock_ok(b);
}

static void port_disable(struct board *b, bool change_seen)
{
    struct otg *o = &b->otg;

    if ((o->hprt & HPRT_PENA) && change_seen)
        o->hprt |= HPRT_PENCHNG;
    o->hprt &= ~(HPRT_PENA | HPRT_PSPD | HPRT_PSUSP | HPRT_PRES);
    alarm_cancel(b, ALARM_OTG_PORT);
    otg_frame_stop(b);
}

/* DISCINT; PCDET only tells of connections, but drivers must live with it (otg_disc_pcdet).
 * Channels stay enabled: software is expected to disable them. */
static void disconnected(struct board *b)
{
    struct otg *o = &b->otg;

    port_disable(b, true);
    o->hprt &= ~HPRT_PCSTS;
    if (!o->host)
        return;
    o->gintsts |= GINTSTS_DISCINT;
    if (param(b, PARAM_OTG_DISC_PCDET))
        o->hprt |= HPRT_PCDET;
}

void otg_port_refresh(struct board *b)
{
    struct otg *o = &b->otg;
    bool seen = line_seen(b);

    o->looked_ps = now_ps(b);

    if (seen && !(o->hprt & HPRT_PCSTS))
        o->hprt |= HPRT_PCSTS | HPRT_PCDET;
    else if (!seen && (o->hprt & HPRT_PCSTS))
        disconnected(b);
    if (o->frame.running && !otg_clock_ok(b))
        otg_frame_stop(b);
}

void otg_attach(struct board *b, const struct usb_device *device)
{
    b->otg.device = device;
    trace_event(b, "usb", "\"what\":\"attach\",\"speed\":\"%s\"",
                device->speed == USB_SPEED_LOW ? "low" : "full");
    otg_port_refresh(b);
    otg_update(b);
}

void otg_detach(struct board *b)
{
    if (!b->otg.device)
        return;
    otg_frame_settle(b);
    b->otg.device = NULL;
    trace_event(b, "usb", "\"what\":\"detach\"");
    otg_bus_abort(b);
    otg_port_refresh(b);
    otg_update(b);
}

void otg_vbus(struct board *b, bool on)
{
    usb_tree_vbus(b, on);
    otg_port_refresh(b);
    otg_update(b);
}

uint32_t otg_hprt_read(const struct board *b)
{
    const struct otg *o = &b->otg;
    uint32_t v = o->hprt;

    if ((v & HPRT_PCSTS) && !(v & HPRT_PRST))
        v |= o->device->speed == USB_SPEED_LOW ? HPRT_PLSTS_DM : HPRT_PLSTS_DP;
    return v;
}

static void reset_begin(struct board *b)
{
    struct otg *o = &b->otg;

    port_disable(b, param(b, PARAM_OTG_PRST_PENCHNG));
    otg_bus_abort(b);
    o->hprt |= HPRT_PRST;
    o->port_reset_from_ps = now_ps(b);
    o->clock_changed = false;
}

static void reset_end(struct board *b)
{
    struct otg *o = &b->otg;
    uint64_t length = now_ps(b) - o->port_reset_from_ps;

    o->hprt &= ~HPRT_PRST;
    o->port_reset_to_ps = now_ps(b);
    if (length < RESET_HUB_PS)
        finding(b, RULE_OTG_SHORT_RESET, "PRST held for %llu us", length / PS_PER_US + 0ull);
    else if (length < RESET_ROOT_PS)
        finding(b, RULE_OTG_ROOT_RESET, "PRST held for %llu us", length / PS_PER_US + 0ull);
    if (!(o->hprt & HPRT_PCSTS) || length < RESET_SEEN_PS)
        return;
    trace_event(b, "usb", "\"what\":\"bus-reset\",\"length_us\":%llu", length / PS_PER_US + 0ull);
    o->device->bus_reset(b, o->device);
    alarm_set(b, ALARM_OTG_PORT, param_deadline(b, PARAM_OTG_PENA_US, PS_PER_US));
}

void otg_on_port(struct board *b)
{
    struct otg *o = &b->otg;

    otg_port_refresh(b);
    if ((o->hprt & HPRT_PCSTS) && !(o->hprt & HPRT_PRST) && !o->babbled) {
        o->hprt |= HPRT_PENA | HPRT_PENCHNG;
        o->hprt |= o->device->speed == USB_SPEED_LOW ? HPRT_PSPD_LS : HPRT_PSPD_FS;
        otg_frame_start(b);
    }
    otg_update(b);
}

/* PENA written as 1 disables the port. On purpose, nothing else is asked for in the same write. */
static void write_pena(struct board *b, uint32_t v)
{
    struct otg *o = &b->otg;
    uint32_t settings = HPRT_PRST | HPRT_PPWR | HPRT_PRES | HPRT_PTCTL;
    uint32_t others = HPRT_PCDET | HPRT_PENCHNG | HPRT_POCCHNG | HPRT_PSUSP;

    if (!(o->hprt & HPRT_PENA))
        return;
    if (((v ^ o->hprt) & settings) || (v & others & ~(o->hprt & HPRT_PSUSP)))
        finding(b, RULE_OTG_PENA, "HPRT = 0x%08x, written 0x%08x", otg_hprt_read(b), v);
    port_disable(b, param(b, PARAM_OTG_PENA_OFF_PENCHNG));
}

static void write_suspend(struct board *b, uint32_t v)
{
    struct otg *o = &b->otg;

    if ((v & HPRT_PSUSP) && (o->hprt & HPRT_PENA) && !(o->hprt & HPRT_PSUSP)) {
        o->hprt |= HPRT_PSUSP;
        otg_frame_stop(b);
    }
    if (v & HPRT_PRES) {
        o->hprt |= HPRT_PRES;
    } else if (o->hprt & HPRT_PRES) {
        o->hprt &= ~(HPRT_PRES | HPRT_PSUSP);
        if (o->hprt & HPRT_PENA)
            otg_frame_start(b);
    }
}

void otg_hprt_write(struct board *b, uint32_t v)
{
    struct otg *o = &b->otg;

    if (v & HPRT_PENA)
        write_pena(b, v);
    o->hprt &= ~(v & (HPRT_PCDET | HPRT_PENCHNG | HPRT_POCCHNG));
    o->hprt = (o->hprt & ~(HPRT_PPWR | HPRT_PTCTL)) | (v & (HPRT_PPWR | HPRT_PTCTL));
    if (!(o->hprt & HPRT_PPWR) && (o->hprt & HPRT_PCSTS)) {
        port_disable(b, true);
        o->hprt &= ~HPRT_PCSTS;
    }
    otg_port_refresh(b);
    write_suspend(b, v);
    if ((v & HPRT_PRST) && !(o->hprt & HPRT_PRST))
        reset_begin(b);
    else if (!(v & HPRT_PRST) && (o->hprt & HPRT_PRST))
        reset_end(b);
}

void otg_hcfg_write(struct board *b, uint32_t v)
{
    struct otg *o = &b->otg;

    if ((v & HCFG_FSLSPCS) != (o->hcfg & HCFG_FSLSPCS) && (o->hprt & HPRT_PENA))
        o->clock_changed = true;
    o->hcfg = v & 7;
}

/* Something is about to be sent: does the port's clock fit the speed of what is attached? */
void otg_port_check(struct board *b, unsigned channel)
{
    struct otg *o = &b->otg;
    bool low = (o->hprt & HPRT_PSPD) == HPRT_PSPD_LS;
    uint32_t nominal = low ? 6000 : 48000;
    uint32_t clocks = otg_frame_clocks(b);

    if (!(o->hprt & HPRT_PENA))
        return;
    if ((o->hcfg & HCFG_FSLSPCS) != (low ? 2u : 1u))
        finding(b, RULE_OTG_CLOCK, "channel %u: HCFG.FSLSPCS = %u at %s speed", channel,
                o->hcfg & HCFG_FSLSPCS, low ? "low" : "full");
    /* USB 2.0 7.1.12: the frame interval is 1 ms within 0.05 %. */
    else if (clocks + nominal / 2000 < nominal || clocks > nominal + nominal / 2000)
        finding(b, RULE_OTG_CLOCK, "channel %u: frames of %u PHY clocks, not %u", channel, clocks,
                nominal);
    if (o->clock_changed)
        finding(b, RULE_OTG_CLOCK_CHANGED, "channel %u used after FSLSPCS changed", channel);
    o->clock_changed = false;
    if (now_ps(b) < o->port_reset_to_ps + RESET_RECOVERY_PS)
        finding(b, RULE_OTG_RECOVERY, "channel %u used %llu us after the reset", channel,
                (now_ps(b) - o->port_reset_to_ps) / PS_PER_US + 0ull);
}

/* A device still talked at the end of the frame: no token any more until a core reset. */
void otg_port_babble(struct board *b)
{
    struct otg *o = &b->otg;

    o->babbled = true;
    otg_fifo_flush_rx(b);
    port_disable(b, true);
}
