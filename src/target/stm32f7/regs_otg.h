/* SPDX-License-Identifier: MIT
 * USB OTG_FS, host side in slave mode (RM0410 chapter 37.15; Synopsys core 3.20a): 12 channels,
 * 320 words of FIFO RAM. */
#ifndef REGS_OTG_H
#define REGS_OTG_H

#include <stddef.h>
#include <stdint.h>

struct otg_channel_regs {
    volatile uint32_t HCCHAR;
    volatile uint32_t HCSPLT;
    volatile uint32_t HCINT;
    volatile uint32_t HCINTMSK;
    volatile uint32_t HCTSIZ;
    uint32_t reserved_14[3];
};

struct otg_regs {
    volatile uint32_t GOTGCTL;
    volatile uint32_t GOTGINT;
    volatile uint32_t GAHBCFG;
    volatile uint32_t GUSBCFG;
    volatile uint32_t GRSTCTL;
    volatile uint32_t GINTSTS;
    volatile uint32_t GINTMSK;
    volatile uint32_t GRXSTSR;
    volatile uint32_t GRXSTSP;
    volatile uint32_t GRXFSIZ;
    volatile uint32_t HNPTXFSIZ;
    volatile uint32_t HNPTXSTS;
    uint32_t reserved_30[2];
    volatile uint32_t GCCFG;
    uint32_t reserved_3c[49];
    volatile uint32_t HPTXFSIZ;
    uint32_t reserved_104[191];
    volatile uint32_t HCFG;
    volatile uint32_t HFIR;
    volatile uint32_t HFNUM;
    uint32_t reserved_40c;
    volatile uint32_t HPTXSTS;
    volatile uint32_t HAINT;
    volatile uint32_t HAINTMSK;
    uint32_t reserved_41c[9];
    volatile uint32_t HPRT;
    uint32_t reserved_444[47];
    struct otg_channel_regs HC[12];
    uint32_t reserved_680[480];
    volatile uint32_t PCGCCTL;
};

_Static_assert(offsetof(struct otg_regs, GCCFG) == 0x38, "RM0410 OTG register map");
_Static_assert(offsetof(struct otg_regs, HPTXFSIZ) == 0x100, "RM0410 OTG register map");
_Static_assert(offsetof(struct otg_regs, HCFG) == 0x400, "RM0410 OTG register map");
_Static_assert(offsetof(struct otg_regs, HPRT) == 0x440, "RM0410 OTG register map");
_Static_assert(offsetof(struct otg_regs, HC) == 0x500, "RM0410 OTG register map");
_Static_assert(offsetof(struct otg_regs, PCGCCTL) == 0xE00, "RM0410 OTG register map");

#define OTG ((struct otg_regs *)0x50000000)
/* FIFO window of channel n; a read of any window pops the one receive FIFO. */
#define OTG_FIFO(n) (*(volatile uint32_t *)(0x50001000u + 0x1000u * (n)))

#define OTG_CHANNELS 12u
#define OTG_IRQ      67u

#define GAHBCFG_GINT (1u << 0)

#define GUSBCFG_TOCAL(n) ((uint32_t)(n) << 0)
#define GUSBCFG_PHYSEL   (1u << 6)
#define GUSBCFG_TRDT(n)  ((uint32_t)(n) << 10)
#define GUSBCFG_FHMOD    (1u << 29)

#define GRSTCTL_CSRST      (1u << 0)
#define GRSTCTL_RXFFLSH    (1u << 4)
#define GRSTCTL_TXFFLSH    (1u << 5)
#define GRSTCTL_TXFNUM_ALL (0x10u << 6)
#define GRSTCTL_AHBIDL     (1u << 31)

#define GINTSTS_CMOD    (1u << 0)
#define GINTSTS_RXFLVL  (1u << 4)
#define GINTSTS_HPRTINT (1u << 24)
#define GINTSTS_HCINT   (1u << 25)
#define GINTSTS_DISCINT (1u << 29)

#define GRXSTS_CHNUM(v)  ((v)&0xFu)
#define GRXSTS_BCNT(v)   ((v) >> 4 & 0x7FFu)
#define GRXSTS_PKTSTS(v) ((v) >> 17 & 0xFu)
#define GRXSTS_PKTSTS_IN 2u

#define HNPTXSTS_NPTXFSAV(v) ((v)&0xFFFFu)
#define HNPTXSTS_NPTQXSAV(v) ((v) >> 16 & 0xFFu)

#define GCCFG_PWRDWN (1u << 16) /* 1 = transceiver active */

#define HCFG_FSLSPCS_48MHZ (1u << 0)

#define HFIR_RLDCTRL (1u << 16)

#define HPRT_PCSTS   (1u << 0)
#define HPRT_PCDET   (1u << 1)
#define HPRT_PENA    (1u << 2)
#define HPRT_PENCHNG (1u << 3)
#define HPRT_POCCHNG (1u << 5)
#define HPRT_PSUSP   (1u << 7)
#define HPRT_PRST    (1u << 8)
#define HPRT_PPWR    (1u << 12)
#define HPRT_PSPD(v) ((v) >> 17 & 3u)
#define HPRT_PSPD_FS 1u
#define HPRT_PSPD_LS 2u
/* Bits that act when written as read: PENA switches the port off, the others are acknowledged. */
#define HPRT_WRITE_TRAPS (HPRT_PENA | HPRT_PCDET | HPRT_PENCHNG | HPRT_POCCHNG | HPRT_PSUSP)

#define HCCHAR_MPSIZ(n)   ((uint32_t)(n) << 0)
#define HCCHAR_EPNUM(n)   ((uint32_t)(n) << 11)
#define HCCHAR_EPDIR_IN   (1u << 15)
#define HCCHAR_EPTYP_CTRL (0u << 18)
#define HCCHAR_EPTYP_BULK (2u << 18)
#define HCCHAR_MCNT_1     (1u << 20)
#define HCCHAR_DAD(n)     ((uint32_t)(n) << 22)
#define HCCHAR_CHDIS      (1u << 30)
#define HCCHAR_CHENA      (1u << 31)

#define HCINT_XFRC  (1u << 0)
#define HCINT_CHH   (1u << 1)
#define HCINT_STALL (1u << 3)
#define HCINT_NAK   (1u << 4)
#define HCINT_ACK   (1u << 5)
#define HCINT_TXERR (1u << 7)
#define HCINT_BBERR (1u << 8)
#define HCINT_DTERR (1u << 10)
#define HCINT_ALL   0x7FFu

#define HCTSIZ_XFRSIZ(n)   ((uint32_t)(n) << 0)
#define HCTSIZ_PKTCNT(n)   ((uint32_t)(n) << 19)
#define HCTSIZ_PKTCNT_MASK (0x3FFu << 19)
#define HCTSIZ_DPID_DATA0  (0u << 29)
#define HCTSIZ_DPID_DATA1  (2u << 29)
#define HCTSIZ_DPID_SETUP  (3u << 29)

#endif
