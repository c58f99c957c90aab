/* SPDX-License-Identifier: MIT
 * OTG_FS as a USB host: transfers (RM0410 37.16.3 to 37.16.5). One at a time: channel 0 sends,
 * channel 1 receives.
 *
 *   IDLE -start-> RUNNING -XFRC of OUT---------------------------> IDLE or the next packet
 *                    |  ^ NAK of IN: PACED, then the next token
 *                    +--halt--> HALTING -CHH-> IDLE, or again (next batch, NAK of OUT, TXERR)
 *
 * The core retries nothing by itself in slave mode. What keeps it right under every reading of the
 * manuals: one IN token outstanding, and another only after a full packet with packets still to
 * come (at once, by otg_continue, from within the idle loop); one OUT packet per transfer; HCINT cleared before CHENA is set; HCCHAR written from a
 * variable, never read-modify-written; every wait drains the receive FIFO, because XFRC of IN and
 * CHH appear only when their entries are popped. */
#include <string.h>

#include "port/clock.h"
#include "port/hc.h"
#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/otg.h"
#include "target/stm32f7/regs_otg.h"

#define CHANNEL_OUT 0u
#define CHANNEL_IN  1u

#define HALT_LIMIT_MS     10u
#define ERRORS_MAX        3u   /* transaction errors in a row (USB 2.0 8.7) */
#define TOGGLE_ERRORS_MAX 8u   /* repeated packets in a row; a sane device sends one */
#define NAKS_AT_ONCE      200u /* answered with the next token at once (1.5 ms); then paced */
#define PACE_US           200u
#define BATCH_PACKETS     256u /* PKTCNT has 10 bits; vendors' code never goes beyond this */
#define POPS_PER_POLL     64u

#define HCINT_WAKE                                                                                 \
    (HCINT_XFRC | HCINT_CHH | HCINT_STALL | HCINT_NAK | HCINT_TXERR | HCINT_BBERR | HCINT_DTERR)
#define GINT_WAKE (GINTSTS_RXFLVL | GINTSTS_HCINT | GINTSTS_DISCINT)

static struct {
    enum { XFER_IDLE, XFER_RUNNING, XFER_PACED, XFER_HALTING } state;
    struct hc_pipe *pipe;
    enum hc_token token;
    uint8_t *mem;
    uint32_t len, moved;
    uint32_t packet_bytes;      /* OUT: of the packet under way */
    uint32_t hcchar;            /* without CHENA and CHDIS */
    enum bl_rc after_halt;      /* BL_PENDING: go on with the rest */
    bool short_packet, overrun; /* overrun: data came where none was asked for */
    uint8_t errors, toggle_errors, naks;
    uint32_t paced_us, halt_ms;
} xfer;

static struct otg_channel_regs *channel(void)
{
    return &OTG->HC[xfer.token == HC_IN ? CHANNEL_IN : CHANNEL_OUT];
}

void otg_channel_forget(void)
{
    xfer.state = XFER_IDLE;
}

static enum bl_rc finish(enum bl_rc rc)
{
    channel()->HCINTMSK = 0;
    OTG->HAINTMSK = 0;
    OTG->GINTMSK = 0;
    xfer.state = XFER_IDLE;
    return rc;
}

static enum bl_rc give_up(enum bl_rc rc)
{
    otg_core_give_up();
    xfer.state = XFER_IDLE;
    return rc;
}

/* Each write of CHENA on an IN channel is one IN token. */
static void enable(void)
{
    channel()->HCINT = HCINT_ALL;
    channel()->HCCHAR = xfer.hcchar | HCCHAR_CHENA;
}

static void push_packet(void)
{
    const uint8_t *from = xfer.mem + xfer.moved;
    uint32_t left = xfer.packet_bytes;
    while (left > 0) {
        uint32_t word = 0;
        uint32_t n = left < 4u ? left : 4u;
        memcpy(&word, from, n);
        OTG_FIFO(CHANNEL_OUT) = word;
        from += n;
        left -= n;
    }
}

