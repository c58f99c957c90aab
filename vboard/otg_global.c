/* SPDX-License-Identifier: MIT
 * OTG_FS global registers, mode, core reset and interrupt line (RM0410 37.15.1 to 37.15.20).
 * Next: otg_port.c. */
#include "otg_regs.h"

#include <string.h>

/* Time that the self-clearing bits of GRSTCTL stay set: "several clocks", 8 clocks of the slower
 * of AHB and PHY (RM0410 37.15.5). */
#define CSRST_PS PS_PER_US
#define FLUSH_PS (200 * PS_PER_NS)
/* Nobody tells of pins and clocks: they are looked at when HPRT is accessed, else this often. */
#define LOOK_PS (10 * PS_PER_US)

uint32_t otg_gintsts(const struct board *b)
{
    const struct otg *o = &b->otg;
    uint32_t v = o->gintsts & GINTSTS_W1C;
    unsigned np_level = o->gahbcfg & GAHBCFG_TXFELVL ? o->np.depth : o->np.depth / 2u;
    unsigned p_level = o->gahbcfg & GAHBCFG_PTXFELVL ? o->p.depth : o->p.depth / 2u;

    v |= o->host ? GINTSTS_CMOD : 0;
    v |= o->rx.words ? GINTSTS_RXFLVL : 0;
    if (otg_tx_free(&o->np) >= np_level && o->np.requests < OTG_QUEUE_DEPTH)
        v |= GINTSTS_NPTXFE;
    if (otg_tx_free(&o->p) >= p_level && o->p.requests < OTG_QUEUE_DEPTH)
        v |= GINTSTS_PTXFE;
    if (o->hprt & (HPRT_PCDET | HPRT_PENCHNG | HPRT_POCCHNG))
        v |= GINTSTS_HPRTINT;
    if (otg_haint(b) & o->haintmsk)
        v |= GINTSTS_HCINT;
    return v;
}

void otg_update(struct board *b)
{
    struct otg *o = &b->otg;

    if (o->bus.kick && !o->bus.busy) {
        o->bus.kick = false;
        alarm_set(b, ALARM_OTG_BUS, now_ps(b));
    }
    otg_frame_arm(b);
    nvic_line(b, IRQ_OTG_FS, (o->gahbcfg & GAHBCFG_GINT) && (otg_gintsts(b) & o->gintmsk) != 0);
}

/* FHMOD and FDMOD override the ID pin; without them the plug decides (RM0410 37.15.4). */
static bool host_wanted(const struct board *b)
{
    uint32_t force = b->otg.gusbcfg & (GUSBCFG_FHMOD | GUSBCFG_FDMOD);

    if (force)
        return force == GUSBCFG_FHMOD;
    return param(b, PARAM_OTG_ID_GROUNDED) && gpio_pin_has_af(b, PORT_A, 10, 10);
}

static void mode_start(struct board *b)
{
    struct otg *o = &b->otg;
    bool change = host_wanted(b) != o->host;

    if (change && !o->mode_changing)
        alarm_set(b, ALARM_OTG_MODE, param_deadline(b, PARAM_OTG_FHMOD_MS, PS_PER_MS));
    else if (!change && o->mode_changing)
        alarm_cancel(b, ALARM_OTG_MODE);
    o->mode_changing = change;
}

void otg_on_mode(struct board *b)
{
    struct otg *o = &b->otg;

    o->mode_changing = false;
    o->host = host_wanted(b);
    otg_port_refresh(b);
    otg_update(b);
}

/* The state after CSRST, or after everything (bits of GCCFG and PCGCCTL and HCFG.FSLSPCS outlive a
 * CSRST; whether FHMOD does is open: otg_fhmod_kept). */
