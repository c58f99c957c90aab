/* SPDX-License-Identifier: MIT
 * An interrupt-driven host in the manner of a portable stack: frame interval reload set while the
 * core is still a device (lost), OUT data written from the FIFO-empty interrupt, OUT ends without a
 * halt, IN packets chained by ACK, a channel's CHH unmasked only when a halt is asked for. */
#include "host.h"

#define OTG_IRQ 67u

static struct channel {
    uint8_t *data;
    uint32_t left, count;
    uint32_t closing; /* the flag that the halt was asked for; 0 = none */
    volatile bool done;
    volatile uint32_t result;
} channels[2];

static volatile bool connected;

static void flush(uint32_t bits)
{
    GRSTCTL = bits;
    while (GRSTCTL & 0x30)
        ;
}

static void core_start(void)
{
    GAHBCFG &= ~1u;
    GUSBCFG |= 1u << 6;
    GCCFG |= 1u << 16;
    while (!(GRSTCTL & 1u << 31))
        ;
    GRSTCTL |= 1;
    while (GRSTCTL & 1)
        ;
    while (!(GRSTCTL & 1u << 31))
        ;
    GUSBCFG = (GUSBCFG & ~0x3C00u) | 5u << 10;
    GUSBCFG = (GUSBCFG & ~0x3C07u) | 6u << 10 | 7;
    PCGCCTL &= ~3u;
    flush(0x420);
    flush(0x10);
    GINTSTS = 0xFFFFFFFF;
    OTG(0x004) = 0xFFFFFFFF;
    GINTMSK = 0x10;
    HFIR |= 1u << 16;
    GUSBCFG = (GUSBCFG & ~(1u << 30)) | 1u << 29;
    while (!(GINTSTS & 1))
        ;
    GCCFG &= ~(1u << 21);
    HCFG |= 4;
    GDFIFOCFG = 0x01400140;
    GRXFSIZ = 0x8F;
    HNPTXFSIZ = 0x00200091;
    HPTXFSIZ = 0x00910000;
    HPRT = 0xAE;
    HPRT = HPRT_PPWR;
    GINTMSK = 0x23000014;
    GAHBCFG = 1u << 7 | 1u << 8 | 1;
}

bool host_start(void)
{
    pins_and_gate();
    core_start();
    ISER(OTG_IRQ) = 1u << (OTG_IRQ & 31);
    vbus_on();
    for (uint32_t from = systick_ms; !connected;)
        if (systick_ms - from > 1000)
            return false;
    delay_ms(150);
    HPRT = (HPRT & ~0xAEu) | HPRT_PRST;
    delay_ms(50);
    HPRT = HPRT & ~0xAEu & ~HPRT_PRST;
    delay_ms(20);
    return HPRT & HPRT_PENA;
}

static void on_port(void)
{
    uint32_t hprt = HPRT;
    uint32_t next = hprt & ~0xAEu;

    if (hprt & 2) {
        connected = hprt & HPRT_PCSTS;
        next |= 2;
    }
    if (hprt & 8) {
        next |= 8;
        if (hprt & HPRT_PENA) {
            HCFG = (HCFG & ~3u) | 1;
            HFIR = 1u << 16 | 47999;
        }
    }
    HPRT = next;
}

static void close(unsigned n, uint32_t flag)
{
    channels[n].closing = flag;
    HCINTMSK(n) |= CHH;
    HCCHAR(n) |= CHENA | CHDIS;
}

static void finish(unsigned n, uint32_t flag)
{
    channels[n].result = flag;
    channels[n].done = true;
}