static uint32_t data_pid(void)
{
    if (xfer.token == HC_SETUP)
        return HCTSIZ_DPID_SETUP;
    return xfer.pipe->toggle != 0 ? HCTSIZ_DPID_DATA1 : HCTSIZ_DPID_DATA0;
}

static void arm_in(void)
{
    uint32_t mps = xfer.pipe->max_packet;
    uint32_t packets = (xfer.len - xfer.moved + mps - 1u) / mps;
    if (packets == 0)
        packets = 1;
    if (packets > BATCH_PACKETS)
        packets = BATCH_PACKETS;
    channel()->HCTSIZ = data_pid() | HCTSIZ_PKTCNT(packets) | HCTSIZ_XFRSIZ(packets * mps);
    enable();
}

static enum bl_rc arm_out(void)
{
    uint32_t rest = xfer.len - xfer.moved;
    xfer.packet_bytes = rest < xfer.pipe->max_packet ? rest : xfer.pipe->max_packet;
    uint32_t space = OTG->HNPTXSTS;
    if (HNPTXSTS_NPTXFSAV(space) * 4u < xfer.packet_bytes || HNPTXSTS_NPTQXSAV(space) == 0)
        return give_up(BL_E_USB_CORE); /* nothing else is queued: the core is stuck */
    channel()->HCTSIZ = data_pid() | HCTSIZ_PKTCNT(1) | HCTSIZ_XFRSIZ(xfer.packet_bytes);
    enable();
    push_packet();
    return BL_PENDING;
}

static enum bl_rc arm(void)
{
    xfer.state = XFER_RUNNING;
    if (xfer.token != HC_IN)
        return arm_out();
    arm_in();
    return BL_PENDING;
}

/* One halt, whatever else the channel reports on the way; what follows it is decided now. */
static enum bl_rc halt(enum bl_rc after)
{
    xfer.after_halt = after;
    xfer.halt_ms = clock_ms();
    xfer.state = XFER_HALTING;
    /* With a full request queue the channel's own requests are dropped first; no CHH for that. */
    if (HNPTXSTS_NPTQXSAV(OTG->HNPTXSTS) == 0)
        channel()->HCCHAR = xfer.hcchar | HCCHAR_CHDIS;
    channel()->HCCHAR = xfer.hcchar | HCCHAR_CHENA | HCCHAR_CHDIS;
    return BL_PENDING;
}

static void copy_from_fifo(uint8_t *to, uint32_t bytes)
{
    uint32_t *out = __builtin_assume_aligned(to, 4);
    for (uint32_t words = (bytes + 3u) / 4u; words > 0; words--) {
        uint32_t word = OTG_FIFO(CHANNEL_IN);
        memcpy(out++, &word, 4); /* never beyond mem: its size is a multiple of max_packet */
    }
}

static void discard_from_fifo(uint32_t bytes)
{
    for (uint32_t words = (bytes + 3u) / 4u; words > 0; words--)
        (void)OTG_FIFO(CHANNEL_IN);
}

/* An IN packet on top of the receive FIFO, good and in sequence: the core checked its toggle. */
static void take_packet(uint32_t status)
{
    uint32_t bytes = GRXSTS_BCNT(status);
    bool ours = xfer.state != XFER_IDLE && xfer.token == HC_IN &&
                GRXSTS_CHNUM(status) == CHANNEL_IN && !xfer.short_packet;
    bool room = xfer.moved < xfer.len || bytes == 0;
    if (!ours || !room || bytes > xfer.pipe->max_packet) {
        discard_from_fifo(bytes);
        xfer.overrun = ours;
        return;
    }
    copy_from_fifo(xfer.mem + xfer.moved, bytes);
    xfer.moved += bytes;
    xfer.pipe->toggle ^= 1u;
    xfer.errors = 0;
    xfer.toggle_errors = 0;
    xfer.naks = 0;
    xfer.short_packet = bytes < xfer.pipe->max_packet;
    if (xfer.state == XFER_RUNNING && !xfer.short_packet &&
        (channel()->HCTSIZ & HCTSIZ_PKTCNT_MASK) != 0)
        enable();
}