static void core_reset(struct board *b, bool all)
{
    struct otg *o = &b->otg;
    struct otg old = *o;

    alarm_cancel(b, ALARM_OTG_FRAME);
    alarm_cancel(b, ALARM_OTG_BUS);
    alarm_cancel(b, ALARM_OTG_PORT);
    alarm_cancel(b, ALARM_OTG_MODE);
    memset(o, 0, sizeof *o);
    o->device = old.device;
    o->gusbcfg = GUSBCFG_RESET;
    o->hfir = 60000;
    o->cid = 0x2000;
    o->frame.number = HFNUM_MASK;
    o->frame.end_ps = ALARM_NEVER;
    for (unsigned i = 0; i < 5; i++)
        o->stored[i] = 0x02000400;
    otg_fifo_reset(b);
    if (all)
        return;
    o->gccfg = old.gccfg;
    o->pcgcctl = old.pcgcctl;
    o->hcfg = old.hcfg & HCFG_FSLSPCS;
    if (param(b, PARAM_OTG_FHMOD_KEPT))
        o->gusbcfg |= old.gusbcfg & (GUSBCFG_FHMOD | GUSBCFG_FDMOD);
    mode_start(b);
}

void otg_reset(struct board *b)
{
    core_reset(b, true);
    otg_update(b);
}

/* The self-clearing bits clear when read late enough; a core without PHY clock never finishes. */
void otg_settle(struct board *b, uint32_t off)
{
    struct otg *o = &b->otg;
    uint64_t now = now_ps(b);
    bool changed = now >= o->frame.end_ps && otg_frame_settle(b);

    if (o->resetting && now >= o->reset_done_ps && otg_clock_ok(b))
        o->resetting = false;
    if (o->flushing && now >= o->flush_done_ps)
        o->flushing = 0;
    if (off == OTG_HPRT || now >= o->looked_ps + LOOK_PS) {
        otg_port_refresh(b);
        changed = true;
    }
    if (changed)
        otg_update(b);
}

static void write_grstctl(struct board *b, uint32_t v)
{
    struct otg *o = &b->otg;

    if (v & GRSTCTL_CSRST) {
        core_reset(b, false);
        o->resetting = true;
        o->reset_done_ps = now_ps(b) + CSRST_PS;
        return;
    }
    o->txfnum = v & GRSTCTL_TXFNUM;
    if (v & GRSTCTL_FCRST)
        o->frame.number = HFNUM_MASK;
    if (!(v & (GRSTCTL_RXFFLSH | GRSTCTL_TXFFLSH)))
        return;
    if (o->bus.busy)
        finding(b, RULE_OTG_FLUSH_BUSY, "GRSTCTL 0x%08x written during a transaction", v);
    unsigned fifo = (v & GRSTCTL_TXFNUM) >> 6;
    if (v & GRSTCTL_RXFFLSH)
        otg_fifo_flush_rx(b);
    if ((v & GRSTCTL_TXFFLSH) && (fifo == 0 || fifo == 0x10))
        otg_fifo_flush_tx(b, &o->np);
    if ((v & GRSTCTL_TXFFLSH) && (fifo == 1 || fifo == 0x10))
        otg_fifo_flush_tx(b, &o->p);
    o->flushing = v & (GRSTCTL_RXFFLSH | GRSTCTL_TXFFLSH);
    o->flush_done_ps = now_ps(b) + FLUSH_PS;
}

static void write_gusbcfg(struct board *b, uint32_t v)
{
    uint32_t both = GUSBCFG_FHMOD | GUSBCFG_FDMOD;

    if ((v & both) == both)
        finding(b, RULE_OTG_FORCE_BOTH, "GUSBCFG = 0x%08x", v);
    b->otg.gusbcfg = (v & GUSBCFG_RW) | GUSBCFG_PHYSEL;
    mode_start(b);
}

static uint32_t read_gotgctl(const struct board *b)
{
    const struct otg *o = &b->otg;
    bool grounded = param(b, PARAM_OTG_ID_GROUNDED) && gpio_pin_has_af(b, PORT_A, 10, 10);
    bool valid = b->wiring.vbus && (o->gccfg & GCCFG_VBDEN);

    if (o->gotgctl & GOTGCTL_AVALOEN)
        valid = o->gotgctl & GOTGCTL_AVALOVAL;
    return o->gotgctl | (grounded ? 0 : GOTGCTL_CIDSTS) | (valid ? GOTGCTL_ASVLD : 0);
}

static uint32_t read_grstctl(const struct board *b)
{
    const struct otg *o = &b->otg;
    uint32_t v = o->txfnum | o->flushing;

    return v | (o->resetting ? GRSTCTL_CSRST : GRSTCTL_AHBIDL);
}

