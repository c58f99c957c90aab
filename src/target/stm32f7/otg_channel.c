/* SPDX-License-Identifier: MIT
 * OTG_FS as a USB host: the two channels and their FIFOs (RM0410 37.16.3 to 37.16.5). Channel 0
 * sends, channel 1 receives, one at a time; otg_xfer.c decides what they do. */
#include "target/stm32f7/otg_channel.h"

#include <string.h>

#include "port/clock.h"
#include "target/stm32f7/otg.h"

#define BATCH_PACKETS 256u /* PKTCNT has 10 bits; vendors' code never goes beyond this */
#define POPS_PER_POLL 64u

struct otg_xfer otg_xfer;

struct otg_channel_regs *otg_channel(void)
{
    return &OTG->HC[otg_xfer.token == HC_IN ? CHANNEL_IN : CHANNEL_OUT];
}

void otg_channel_open(void)
{
    const struct hc_pipe *pipe = otg_xfer.pipe;
    bool in = otg_xfer.token == HC_IN;

    otg_xfer.hcchar = HCCHAR_MPSIZ(pipe->max_packet) | HCCHAR_EPNUM(pipe->ep_num) | HCCHAR_MCNT_1 |
                      HCCHAR_DAD(pipe->device_addr) |
                      (pipe->bulk ? HCCHAR_EPTYP_BULK : HCCHAR_EPTYP_CTRL) |
                      (in ? HCCHAR_EPDIR_IN : 0);
    otg_channel()->HCINTMSK = HCINT_WAKE;
    OTG->HAINTMSK = 1u << (in ? CHANNEL_IN : CHANNEL_OUT);
    OTG->GINTMSK = GINT_WAKE;
}

void otg_channel_forget(void)
{
    otg_xfer.state = XFER_IDLE;
}

enum bl_rc otg_channel_close(enum bl_rc rc)
{
    otg_channel()->HCINTMSK = 0;
    OTG->HAINTMSK = 0;
    OTG->GINTMSK = 0;
    otg_xfer.state = XFER_IDLE;
    return rc;
}

enum bl_rc otg_channel_give_up(enum bl_rc rc)
{
    otg_core_give_up();
    otg_xfer.state = XFER_IDLE;
    return rc;
}

void otg_channel_enable(void)
{
    otg_channel()->HCINT = HCINT_ALL;
    otg_channel()->HCCHAR = otg_xfer.hcchar | HCCHAR_CHENA;
}

static void push_packet(void)
{
    const uint8_t *from = otg_xfer.mem + otg_xfer.moved;
    uint32_t left = otg_xfer.packet_bytes;
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
    if (otg_xfer.token == HC_SETUP)
        return HCTSIZ_DPID_SETUP;
    return otg_xfer.pipe->toggle != 0 ? HCTSIZ_DPID_DATA1 : HCTSIZ_DPID_DATA0;
}

static void arm_in(void)
{
    uint32_t mps = otg_xfer.pipe->max_packet;
    uint32_t packets = (otg_xfer.len - otg_xfer.moved + mps - 1u) / mps;
    if (packets == 0)
        packets = 1;
    if (packets > BATCH_PACKETS)
        packets = BATCH_PACKETS;
    otg_channel()->HCTSIZ = data_pid() | HCTSIZ_PKTCNT(packets) | HCTSIZ_XFRSIZ(packets * mps);
    otg_channel_enable();
}

static enum bl_rc arm_out(void)
{
    uint32_t rest = otg_xfer.len - otg_xfer.moved;
    otg_xfer.packet_bytes = rest < otg_xfer.pipe->max_packet ? rest : otg_xfer.pipe->max_packet;
    uint32_t space = OTG->HNPTXSTS;
    if (HNPTXSTS_NPTXFSAV(space) * 4u < otg_xfer.packet_bytes || HNPTXSTS_NPTQXSAV(space) == 0)
        return otg_channel_give_up(BL_E_USB_CORE); /* nothing else is queued: the core is stuck */
    otg_channel()->HCTSIZ = data_pid() | HCTSIZ_PKTCNT(1) | HCTSIZ_XFRSIZ(otg_xfer.packet_bytes);
    otg_channel_enable();
    push_packet();
    return BL_PENDING;
}

enum bl_rc otg_channel_arm(void)
{
    otg_xfer.state = XFER_RUNNING;
    if (otg_xfer.token != HC_IN)
        return arm_out();
    arm_in();
    return BL_PENDING;
}

enum bl_rc otg_channel_halt(enum bl_rc after)
{
    otg_xfer.after_halt = after;
    otg_xfer.halt_ms = clock_ms();
    otg_xfer.state = XFER_HALTING;
    /* With a full request queue the channel's own requests are dropped first; no CHH for that. */
    if (HNPTXSTS_NPTQXSAV(OTG->HNPTXSTS) == 0)
        otg_channel()->HCCHAR = otg_xfer.hcchar | HCCHAR_CHDIS;
    otg_channel()->HCCHAR = otg_xfer.hcchar | HCCHAR_CHENA | HCCHAR_CHDIS;
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
    bool ours = otg_xfer.state != XFER_IDLE && otg_xfer.token == HC_IN &&
                GRXSTS_CHNUM(status) == CHANNEL_IN && !otg_xfer.short_packet;
    bool room = otg_xfer.moved < otg_xfer.len || bytes == 0;
    if (!ours || !room || bytes > otg_xfer.pipe->max_packet) {
        discard_from_fifo(bytes);
        otg_xfer.overrun = ours;
        return;
    }
    copy_from_fifo(otg_xfer.mem + otg_xfer.moved, bytes);
    otg_xfer.moved += bytes;
    otg_xfer.pipe->toggle ^= 1u;
    otg_xfer.errors = 0;
    otg_xfer.toggle_errors = 0;
    otg_xfer.naks = 0;
    otg_xfer.short_packet = bytes < otg_xfer.pipe->max_packet;
    if (otg_xfer.state == XFER_RUNNING && !otg_xfer.short_packet &&
        (otg_channel()->HCTSIZ & HCTSIZ_PKTCNT_MASK) != 0)
        otg_channel_enable();
}

void otg_channel_drain(void)
{
    for (uint32_t n = 0; n < POPS_PER_POLL && (OTG->GINTSTS & GINTSTS_RXFLVL) != 0; n++) {
        uint32_t status = OTG->GRXSTSP;
        if (GRXSTS_PKTSTS(status) == GRXSTS_PKTSTS_IN)
            take_packet(status);
    }
}
