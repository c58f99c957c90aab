/* SPDX-License-Identifier: MIT
 * Registers of OTG_FS (RM0410 37.15), and the functions that the parts of its model share.
 * GSNPSID, GHWCFG1-4 are not in RM0410: values read on parts with the same core. */
#ifndef VBOARD_OTG_REGS_H
#define VBOARD_OTG_REGS_H

#include "board.h"

enum otg_offset {
    OTG_GOTGCTL = 0x000,
    OTG_GOTGINT = 0x004,
    OTG_GAHBCFG = 0x008,
    OTG_GUSBCFG = 0x00C,
    OTG_GRSTCTL = 0x010,
    OTG_GINTSTS = 0x014,
    OTG_GINTMSK = 0x018,
    OTG_GRXSTSR = 0x01C,
    OTG_GRXSTSP = 0x020,
    OTG_GRXFSIZ = 0x024,
    OTG_HNPTXFSIZ = 0x028,
    OTG_HNPTXSTS = 0x02C,
    OTG_GCCFG = 0x038,
    OTG_CID = 0x03C,
    OTG_GSNPSID = 0x040,
    OTG_GHWCFG1 = 0x044,
    OTG_GHWCFG2 = 0x048,
    OTG_GHWCFG3 = 0x04C,
    OTG_GHWCFG4 = 0x050,
    OTG_GLPMCFG = 0x054,
    OTG_GDFIFOCFG = 0x05C,
    OTG_HPTXFSIZ = 0x100,
    OTG_DIEPTXF1 = 0x104,
    OTG_DIEPTXF5 = 0x114,
    OTG_HOST_FIRST = 0x400,
    OTG_HCFG = 0x400,
    OTG_HFIR = 0x404,
    OTG_HFNUM = 0x408,
    OTG_HPTXSTS = 0x410,
    OTG_HAINT = 0x414,
    OTG_HAINTMSK = 0x418,
    OTG_HPRT = 0x440,
    OTG_HC_FIRST = 0x500,
    OTG_DEVICE_FIRST = 0x800,
    OTG_PCGCCTL = 0xE00,
    OTG_FIFO_FIRST = 0x1000,
    OTG_DEBUG_RAM = 0x20000
};

#define GOTGCTL_RW       0x00101EFEu
#define GOTGCTL_AVALOEN  (1u << 4)
#define GOTGCTL_AVALOVAL (1u << 5)
#define GOTGCTL_CIDSTS   (1u << 16)
#define GOTGCTL_ASVLD    (1u << 18)

#define GAHBCFG_GINT     (1u << 0)
#define GAHBCFG_TXFELVL  (1u << 7)
#define GAHBCFG_PTXFELVL (1u << 8)

#define GUSBCFG_PHYSEL (1u << 6)
#define GUSBCFG_FHMOD  (1u << 29)
#define GUSBCFG_FDMOD  (1u << 30)
#define GUSBCFG_RW     0xE0003F07u /* TOCAL, SRPCAP, HNPCAP, TRDT, FHMOD, FDMOD, CTXPKT */
#define GUSBCFG_RESET  0x00001440u

#define GRSTCTL_CSRST   (1u << 0)
#define GRSTCTL_FCRST   (1u << 2)
#define GRSTCTL_RXFFLSH (1u << 4)
#define GRSTCTL_TXFFLSH (1u << 5)
#define GRSTCTL_TXFNUM  (0x1Fu << 6)
#define GRSTCTL_AHBIDL  (1u << 31)

#define GINTSTS_CMOD    (1u << 0)
#define GINTSTS_MMIS    (1u << 1)
#define GINTSTS_SOF     (1u << 3)
#define GINTSTS_RXFLVL  (1u << 4)
#define GINTSTS_NPTXFE  (1u << 5)
#define GINTSTS_IPXFR   (1u << 21)
#define GINTSTS_HPRTINT (1u << 24)
#define GINTSTS_HCINT   (1u << 25)
#define GINTSTS_PTXFE   (1u << 26)
#define GINTSTS_DISCINT (1u << 29)
#define GINTSTS_WKUINT  (1u << 31)
#define GINTSTS_W1C     0xF830FC0Au
#define GINTMSK_RW      0xFFBCFCFEu

