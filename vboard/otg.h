/* SPDX-License-Identifier: MIT
 * OTG_FS, host side, slave mode (RM0410 chapter 37; Synopsys core 3.20a).
 * otg.c bus access, otg_global.c global registers, otg_port.c root port, otg_frame.c frame clock,
 * otg_channel.c channels, otg_fifo.c and otg_tx.c FIFO RAM, otg_bus.c transactions. Device mode is not modelled. */
#ifndef VBOARD_OTG_H
#define VBOARD_OTG_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_device.h"

struct board;

#define OTG_CHANNELS    12
#define OTG_FIFO_WORDS  320
#define OTG_QUEUE_DEPTH 8

struct otg_channel {
    uint32_t hcchar, hcsplt, hcint, hcintmsk, hctsiz;
    bool enabled_once;     /* since the last core reset */
    bool complete;         /* short packet or PKTCNT 0; until HCTSIZ is written */
    bool zero_length;      /* HCTSIZ was written with XFRSIZ 0 */
    bool halt_queued;      /* a halt is in the request queue */
    bool halt_unpopped;    /* PKTSTS 7 lies in the receive FIFO */
    uint16_t stale_words;  /* transmit words that only a halt frees (otg_out_free) */
    uint32_t served_frame; /* periodic: frame of the last transaction, plus one */
};

enum otg_request_kind { OTG_REQUEST_IN, OTG_REQUEST_OUT, OTG_REQUEST_ZERO, OTG_REQUEST_HALT };

struct otg_request {
    uint8_t channel;
    uint8_t kind;   /* enum otg_request_kind */
    uint8_t odd;    /* periodic: HCCHAR.ODDFRM when it was written */
    uint16_t bytes; /* OUT: length of the packet */
};

/* A transmit FIFO with its request queue: non-periodic or periodic. */
struct otg_tx {
    uint16_t start, depth;  /* words, as in HNPTXFSIZ, HPTXFSIZ */
    uint16_t head, words;   /* ring inside the FIFO RAM; head counts from start */
    uint16_t stale_words;   /* of all channels */
    uint16_t active_words;  /* the first words belong to the transaction on the bus */
    uint16_t partial_words; /* the last words: a packet not yet complete */
    uint16_t partial_bytes;
    uint8_t partial_channel;
    bool sized; /* its size register was written */
    uint8_t requests;
    struct otg_request request[OTG_QUEUE_DEPTH];
};

struct otg_rx {
    uint16_t depth;
    uint16_t head, words;
    uint16_t unread; /* payload words of the packet whose status was popped last */
};

struct otg_frame {
    bool running;
    uint32_t number;   /* HFNUM.FRNUM */
    uint64_t start_ps; /* of frame `number` */
    uint64_t end_ps;   /* of that frame; ALARM_NEVER while not running */
};

/* The transaction on the bus. */
struct otg_bus {
    bool busy, kick, periodic;
    bool past_frame; /* the device talks beyond the end of the frame */
    struct otg_request request;
    struct usb_transaction transaction;
    enum usb_answer answer;
};

struct otg {
    uint32_t gotgctl, gahbcfg, gusbcfg, gintsts, gintmsk, gccfg, cid, pcgcctl;
    uint32_t hcfg, hfir, haintmsk, hprt, stored[8];
    uint32_t ram[OTG_FIFO_WORDS];
    bool host; /* GINTSTS.CMOD */
    bool mode_changing;
    bool resetting;    /* GRSTCTL.CSRST reads 1 */
    uint32_t flushing; /* GRSTCTL.RXFFLSH, TXFFLSH read 1 */
    uint32_t txfnum;
    uint64_t reset_done_ps, flush_done_ps;
    uint64_t looked_ps; /* when pins and clocks were looked at last */
    bool hfir_written, fifo_checked, babbled, clock_changed;
    uint64_t port_reset_from_ps, port_reset_to_ps;
    struct otg_rx rx;
    struct otg_tx np, p;
    struct otg_frame frame;
    struct otg_bus bus;
    struct otg_channel channel[OTG_CHANNELS];
    const struct usb_device *device; /* plugged into the root port and signalling; or NULL */
};

uint32_t otg_read(struct board *b, uint32_t off, unsigned bytes); /* off from 0x50000000 */
void otg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void otg_reset(struct board *b); /* system reset or AHB2RSTR.OTGFSRST */
/* The board switches the stick's 5 V (wiring.c). Pins and clocks may also have changed: a call with
 * the level as it was only looks at those. */
void otg_vbus(struct board *b, bool on);
void otg_on_frame(struct board *b);
void otg_on_bus(struct board *b);
void otg_on_port(struct board *b);
void otg_on_mode(struct board *b);

/* A device pulls its data line up, or lets go of it. device is a constant table. */
void otg_attach(struct board *b, const struct usb_device *device);
void otg_detach(struct board *b);

#endif
