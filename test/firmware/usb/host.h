/* SPDX-License-Identifier: MIT
 * Small USB hosts for tests of the virtual board, each in the manner of a known kind of driver:
 * polled.c, halting.c (interrupts, every transfer ends in a halt), acking.c (interrupts, packets
 * chained by ACK). main.c enumerates the stick with either and reads blocks. */
#ifndef TEST_FIRMWARE_USB_HOST_H
#define TEST_FIRMWARE_USB_HOST_H

#include "../chip/chip.h"

#define OTG(off)    REG(0x50000000u + (off))
#define GAHBCFG     OTG(0x008)
#define GUSBCFG     OTG(0x00C)
#define GRSTCTL     OTG(0x010)
#define GINTSTS     OTG(0x014)
#define GINTMSK     OTG(0x018)
#define GRXSTSP     OTG(0x020)
#define GRXFSIZ     OTG(0x024)
#define HNPTXFSIZ   OTG(0x028)
#define HNPTXSTS    OTG(0x02C)
#define GCCFG       OTG(0x038)
#define GDFIFOCFG   OTG(0x05C)
#define HPTXFSIZ    OTG(0x100)
#define HCFG        OTG(0x400)
#define HFIR        OTG(0x404)
#define HFNUM       OTG(0x408)
#define HAINT       OTG(0x414)
#define HAINTMSK    OTG(0x418)
#define HPRT        OTG(0x440)
#define HCCHAR(n)   OTG(0x500u + 0x20u * (n))
#define HCSPLT(n)   OTG(0x504u + 0x20u * (n))
#define HCINT(n)    OTG(0x508u + 0x20u * (n))
#define HCINTMSK(n) OTG(0x50Cu + 0x20u * (n))
#define HCTSIZ(n)   OTG(0x510u + 0x20u * (n))
#define PCGCCTL     OTG(0xE00)
#define FIFO(n)     OTG(0x1000u + 0x1000u * (n))

#define CHENA (1u << 31)
#define CHDIS (1u << 30)
#define EPDIR (1u << 15)

#define HPRT_ACKS  0x2Eu /* PENA, PCDET, PENCHNG, POCCHNG: what a read-modify-write must mask */
#define HPRT_PCSTS 1u
#define HPRT_PENA  4u
#define HPRT_PRST  0x100u
#define HPRT_PPWR  0x1000u

enum {
    XFRC = 1,
    CHH = 2,
    STALL = 8,
    NAK = 0x10,
    ACK = 0x20,
    TXERR = 0x80,
    BBERR = 0x100,
    DTERR = 0x400
};
enum { IN_DATA = 2 };

struct pipe {
    uint8_t address, endpoint, type; /* type: 0 control, 2 bulk */
    uint8_t pid;                     /* of the next packet: 0 DATA0, 2 DATA1, 3 SETUP */
    uint16_t max_packet;
};

/* Core and port up to an enabled port with a device; false when there is none within a second. */
bool host_start(void);
/* One stage; moves bytes (IN: less after a short packet). False: STALL, error, or a second over. */
bool host_out(struct pipe *pipe, const void *data, uint32_t bytes);
bool host_in(struct pipe *pipe, void *data, uint32_t bytes, uint32_t *moved);

void delay_ms(uint32_t ms);
void pins_and_gate(void); /* PA11, PA12, PG6 low, OTG_FS clocked */
void vbus_on(void);
/* The port's bus reset and what follows until its first use. */
void push(unsigned channel, const uint8_t *data, uint32_t bytes);
void pull(uint8_t *data, uint32_t bytes);

#endif