#define GCCFG_PWRDWN (1u << 16)
#define GCCFG_VBDEN  (1u << 21)

#define PKTSTS_IN_DATA      2u
#define PKTSTS_IN_COMPLETE  3u
#define PKTSTS_TOGGLE_ERROR 5u
#define PKTSTS_HALTED       7u

#define HCFG_FSLSPCS 3u
#define HFIR_FRIVL   0xFFFFu
#define HFIR_RLDCTRL (1u << 16)
#define HFNUM_MASK   0x3FFFu

#define HPRT_PCSTS    (1u << 0)
#define HPRT_PCDET    (1u << 1)
#define HPRT_PENA     (1u << 2)
#define HPRT_PENCHNG  (1u << 3)
#define HPRT_POCCHNG  (1u << 5)
#define HPRT_PRES     (1u << 6)
#define HPRT_PSUSP    (1u << 7)
#define HPRT_PRST     (1u << 8)
#define HPRT_PLSTS_DP (1u << 10)
#define HPRT_PLSTS_DM (1u << 11)
#define HPRT_PPWR     (1u << 12)
#define HPRT_PTCTL    (0xFu << 13)
#define HPRT_PSPD     (3u << 17)
#define HPRT_PSPD_FS  (1u << 17)
#define HPRT_PSPD_LS  (2u << 17)

#define HCCHAR_MPSIZ(c) ((c)&0x7FFu)
#define HCCHAR_EPNUM(c) ((c) >> 11 & 0xFu)
#define HCCHAR_EPDIR    (1u << 15)
#define HCCHAR_LSDEV    (1u << 17)
#define HCCHAR_EPTYP(c) ((c) >> 18 & 3u)
#define HCCHAR_DAD(c)   ((c) >> 22 & 0x7Fu)
#define HCCHAR_ODDFRM   (1u << 29)
#define HCCHAR_CHDIS    (1u << 30)
#define HCCHAR_CHENA    (1u << 31)
#define HCCHAR_FIELDS   0x3FFEFFFFu

enum { EPTYP_CONTROL, EPTYP_ISO, EPTYP_BULK, EPTYP_INTERRUPT };

#define HCINT_XFRC  (1u << 0)
#define HCINT_CHH   (1u << 1)
#define HCINT_STALL (1u << 3)
#define HCINT_NAK   (1u << 4)
#define HCINT_ACK   (1u << 5)
#define HCINT_TXERR (1u << 7)
#define HCINT_BBERR (1u << 8)
#define HCINT_FRMOR (1u << 9)
#define HCINT_DTERR (1u << 10)
#define HCINT_ALL   0x7FFu

#define HCTSIZ_XFRSIZ     0x7FFFFu
#define HCTSIZ_PKTCNT(t)  ((t) >> 19 & 0x3FFu)
#define HCTSIZ_PKTCNT_ONE (1u << 19)
#define HCTSIZ_DPID(t)    ((t) >> 29 & 3u)
#define HCTSIZ_DPID_MASK  (3u << 29)
enum { DPID_DATA0, DPID_DATA2, DPID_DATA1, DPID_SETUP };

/* otg_global.c */
/* Brings everything that time, pins and clocks change up to now, before an access at this offset. */
void otg_settle(struct board *b, uint32_t off);
/* Recomputes the interrupt line and the alarms; after any change of state. */
void otg_update(struct board *b);
uint32_t otg_global_read(struct board *b, uint32_t off);
void otg_global_write(struct board *b, uint32_t off, uint32_t v);
uint32_t otg_gintsts(const struct board *b);