uint32_t otg_global_read(struct board *b, uint32_t off)
{
    struct otg *o = &b->otg;

    switch (off) {
    case OTG_GOTGCTL:
        return read_gotgctl(b);
    case OTG_GOTGINT:
        return 0; /* SRP and HNP events only */
    case OTG_GAHBCFG:
        return o->gahbcfg;
    case OTG_GUSBCFG:
        return o->gusbcfg;
    case OTG_GRSTCTL:
        return read_grstctl(b);
    case OTG_GINTSTS:
        return otg_gintsts(b);
    case OTG_GINTMSK:
        return o->gintmsk;
    case OTG_GRXSTSR:
        return otg_rx_peek(b);
    case OTG_GRXSTSP:
        return otg_rx_pop(b);
    case OTG_GRXFSIZ:
    case OTG_HNPTXFSIZ:
    case OTG_HPTXFSIZ:
        return otg_fifo_size_read(b, off);
    case OTG_HNPTXSTS:
        return otg_fifo_status_read(b, &o->np);
    case OTG_GCCFG:
        return o->gccfg;
    case OTG_CID:
        return o->cid;
    case OTG_GSNPSID:
        return 0x4F54320A;
    case OTG_GHWCFG1:
        return 0;
    case OTG_GHWCFG2:
        return 0x229ED520;
    case OTG_GHWCFG3:
        return 0x0200D1E8;
    case OTG_GHWCFG4:
        return 0x17F08030;
    case OTG_GLPMCFG:
        return o->stored[6];
    case OTG_GDFIFOCFG:
        return o->stored[7];
    case OTG_PCGCCTL:
        return o->pcgcctl;
    default:
        break;
    }
    if (off >= OTG_DIEPTXF1 && off <= OTG_DIEPTXF5)
        return o->stored[(off - OTG_DIEPTXF1) / 4];
    finding(b, RULE_OTG_UNMODELLED, "read of offset 0x%03x", off);
    return 0;
}

void otg_global_write(struct board *b, uint32_t off, uint32_t v)
{
    struct otg *o = &b->otg;

    switch (off) {
    case OTG_GOTGCTL:
        o->gotgctl = v & GOTGCTL_RW;
        return;
    case OTG_GAHBCFG:
        o->gahbcfg = v & (GAHBCFG_GINT | GAHBCFG_TXFELVL | GAHBCFG_PTXFELVL);
        return;
    case OTG_GUSBCFG:
        write_gusbcfg(b, v);
        return;
    case OTG_GRSTCTL:
        write_grstctl(b, v);
        return;
    case OTG_GINTSTS:
        o->gintsts &= ~(v & GINTSTS_W1C);
        return;
    case OTG_GINTMSK:
        o->gintmsk = v & GINTMSK_RW;
        return;
    case OTG_GRXFSIZ:
    case OTG_HNPTXFSIZ:
    case OTG_HPTXFSIZ:
        otg_fifo_size_write(b, off, v);
        return;
    case OTG_GCCFG:
        o->gccfg = v & (GCCFG_PWRDWN | GCCFG_VBDEN);
        otg_port_refresh(b);
        return;
    case OTG_CID:
        o->cid = v;
        return;
    case OTG_GLPMCFG:
        o->stored[6] = v;
        return;
    case OTG_GDFIFOCFG:
        o->stored[7] = v;
        return;
    case OTG_PCGCCTL:
        o->pcgcctl = v & 3;
        otg_port_refresh(b);
        return;
    case OTG_GOTGINT:
    case OTG_GRXSTSR:
    case OTG_GRXSTSP:
    case OTG_HNPTXSTS:
    case OTG_GSNPSID:
    case OTG_GHWCFG1:
    case OTG_GHWCFG2:
    case OTG_GHWCFG3:
    case OTG_GHWCFG4:
        return; /* nothing to clear, or read-only */
    default:
        break;
    }
    if (off >= OTG_DIEPTXF1 && off <= OTG_DIEPTXF5)
        o->stored[(off - OTG_DIEPTXF1) / 4] = v;
    else
        finding(b, RULE_OTG_UNMODELLED, "0x%08x written to offset 0x%03x", v, off);
}
