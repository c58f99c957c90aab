/* SPDX-License-Identifier: MIT
 * A polled host: one channel per direction, one outstanding IN request, armed again only after a
 * full packet; a NAK is answered by another write of HCCHAR, without a halt. */
#include "host.h"

enum { OUT_CHANNEL, IN_CHANNEL };

void irq_handler(uint32_t irq)
{
    (void)irq;
    check(false, "no interrupt");
}

static bool wait_bit(uint32_t off, uint32_t mask, uint32_t value, uint32_t limit_ms)
{
    uint32_t from = systick_ms;

    while ((OTG(off) & mask) != value) {
        if (systick_ms - from > limit_ms)
            return false;
        __asm volatile("wfi"); /* until the next tick */
    }
    return true;
}

static bool core_start(void)
{
    if (!wait_bit(0x010, CHENA, CHENA, 10)) /* AHBIDL */
        return false;
    GRSTCTL = 1;
    if (!wait_bit(0x010, 1, 0, 10) || !wait_bit(0x010, 1u << 31, 1u << 31, 10))
        return false;
    GCCFG = 1u << 16;
    GUSBCFG = 1u << 29 | 6u << 10 | 1u << 6 | 7;
    if (!wait_bit(0x014, 1, 1, 200))
        return false;
    PCGCCTL = 0;
    HCFG = 1;
    GRXFSIZ = 192;
    HNPTXFSIZ = 112u << 16 | 192;
    HPTXFSIZ = 16u << 16 | 304;
    GRSTCTL = 0x10u << 6 | 1u << 5;
    if (!wait_bit(0x010, 1u << 5, 0, 10))
        return false;
    GRSTCTL = 1u << 4;
    if (!wait_bit(0x010, 1u << 4, 0, 10))
        return false;
    GINTSTS = 0xFFFFFFFF;
    HAINTMSK = 3;
    HPRT = HPRT_PPWR;
    return true;
}

bool host_start(void)
{
    pins_and_gate();
    if (!core_start())
        return false;
    vbus_on();
    if (!wait_bit(0x440, HPRT_PCSTS, HPRT_PCSTS, 1000))
        return false;
    delay_ms(100);
    HPRT = HPRT_PPWR | HPRT_PRST | 2;
    delay_ms(50);
    HPRT = HPRT_PPWR;
    if (!wait_bit(0x440, HPRT_PENA, HPRT_PENA, 20))
        return false;
    HFIR = 48000;
    HPRT = HPRT_PPWR | 8;
    delay_ms(12);
    return true;
}

static bool halt(unsigned n)
{
    uint32_t from = systick_ms;

    HCCHAR(n) |= CHDIS | CHENA;
    while (!(HCINT(n) & CHH)) {
        if (GINTSTS & 0x10)
            (void)GRXSTSP;
        if (systick_ms - from > 10)
            return false;
    }
    HCINT(n) = 0x7FF;
    return true;
}

static uint32_t character(const struct pipe *pipe)
{
    return (uint32_t)pipe->address << 22 | 1u << 20 | (uint32_t)pipe->type << 18 |
           (uint32_t)pipe->endpoint << 11 | pipe->max_packet;
}

static bool out_packet(struct pipe *pipe, const uint8_t *data, uint32_t bytes)
{
    uint32_t from = systick_ms;

    while (systick_ms - from < 1000) {
        HCINT(OUT_CHANNEL) = 0x7FF;
        HCTSIZ(OUT_CHANNEL) = bytes | 1u << 19 | (uint32_t)pipe->pid << 29;
        HCCHAR(OUT_CHANNEL) = character(pipe) | CHENA;
        push(OUT_CHANNEL, data, bytes);
        while (!(HCINT(OUT_CHANNEL) & (XFRC | NAK | STALL | TXERR)))
            ;
        uint32_t flags = HCINT(OUT_CHANNEL);
        if (flags & XFRC) {
            pipe->pid = pipe->pid == 2 ? 0 : 2;
            return true;
        }
        if (!halt(OUT_CHANNEL) || !(flags & NAK))
            return false;
    }
    return false;
}

bool host_out(struct pipe *pipe, const void *data, uint32_t bytes)
{
    const uint8_t *from = data;

    do {
        uint32_t part = bytes < pipe->max_packet ? bytes : pipe->max_packet;

        if (!out_packet(pipe, from, part))
            return false;
        from += part;
        bytes -= part;
    } while (bytes);
    return true;
}

/* Takes one status; arms the next packet while more must come. */
static uint32_t take(uint8_t *data, uint32_t max_packet, uint32_t hcchar)
{
    uint32_t status = GRXSTSP;
    uint32_t bytes = status >> 4 & 0x7FF;

    if ((status >> 17 & 0xF) != IN_DATA)
        return 0;
    pull(data, bytes);
    if (bytes == max_packet && (HCTSIZ(IN_CHANNEL) >> 19 & 0x3FF))
        HCCHAR(IN_CHANNEL) = hcchar;
    return bytes;
}

bool host_in(struct pipe *pipe, void *data, uint32_t bytes, uint32_t *moved)
{
    uint32_t packets = bytes ? (bytes + pipe->max_packet - 1) / pipe->max_packet : 1;
    uint32_t hcchar = character(pipe) | EPDIR | CHENA;
    uint32_t from = systick_ms;
    uint32_t flags = 0;

    *moved = 0;
    HCINT(IN_CHANNEL) = 0x7FF;
    HCTSIZ(IN_CHANNEL) = packets * pipe->max_packet | packets << 19 | (uint32_t)pipe->pid << 29;
    HCCHAR(IN_CHANNEL) = hcchar;
    while (!(flags & (XFRC | STALL | TXERR | BBERR | DTERR)) && systick_ms - from < 1000) {
        if (GINTSTS & 0x10)
            *moved += take((uint8_t *)data + *moved, pipe->max_packet, hcchar);
        flags = HCINT(IN_CHANNEL);
        if (flags & NAK) {
            HCINT(IN_CHANNEL) = NAK; /* before the new request: the next NAK may come at once */
            HCCHAR(IN_CHANNEL) = hcchar;
        }
    }
    pipe->pid = (uint8_t)(HCTSIZ(IN_CHANNEL) >> 29 & 3);
    return halt(IN_CHANNEL) && (flags & XFRC);
}