static void on_channel(unsigned n)
{
    struct channel *c = &channels[n];
    uint32_t flags = HCINT(n) & HCINTMSK(n);

    HCINT(n) = flags;
    if (flags & CHH) {
        uint32_t flag = c->closing;

        c->closing = 0;
        HCINTMSK(n) &= ~(uint32_t)CHH;
        HCINT(n) = 0x7FF;
        if (n == 1 && flag == NAK)
            HCCHAR(n) = (HCCHAR(n) & ~CHDIS) | CHENA;
        else
            finish(n, flag);
        return;
    }
    if (c->closing)
        return;
    if ((flags & XFRC) && n == 0)
        finish(n, XFRC);
    else if (flags & (XFRC | STALL | TXERR | BBERR | DTERR | NAK))
        close(n, flags & (XFRC | STALL | TXERR | BBERR | DTERR | NAK));
    else if ((flags & ACK) && n == 1 && (HCTSIZ(1) >> 19 & 0x3FF))
        HCCHAR(1) = (HCCHAR(1) & ~CHDIS) | CHENA;
}

static void on_packet(void)
{
    uint32_t status = GRXSTSP;
    struct channel *c = &channels[1];
    uint32_t bytes = status >> 4 & 0x7FF;

    if ((status >> 17 & 0xF) != IN_DATA)
        return;
    pull(c->data + c->count, bytes);
    c->count += bytes;
}

static void on_fifo_empty(void)
{
    struct channel *c = &channels[0];

    if (c->left && (HNPTXSTS & 0xFFFF) >= (c->left + 3) / 4 && (HNPTXSTS & 0xFF0000)) {
        uint32_t bytes = c->left;

        c->left = 0;
        push(0, c->data, bytes);
    }
    if (!c->left)
        GINTMSK &= ~0x20u;
}

void irq_handler(uint32_t irq)
{
    uint32_t flags = GINTSTS & GINTMSK;

    if (irq != OTG_IRQ)
        return;
    if (flags & 1u << 29)
        GINTSTS = 1u << 29;
    if (flags & 1u << 24)
        on_port();
    if (flags & 1u << 25)
        for (unsigned n = 0; n < 2; n++)
            if (HAINT & 1u << n)
                on_channel(n);
    if (flags & 0x20)
        on_fifo_empty();
    if (flags & 0x10) {
        GINTMSK &= ~0x10u;
        while (GINTSTS & 0x10)
            on_packet();
        GINTMSK |= 0x10;
    }
}

static uint32_t run(unsigned n, struct pipe *pipe, uint8_t *data, uint32_t bytes)
{
    struct channel *c = &channels[n];
    uint32_t packets = bytes ? (bytes + pipe->max_packet - 1) / pipe->max_packet : 1;
    uint32_t from = systick_ms;

    c->data = data;
    c->left = n ? 0 : bytes;
    c->count = 0;
    c->done = false;
    HCINT(n) = 0xFFFFFFFF;
    HCINTMSK(n) = n ? 0x5B9 : 0x4D9;
    HAINTMSK |= 1u << n;
    HCTSIZ(n) = bytes | packets << 19 | (uint32_t)pipe->pid << 29;
    HCCHAR(n) = (uint32_t)pipe->address << 22 | (uint32_t)pipe->endpoint << 11 |
                (uint32_t)pipe->type << 18 | pipe->max_packet | (n ? EPDIR : 0) | CHENA;
    if (c->left)
        GINTMSK |= 0x20;
    while (!c->done && systick_ms - from < 1000)
        ;
    return c->done ? c->result : 0;
}

bool host_out(struct pipe *pipe, const void *data, uint32_t bytes)
{
    uint8_t *from = (uint8_t *)(uintptr_t)data;

    do {
        uint32_t part = bytes < pipe->max_packet ? bytes : pipe->max_packet;
        uint32_t result;

        do
            result = run(0, pipe, from, part);
        while (result == NAK);
        if (result != XFRC)
            return false;
        pipe->pid = (uint8_t)(HCTSIZ(0) >> 29 & 3);
        from += part;
        bytes -= part;
    } while (bytes);
    return true;
}

bool host_in(struct pipe *pipe, void *data, uint32_t bytes, uint32_t *moved)
{
    bool ok = run(1, pipe, data, bytes) & XFRC;

    *moved = channels[1].count;
    pipe->pid = (uint8_t)(HCTSIZ(1) >> 29 & 3);
    return ok;
}