/* otg_port.c */
bool otg_clock_ok(const struct board *b);
void otg_port_refresh(struct board *b);
uint32_t otg_hprt_read(const struct board *b);
void otg_hprt_write(struct board *b, uint32_t value);
void otg_hcfg_write(struct board *b, uint32_t value);
void otg_port_check(struct board *b, unsigned channel);
void otg_port_babble(struct board *b);

/* otg_frame.c */
void otg_frame_start(struct board *b);
void otg_frame_stop(struct board *b);
/* Counts the frames that have begun until now; false = none. */
bool otg_frame_settle(struct board *b);
void otg_frame_arm(struct board *b);
uint32_t otg_hfnum_read(const struct board *b);
uint32_t otg_frame_clocks(const struct board *b);
uint64_t otg_bits_ps(const struct board *b, unsigned bits);
/* A transaction of this many bit times may start now; else *when is the next chance. */
bool otg_frame_fits(const struct board *b, unsigned bits, uint64_t *when);

/* otg_channel.c */
uint32_t otg_channel_read(struct board *b, unsigned n, uint32_t off);
void otg_channel_write(struct board *b, unsigned n, uint32_t off, uint32_t value);
uint32_t otg_haint(const struct board *b);
bool otg_channel_periodic(const struct otg_channel *c);
bool otg_channel_has_request(const struct board *b, unsigned n);
void otg_channel_halt_executed(struct board *b, unsigned n);
void otg_channel_in_done(struct board *b, unsigned n, enum usb_answer answer,
                         const struct usb_transaction *t);
void otg_channel_out_done(struct board *b, unsigned n, enum usb_answer answer,
                          const struct usb_transaction *t);

/* otg_fifo.c, otg_tx.c */
void otg_fifo_reset(struct board *b);
uint32_t otg_fifo_size_read(const struct board *b, uint32_t off);
void otg_fifo_size_write(struct board *b, uint32_t off, uint32_t value);
void otg_fifo_check(struct board *b, unsigned channel);
void otg_fifo_flush_rx(struct board *b);
void otg_fifo_flush_tx(struct board *b, struct otg_tx *tx);
uint32_t otg_fifo_status_read(const struct board *b, const struct otg_tx *tx);
bool otg_rx_has_room(const struct board *b, unsigned words);
void otg_rx_push(struct board *b, unsigned channel, unsigned pktsts, unsigned dpid,
                 const uint8_t *data, unsigned bytes);
uint32_t otg_rx_peek(const struct board *b);
uint32_t otg_rx_pop(struct board *b);
uint32_t otg_rx_read(struct board *b);
void otg_tx_write(struct board *b, unsigned channel, uint32_t word);
/* Adds a request to the queue; false and a finding when it is full. */
bool otg_tx_queue(struct board *b, struct otg_tx *tx, struct otg_request request);
struct otg_request otg_tx_take(struct otg_tx *tx);
/* Moves the first halt to the head of the queue; false if there is none. */
bool otg_tx_halt_first(struct otg_tx *tx);
/* Copies the packet of an OUT request that was just taken; its words stay until otg_tx_release. */
void otg_tx_packet(struct board *b, struct otg_tx *tx, unsigned bytes, uint8_t *data);
void otg_tx_release(struct otg_tx *tx);
/* Removes a channel's requests (all but halts, or all) and its data. */
void otg_tx_drop(struct board *b, struct otg_tx *tx, unsigned channel, bool halts_too);
/* The channel's words that only a halt frees are free now. */
void otg_tx_unstale(struct otg_tx *tx, struct otg_channel *c);
unsigned otg_tx_free(const struct otg_tx *tx);
struct otg_tx *otg_tx_of(struct board *b, const struct otg_channel *c);

/* otg_bus.c */
void otg_bus_kick(struct board *b); /* something that may let a transaction start has changed */
void otg_bus_abort(struct board *b);

#endif
