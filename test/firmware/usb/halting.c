/* SPDX-License-Identifier: MIT
 * An interrupt-driven host in the manner of the vendor's HAL: every channel event ends in a halt of
 * two register writes, and the transfer goes on from CHH; RXFLVL is masked while a packet is read;
 * a NAK is repeated by the handler itself. Register values are those of that library. */
#include "host.h"

#define OTG_IRQ 67u

enum state { IDLE, DONE, NAKED, STALLED, FAILED };
enum urb { URB_IDLE, URB_DONE, URB_NOTREADY, URB_STALL, URB_ERROR };

static struct channel {
    uint8_t *data;
    uint32_t length, count, max_packet, errors;
    volatile enum state state;
    volatile enum urb urb;
} channels[4];

static volatile bool connected, enabled;

static bool flush(uint32_t bits, uint32_t clear)
{
    while (!(GRSTCTL & 1u << 31))
        ;
    GRSTCTL = bits;
    for (uint32_t polls = 0; GRSTCTL & clear; polls++)
        if (polls > 200000)
            return false;
    return true;
}

static bool core_start(void)
{
    GAHBCFG &= ~1u;
    GUSBCFG |= 1u << 6;
    while (!(GRSTCTL & 1u << 31))
        ;
    GRSTCTL |= 1;
    while (GRSTCTL & 1)
        ;
    GCCFG |= 1u << 16;
    GUSBCFG &= ~(3u << 29);
    GUSBCFG |= 1u << 29;
    for (uint32_t ms = 0; !(GINTSTS & 1); ms += 10) {
        if (ms >= 200)
            return false;
        delay_ms(10);
    }
    PCGCCTL = 0;
    GCCFG &= ~(1u << 21);
    HCFG &= ~4u;
    if (!flush(0x420, 0x20) || !flush(0x10, 0x10))
        return false;
    for (unsigned n = 0; n < 11; n++) {
        HCINT(n) = 0xFFFFFFFF;
        HCINTMSK(n) = 0;
    }
    GINTMSK = 0;
    GINTSTS = 0xFFFFFFFF;
    GRXFSIZ = 0x80;
    HNPTXFSIZ = 0x00600080;
    HPTXFSIZ = 0x004000E0;
    GINTMSK = 0x10;
    GINTMSK |= 0xA3200008;
    return true;
}

bool host_start(void)
{
    pins_and_gate();
    REG(0xE000E400u + OTG_IRQ) = REG(0xE000E400u + (OTG_IRQ & ~3u));
    ISER(OTG_IRQ) = 1u << (OTG_IRQ & 31);
    if (!core_start())
        return false;
    HPRT = (HPRT & ~HPRT_ACKS) | HPRT_PPWR;
    GAHBCFG |= 1;
    vbus_on();
    delay_ms(200);
    if (!connected)
        return false;
    delay_ms(200);
    HPRT = (HPRT & ~HPRT_ACKS) | HPRT_PRST;
    delay_ms(100);
    HPRT = HPRT & ~HPRT_ACKS & ~HPRT_PRST;
    delay_ms(10);
    for (uint32_t ms = 0; !enabled && ms < 1000; ms += 10)
        delay_ms(10);
    delay_ms(100);
    return enabled;
}

/* The two writes: after an IN transfer the first is a halt already, after an OUT the second. */
static void halt(unsigned n)
{
    HCCHAR(n) |= CHDIS;
    if ((HNPTXSTS & 0xFF0000) == 0)
        check(false, "a free request");
    HCCHAR(n) |= CHENA;
}

static void enable_again(unsigned n)
{
    HCCHAR(n) = (HCCHAR(n) & ~CHDIS) | CHENA;
}

static void on_halted(unsigned n)
{
    struct channel *c = &channels[n];
    enum state state = c->state;

    HCINT(n) = CHH;
    c->state = IDLE;
    if (state == DONE) {
        c->urb = URB_DONE;
    } else if (state == STALLED) {
        c->urb = URB_STALL;
    } else if (state == NAKED || (state == FAILED && ++c->errors <= 2)) {
        c->urb = URB_NOTREADY;
        if (n & 1)
            enable_again(n);
    } else if (state == FAILED) {
        c->urb = URB_ERROR;
    }
}

static void end_with(unsigned n, uint32_t flag, enum state state)
{
    HCINT(n) = flag;
    channels[n].state = state;
    halt(n);
}

static void on_channel(unsigned n)
{
    struct channel *c = &channels[n];

    if (HCINT(n) & BBERR)
        end_with(n, BBERR, FAILED);
    else if (HCINT(n) & STALL)
        end_with(n, STALL, STALLED);
    else if (HCINT(n) & DTERR)
        end_with(n, DTERR, FAILED);
    else if (HCINT(n) & TXERR)
        end_with(n, TXERR, FAILED);
    if (HCINT(n) & XFRC) {
        c->errors = 0;
        HCINT(n) = ACK;
        end_with(n, XFRC, DONE);
        HCINT(n) = NAK;
    } else if (HCINT(n) & CHH) {
        on_halted(n);
    } else if (HCINT(n) & NAK) {
        c->errors = 0;
        c->state = NAKED;
        halt(n);
        HCINT(n) = NAK;
    }
}

