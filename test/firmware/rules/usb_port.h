/* SPDX-License-Identifier: MIT
 * What the USB cases share: registers of OTG_FS (RM0410 37.15), and a port that is up. */
#ifndef RULES_USB_PORT_H
#define RULES_USB_PORT_H

#include "rules.h"

#define OTG(off)  REG32(0x50000000u + (off))
#define GINTSTS   OTG(0x014)
#define GRXSTSP   OTG(0x020)
#define HCCHAR(n) OTG(0x500u + 0x20u * (n))
#define HCINT(n)  OTG(0x508u + 0x20u * (n))
#define HCTSIZ(n) OTG(0x510u + 0x20u * (n))
#define FIFO(n)   OTG(0x1000u + 0x1000u * (n))

#define CHENA      (1u << 31)
#define CHDIS      (1u << 30)
#define LSDEV      (1u << 17)
#define EPDIR      (1u << 15)
#define RXFLVL     0x10u
#define XFRC       1u
#define CHH        2u
#define ONE_PACKET (1u << 19)
#define DATA1_PID  (2u << 29)
#define SETUP_PID  (3u << 29)

/* Host mode, the device in the root port reset and enabled, its recovery over. */
void usb_enabled(void);
/* Halts a channel and clears its flags. */
void usb_halt(unsigned n);
void usb_wait_ms(uint32_t ms);
/* Gives up after a while. */
void usb_wait_set(volatile uint32_t *reg, uint32_t bits);

#endif
