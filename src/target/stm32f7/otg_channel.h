/* SPDX-License-Identifier: MIT
 * The transfer under way, for the two files that know it: otg_channel.c does what registers and
 * FIFOs want, otg_xfer.c decides what comes next. */
#ifndef OTG_CHANNEL_H
#define OTG_CHANNEL_H

#include <stdbool.h>

#include "port/hc.h"
#include "target/stm32f7/regs_otg.h"

#define CHANNEL_OUT 0u
#define CHANNEL_IN  1u

/* What ends the core's sleep while a transfer runs. */
#define HCINT_WAKE                                                                                 \
    (HCINT_XFRC | HCINT_CHH | HCINT_STALL | HCINT_NAK | HCINT_TXERR | HCINT_BBERR | HCINT_DTERR)
#define GINT_WAKE (GINTSTS_RXFLVL | GINTSTS_HCINT | GINTSTS_DISCINT)

struct otg_xfer {
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
};

extern struct otg_xfer otg_xfer;

/* The channel of the transfer's direction. */
struct otg_channel_regs *otg_channel(void);

/* Sets the channel up for the transfer in otg_xfer: pipe, token, mem and len are filled in, the rest
 * is 0. */
void otg_channel_open(void);

/* Each call on an IN channel is one IN token. */
void otg_channel_enable(void);

/* What is left of the transfer: the next batch of IN packets, or the next OUT packet. BL_PENDING;
 * BL_E_USB_CORE when the core is stuck, and the transfer is given up. */
BL_MUST enum bl_rc otg_channel_arm(void);

/* Asks for one halt, whatever else the channel reports on the way; CHH tells when it is done.
 * after: what follows, decided now. Always BL_PENDING. */
enum bl_rc otg_channel_halt(enum bl_rc after);

/* Empties the receive FIFO to the transfer's memory and asks for the next packet of the batch. XFRC
 * (of IN), DTERR and CHH appear in HCINT when it is popped, not before. At most 64 entries. */
void otg_channel_drain(void);

/* The transfer is over; the channel wakes nobody any more. Returns rc. */
BL_MUST enum bl_rc otg_channel_close(enum bl_rc rc);

/* The same when the core's state is unknown: it is silent until it is brought up again. */
BL_MUST enum bl_rc otg_channel_give_up(enum bl_rc rc);

#endif