static void on_port(void)
{
    uint32_t hprt = HPRT;
    uint32_t next = hprt & ~HPRT_ACKS;

    if ((hprt & 3) == 3) {
        connected = true;
        next |= 2;
    }
    if (hprt & 8) {
        enabled = hprt & HPRT_PENA;
        if (enabled) {
            HCFG &= ~3u;
            HCFG |= 1;
            HFIR = 48000;
        }
        next |= 8;
    }
    HPRT = next;
}

static void on_packet(void)
{
    uint32_t status = GRXSTSP;
    unsigned n = status & 0xF;
    uint32_t bytes = status >> 4 & 0x7FF;
    struct channel *c = &channels[n];

    if ((status >> 17 & 0xF) != IN_DATA || bytes == 0)
        return;
    if (c->count + bytes > c->length) {
        c->urb = URB_ERROR;
        return;
    }
    pull(c->data + c->count, bytes);
    c->count += bytes;
    if (bytes == c->max_packet && (HCTSIZ(n) & 0x3FFu << 19))
        enable_again(n);
}

void irq_handler(uint32_t irq)
{
    if (irq != OTG_IRQ || !(GINTSTS & 1) || !(GINTSTS & GINTMSK))
        return;
    if (GINTSTS & 1u << 29) {
        GINTSTS = 1u << 29;
        if (!(HPRT & HPRT_PCSTS))
            connected = enabled = false;
    }
    if (GINTSTS & GINTMSK & 1u << 24)
        on_port();
    if (GINTSTS & GINTMSK & 8)
        GINTSTS = 8;
    if (GINTSTS & GINTMSK & 1u << 25)
        for (unsigned n = 0; n < 4; n++)
            if (HAINT & 1u << n)
                on_channel(n);
    if (GINTSTS & GINTMSK & 0x10) {
        GINTMSK &= ~0x10u;
        on_packet();
        GINTMSK |= 0x10;
    }
}

/* Channels 0, 1 control OUT, IN; 2, 3 bulk. */
static void start(unsigned n, struct pipe *pipe, uint32_t bytes)
{
    uint32_t packets = bytes ? (bytes + pipe->max_packet - 1) / pipe->max_packet : 1;
    bool in = n & 1;

    HCINT(n) = 0xFFFFFFFF;
    HCINTMSK(n) = in ? 0x59F : 0x49F;
    HAINTMSK |= 1u << n;
    HCSPLT(n) = 0;
    HCCHAR(n) = (uint32_t)pipe->address << 22 | (uint32_t)pipe->endpoint << 11 |
                (uint32_t)pipe->type << 18 | pipe->max_packet | 1u << 20 | (in ? EPDIR : 0);
    HCTSIZ(n) =
        (in ? packets * pipe->max_packet : bytes) | packets << 19 | (uint32_t)pipe->pid << 29;
    HCCHAR(n) &= ~(1u << 29);
    HCCHAR(n) |= (HFNUM & 1 ? 0 : 1u) << 29;
    HCCHAR(n) = (HCCHAR(n) & ~CHDIS) | CHENA;
}

static bool run(unsigned n, struct pipe *pipe, uint8_t *data, uint32_t bytes)
{
    struct channel *c = &channels[n];
    uint32_t from = systick_ms;

    c->max_packet = pipe->max_packet;
    do {
        c->data = data;
        c->length = bytes;
        c->count = 0;
        c->urb = URB_IDLE;
        start(n, pipe, bytes);
        if (!(n & 1))
            push(n, data, bytes);
        while ((c->urb == URB_IDLE || (c->urb == URB_NOTREADY && (n & 1))) &&
               systick_ms - from < 1000)
            ;
    } while (c->urb == URB_NOTREADY && systick_ms - from < 1000);
    return c->urb == URB_DONE;
}

bool host_out(struct pipe *pipe, const void *data, uint32_t bytes)
{
    uint8_t *from = (uint8_t *)(uintptr_t)data;

    do {
        uint32_t part = bytes < pipe->max_packet ? bytes : pipe->max_packet;

        if (!run(pipe->type, pipe, from, part))
            return false;
        pipe->pid = pipe->pid == 2 ? 0 : 2;
        from += part;
        bytes -= part;
    } while (bytes);
    return true;
}

/* The toggle is counted by software: one packet, one flip. */
bool host_in(struct pipe *pipe, void *data, uint32_t bytes, uint32_t *moved)
{
    unsigned n = pipe->type + 1u;

    if (!run(n, pipe, data, bytes))
        return false;
    *moved = channels[n].count;
    if ((*moved ? (*moved + pipe->max_packet - 1) / pipe->max_packet : 1) & 1)
        pipe->pid = pipe->pid == 2 ? 0 : 2;
    return true;
}