/* Popping is what makes XFRC (of IN), DTERR and CHH appear in HCINT. */
static void drain(void)
{
    for (uint32_t n = 0; n < POPS_PER_POLL && (OTG->GINTSTS & GINTSTS_RXFLVL) != 0; n++) {
        uint32_t status = OTG->GRXSTSP;
        if (GRXSTS_PKTSTS(status) == GRXSTS_PKTSTS_IN)
            take_packet(status);
    }
}

/* A transfer of no bytes ends with its zero-length packet, not before. */
static bool all_moved(void)
{
    return xfer.short_packet || xfer.overrun || (xfer.len != 0 && xfer.moved >= xfer.len);
}

static enum bl_rc in_result(void)
{
    return xfer.moved > xfer.len || xfer.overrun ? BL_E_USB_BABBLE : BL_OK;
}

static enum bl_rc in_complete(void)
{
    return halt(all_moved() ? in_result() : BL_PENDING); /* else the next batch */
}

static void account_out(void)
{
    xfer.moved += xfer.packet_bytes;
    xfer.pipe->toggle = xfer.token == HC_SETUP ? 1 : xfer.pipe->toggle ^ 1u;
    xfer.errors = 0;
    xfer.naks = 0;
}

static enum bl_rc out_complete(void)
{
    account_out();
    return xfer.moved < xfer.len ? arm() : finish(BL_OK);
}

static enum bl_rc pace(void)
{
    xfer.paced_us = clock_us();
    xfer.state = XFER_PACED;
    return BL_PENDING;
}

/* A NAK used the token up and left the counters alone. */
static enum bl_rc naked(void)
{
    xfer.errors = 0;
    if (xfer.naks < NAKS_AT_ONCE)
        xfer.naks++;
    if (xfer.token != HC_IN)
        return halt(BL_PENDING); /* the packet must be written again */
    if (xfer.naks >= NAKS_AT_ONCE)
        return pace();
    enable();
    return BL_PENDING;
}

static enum bl_rc running(void)
{
    uint32_t flags = channel()->HCINT;
    channel()->HCINT = flags;
    if ((flags & HCINT_XFRC) != 0)
        return xfer.token == HC_IN ? in_complete() : out_complete();
    if ((flags & HCINT_STALL) != 0)
        return halt(BL_E_USB_STALL);
    if ((flags & HCINT_BBERR) != 0)
        return halt(BL_E_USB_BABBLE);
    if ((flags & HCINT_TXERR) != 0)
        return halt(++xfer.errors < ERRORS_MAX ? BL_PENDING : BL_E_USB_XACT);
    if ((flags & HCINT_DTERR) != 0) {
        if (++xfer.toggle_errors >= TOGGLE_ERRORS_MAX)
            return halt(BL_E_USB_XACT);
        enable(); /* a repeated packet: the core acknowledged and dropped it */
        return BL_PENDING;
    }
    return (flags & HCINT_NAK) != 0 ? naked() : BL_PENDING;
}

static enum bl_rc halting(void)
{
    uint32_t flags = channel()->HCINT;
    channel()->HCINT = flags;
    if ((flags & HCINT_XFRC) != 0 && xfer.token != HC_IN)
        account_out(); /* the packet arrived while an abort was on its way */
    if ((flags & HCINT_CHH) == 0) {
        bool late = clock_ms() - xfer.halt_ms > HALT_LIMIT_MS;
        return late ? give_up(BL_E_USB_CORE) : BL_PENDING;
    }
    if (xfer.after_halt != BL_PENDING)
        return finish(xfer.after_halt);
    if (xfer.token == HC_IN && all_moved())
        return finish(in_result()); /* XFRC came together with what ended the channel */
    return xfer.naks >= NAKS_AT_ONCE ? pace() : arm();
}

