/* SPDX-License-Identifier: MIT
 * OTG_FS as a USB host: transfers, one at a time; otg_channel.c has the channels.
 *
 *   IDLE -start-> RUNNING -XFRC of OUT---------------------------> IDLE or the next packet
 *                    |  ^ NAK of IN: PACED, then the next token
 *                    +--halt--> HALTING -CHH-> IDLE, or again (next batch, NAK of OUT, TXERR)
 *
 * The core retries nothing by itself in slave mode. What keeps it right under every reading of the
 * manuals: one IN token outstanding, and another only after a full packet with packets still to
 * come (at once, by otg_continue, from within the idle loop); one OUT packet per transfer; HCINT
 * cleared before CHENA is set; HCCHAR written from a variable, never read-modify-written; every
 * wait drains the receive FIFO, because XFRC of IN and CHH appear only when their entries are
 * popped. */
#include <string.h>

#include "port/clock.h"
#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/otg.h"
#include "target/stm32f7/otg_channel.h"

#define HALT_LIMIT_MS     10u
#define ERRORS_MAX        3u   /* transaction errors in a row (USB 2.0 8.7) */
#define TOGGLE_ERRORS_MAX 8u   /* repeated packets in a row; a sane device sends one */
#define NAKS_AT_ONCE      200u /* answered with the next token at once (1.5 ms); then paced */
#define PACE_US           200u

/* A transfer of no bytes ends with its zero-length packet, not before. */
static bool all_moved(void)
{
    return otg_xfer.short_packet || otg_xfer.overrun ||
           (otg_xfer.len != 0 && otg_xfer.moved >= otg_xfer.len);
}

static enum bl_rc in_result(void)
{
    return otg_xfer.moved > otg_xfer.len || otg_xfer.overrun ? BL_E_USB_BABBLE : BL_OK;
}

static enum bl_rc in_complete(void)
{
    return otg_channel_halt(all_moved() ? in_result() : BL_PENDING); /* else the next batch */
}

static void account_out(void)
{
    otg_xfer.moved += otg_xfer.packet_bytes;
    otg_xfer.pipe->toggle = otg_xfer.token == HC_SETUP ? 1 : otg_xfer.pipe->toggle ^ 1u;
    otg_xfer.errors = 0;
    otg_xfer.naks = 0;
}

static enum bl_rc out_complete(void)
{
    account_out();
    return otg_xfer.moved < otg_xfer.len ? otg_channel_arm() : otg_channel_close(BL_OK);
}

static enum bl_rc pace(void)
{
    otg_xfer.paced_us = clock_us();
    otg_xfer.state = XFER_PACED;
    return BL_PENDING;
}

/* A NAK used the token up and left the counters alone. */
static enum bl_rc naked(void)
{
    otg_xfer.errors = 0;
    if (otg_xfer.naks < NAKS_AT_ONCE)
        otg_xfer.naks++;
    if (otg_xfer.token != HC_IN)
        return otg_channel_halt(BL_PENDING); /* the packet must be written again */
    if (otg_xfer.naks >= NAKS_AT_ONCE)
        return pace();
    otg_channel_enable();
    return BL_PENDING;
}

static enum bl_rc running(void)
{
    uint32_t flags = otg_channel()->HCINT;
    otg_channel()->HCINT = flags;
    if ((flags & HCINT_XFRC) != 0)
        return otg_xfer.token == HC_IN ? in_complete() : out_complete();
    if ((flags & HCINT_STALL) != 0)
        return otg_channel_halt(BL_E_USB_STALL);
    if ((flags & HCINT_BBERR) != 0)
        return otg_channel_halt(BL_E_USB_BABBLE);
    if ((flags & HCINT_TXERR) != 0)
        return otg_channel_halt(++otg_xfer.errors < ERRORS_MAX ? BL_PENDING : BL_E_USB_XACT);
    if ((flags & HCINT_DTERR) != 0) {
        if (++otg_xfer.toggle_errors >= TOGGLE_ERRORS_MAX)
            return otg_channel_halt(BL_E_USB_XACT);
        otg_channel_enable(); /* a repeated packet: the core acknowledged and dropped it */
        return BL_PENDING;
    }
    return (flags & HCINT_NAK) != 0 ? naked() : BL_PENDING;
}