/* IN: the channel is enabled still and wants a token; OUT: it is halted and wants the packet. */
static enum bl_rc paced(void)
{
    if (clock_us() - xfer.paced_us < PACE_US)
        return BL_PENDING;
    if (xfer.token != HC_IN)
        return arm();
    xfer.state = XFER_RUNNING;
    enable();
    return BL_PENDING;
}

enum wake otg_continue(void)
{
    uint32_t wake = xfer.state == XFER_IDLE ? 0 : OTG->GINTSTS & GINT_WAKE;
    bool in = xfer.state == XFER_RUNNING && xfer.token == HC_IN;
    if (wake == 0)
        return in ? WAKE_GOING : WAKE_NOTHING;
    if (!in || (wake & GINTSTS_DISCINT) != 0)
        return WAKE_CALLER;
    drain();
    uint32_t flags = channel()->HCINT & HCINT_WAKE;
    if (flags == HCINT_NAK) {
        channel()->HCINT = HCINT_NAK;
        (void)naked();
    } else if (flags != 0) {
        return WAKE_CALLER;
    }
    return xfer.state == XFER_RUNNING ? WAKE_GOING : WAKE_CALLER;
}

static enum bl_rc step(void)
{
    enum bl_rc rc = otg_port_check();
    if (rc != BL_OK)
        return give_up(rc);
    drain();
    switch (xfer.state) {
    case XFER_RUNNING:
        return running();
    case XFER_PACED:
        return paced();
    case XFER_HALTING:
        return halting();
    case XFER_IDLE:
        break;
    }
    return BL_OK;
}

enum bl_rc hc_xfer_start(struct hc_pipe *pipe, enum hc_token token, void *mem, uint32_t len)
{
    if (xfer.state != XFER_IDLE)
        return BL_E_BUSY;
    if (pipe->max_packet < 8u || pipe->max_packet > 64u || pipe->max_packet % 8u != 0)
        return BL_E_BUG;
    enum bl_rc rc = otg_port_check();
    if (rc != BL_OK)
        return rc;
    memset(&xfer, 0, sizeof xfer);
    xfer.pipe = pipe;
    xfer.token = token;
    xfer.mem = mem;
    xfer.len = len;
    xfer.hcchar = HCCHAR_MPSIZ(pipe->max_packet) | HCCHAR_EPNUM(pipe->ep_num) | HCCHAR_MCNT_1 |
                  HCCHAR_DAD(pipe->device_addr) |
                  (pipe->bulk ? HCCHAR_EPTYP_BULK : HCCHAR_EPTYP_CTRL) |
                  (token == HC_IN ? HCCHAR_EPDIR_IN : 0);
    channel()->HCINTMSK = HCINT_WAKE;
    OTG->HAINTMSK = 1u << (token == HC_IN ? CHANNEL_IN : CHANNEL_OUT);
    OTG->GINTMSK = GINT_WAKE;
    rc = arm();
    return rc == BL_PENDING ? BL_OK : rc;
}

enum bl_rc hc_xfer_poll(uint32_t *moved)
{
    enum bl_rc rc = xfer.state == XFER_IDLE ? BL_OK : step();
    *moved = xfer.moved;
    return rc;
}

enum bl_rc hc_xfer_abort(void)
{
    if (xfer.state == XFER_IDLE)
        return BL_OK;
    if (xfer.state == XFER_PACED && xfer.token != HC_IN)
        return finish(BL_OK);
    if (xfer.state != XFER_HALTING)
        (void)halt(BL_E_TIMEOUT);
    xfer.after_halt = BL_E_TIMEOUT;
    enum bl_rc rc = BL_PENDING;
    while (rc == BL_PENDING) { /* HALT_LIMIT_MS ends it */
        rc = step();
        if (rc == BL_PENDING)
            clock_idle();
    }
    return rc == BL_E_USB_CORE ? rc : BL_OK;
}