static enum bl_rc halting(void)
{
    uint32_t flags = otg_channel()->HCINT;
    otg_channel()->HCINT = flags;
    if ((flags & HCINT_XFRC) != 0 && otg_xfer.token != HC_IN)
        account_out(); /* the packet arrived while an abort was on its way */
    if ((flags & HCINT_CHH) == 0) {
        bool late = clock_ms() - otg_xfer.halt_ms > HALT_LIMIT_MS;
        return late ? otg_channel_give_up(BL_E_USB_CORE) : BL_PENDING;
    }
    if (otg_xfer.after_halt != BL_PENDING)
        return otg_channel_close(otg_xfer.after_halt);
    if (otg_xfer.token == HC_IN && all_moved())
        return otg_channel_close(in_result()); /* XFRC came together with what ended the channel */
    return otg_xfer.naks >= NAKS_AT_ONCE ? pace() : otg_channel_arm();
}

/* IN: the channel is enabled still and wants a token; OUT: it is halted and wants the packet. */
static enum bl_rc paced(void)
{
    if (clock_us() - otg_xfer.paced_us < PACE_US)
        return BL_PENDING;
    if (otg_xfer.token != HC_IN)
        return otg_channel_arm();
    otg_xfer.state = XFER_RUNNING;
    otg_channel_enable();
    return BL_PENDING;
}

enum wake otg_continue(void)
{
    uint32_t wake = otg_xfer.state == XFER_IDLE ? 0 : OTG->GINTSTS & GINT_WAKE;
    bool in = otg_xfer.state == XFER_RUNNING && otg_xfer.token == HC_IN;
    if (wake == 0)
        return in ? WAKE_GOING : WAKE_NOTHING;
    if (!in || (wake & GINTSTS_DISCINT) != 0)
        return WAKE_CALLER;
    otg_channel_drain();
    uint32_t flags = otg_channel()->HCINT & HCINT_WAKE;
    if (flags == HCINT_NAK) {
        otg_channel()->HCINT = HCINT_NAK;
        (void)naked();
    } else if (flags != 0) {
        return WAKE_CALLER;
    }
    return otg_xfer.state == XFER_RUNNING ? WAKE_GOING : WAKE_CALLER;
}

static enum bl_rc step(void)
{
    enum bl_rc rc = otg_port_check();
    if (rc != BL_OK)
        return otg_channel_give_up(rc);
    otg_channel_drain();
    switch (otg_xfer.state) {
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
    if (otg_xfer.state != XFER_IDLE)
        return BL_E_BUSY;
    if (pipe->max_packet < 8u || pipe->max_packet > 64u || pipe->max_packet % 8u != 0)
        return BL_E_BUG;
    enum bl_rc rc = otg_port_check();
    if (rc != BL_OK)
        return rc;
    memset(&otg_xfer, 0, sizeof otg_xfer);
    otg_xfer.pipe = pipe;
    otg_xfer.token = token;
    otg_xfer.mem = mem;
    otg_xfer.len = len;
    otg_channel_open();
    rc = otg_channel_arm();
    return rc == BL_PENDING ? BL_OK : rc;
}

enum bl_rc hc_xfer_poll(uint32_t *moved)
{
    enum bl_rc rc = otg_xfer.state == XFER_IDLE ? BL_OK : step();
    *moved = otg_xfer.moved;
    return rc;
}

enum bl_rc hc_xfer_abort(void)
{
    if (otg_xfer.state == XFER_IDLE)
        return BL_OK;
    if (otg_xfer.state == XFER_PACED && otg_xfer.token != HC_IN)
        return otg_channel_close(BL_OK);
    if (otg_xfer.state != XFER_HALTING)
        (void)otg_channel_halt(BL_E_TIMEOUT);
    otg_xfer.after_halt = BL_E_TIMEOUT;
    enum bl_rc rc = BL_PENDING;
    while (rc == BL_PENDING) { /* HALT_LIMIT_MS ends it */
        rc = step();
        if (rc == BL_PENDING)
            clock_idle();
    }
    return rc == BL_E_USB_CORE ? rc : BL_OK;
}
