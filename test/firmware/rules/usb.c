/* SPDX-License-Identifier: MIT
 * Cases for the rules of vboard/rules_usb.def. Those that need a device use the stick that
 * test/vboard/rules_needs.def plugs in: it answers a GET_DESCRIPTOR at address 0. */
#include "usb_port.h"

#define RCC(off)   REG32(0x40023800u + (off))
#define GPIOA(off) REG32(0x40020000u + (off))
#define GPIOG(off) REG32(0x40021800u + (off))
#define GAHBCFG    OTG(0x008)
#define GUSBCFG    OTG(0x00C)
#define GRSTCTL    OTG(0x010)
#define HPTXFSIZ   OTG(0x100)
#define HCFG       OTG(0x400)
#define HFIR       OTG(0x404)
#define HPRT       OTG(0x440)

#define FHMOD (1u << 29)
#define FDMOD (1u << 30)
#define PPWR  (1u << 12)
#define PRST  (1u << 8)
#define PENA  (1u << 2)

/* Endpoint 0 of the device at address 0; bulk endpoints for when nothing answers. */
#define EP0_OUT  (1u << 20 | 64)
#define EP0_IN   (1u << 20 | 1u << 15 | 64)
#define BULK_OUT (1u << 20 | 2u << 18 | 2u << 11 | 64)
#define BULK_IN  (1u << 20 | 2u << 18 | 1u << 15 | 1u << 11 | 64)

void usb_wait_ms(uint32_t ms)
{
    spin(ms * 4000);
}

void usb_wait_set(volatile uint32_t *reg, uint32_t bits)
{
    for (uint32_t i = 0; i < 1000000 && (*reg & bits) != bits; i++)
        ;
}

static void wait_clear(volatile uint32_t *reg, uint32_t bits)
{
    for (uint32_t i = 0; i < 1000000 && (*reg & bits) != 0; i++)
        ;
}

/* 48 MHz: 8 MHz of the crystal input / 4 * 120 / 5; pins; the core after its reset, as a device. */
static void core(void)
{
    RCC(0x00) |= 1u << 18;
    RCC(0x00) |= 1u << 16;
    usb_wait_set(&RCC(0x00), 1u << 17);
    RCC(0x04) = 2u << 28 | 5u << 24 | 1u << 22 | 120u << 6 | 4;
    RCC(0x00) |= 1u << 24;
    usb_wait_set(&RCC(0x00), 1u << 25);
    RCC(0x30) |= 1u << 0 | 1u << 6;
    (void)RCC(0x30);
    GPIOA(0x24) = (GPIOA(0x24) & ~0xFF000u) | 0xAA000;
    GPIOA(0x00) = (GPIOA(0x00) & ~0x03C00000u) | 0x02800000;
    GPIOG(0x00) = (GPIOG(0x00) & ~0x3000u) | 0x1000;
    RCC(0x34) |= 1u << 7;
    (void)RCC(0x34);
    GRSTCTL = 1;
    wait_clear(&GRSTCTL, 1);
    usb_wait_set(&GRSTCTL, 1u << 31);
    OTG(0x038) = 1u << 16;
}

static void host_mode(void)
{
    core();
    GUSBCFG = FHMOD | 6u << 10 | 7;
    usb_wait_set(&GINTSTS, 1);
}

static void fifo_sizes(void)
{
    OTG(0x024) = 192;
    OTG(0x028) = 112u << 16 | 192;
    HPTXFSIZ = 16u << 16 | 304;
}

static void host(void)
{
    host_mode();
    fifo_sizes();
    HCFG = 1;
}

/* The stick is there, its port not yet reset. */
static void attached(void)
{
    host();
    HPRT = PPWR;
    GPIOG(0x18) = 1u << 6;
    usb_wait_set(&HPRT, 1);
    usb_wait_ms(100);
}

static void reset_port(uint32_t ms)
{
    HPRT = PPWR | PRST | 2;
    usb_wait_ms(ms);
    HPRT = PPWR;
    usb_wait_set(&HPRT, PENA);
    HPRT = PPWR | 8;
}

void usb_enabled(void)
{
    attached();
    reset_port(52);
    HFIR = 48000;
    usb_wait_ms(15);
}

static void send_setup(void)
{
    HCTSIZ(0) = 8 | ONE_PACKET | SETUP_PID;
    HCCHAR(0) = EP0_OUT | CHENA;
    FIFO(0) = 0x01000680; /* GET_DESCRIPTOR(DEVICE) */
    FIFO(0) = 0x00080000; /* 8 bytes */
}

/* Asks for 8 bytes of the device descriptor; they wait in the receive FIFO afterwards. */
static void read_descriptor(void)
{
    usb_enabled();
    send_setup();
    usb_wait_set(&HCINT(0), XFRC);
    HCTSIZ(1) = 128 | 2 * ONE_PACKET | DATA1_PID;
    HCCHAR(1) = EP0_IN | CHENA;
    usb_wait_set(&GINTSTS, RXFLVL);
}

static void take_packet(void)
{
    (void)GRXSTSP;
    (void)FIFO(1);
    (void)FIFO(1);
}

void usb_halt(unsigned n)
{
    HCCHAR(n) |= CHDIS | CHENA;
    for (uint32_t i = 0; i < 10000 && !(HCINT(n) & CHH); i++)
        if (GINTSTS & RXFLVL)
            (void)GRXSTSP;
    HCINT(n) = 0x7FF;
}

static void start_in(unsigned n, uint32_t packets)
{
    HCTSIZ(n) = 64 * packets | packets * ONE_PACKET;
    HCCHAR(n) = BULK_IN | CHENA;
}

/* Nothing attached: what is queued stays queued. */
static void start_out(unsigned n, uint32_t bytes)
{
    HCTSIZ(n) = bytes | (bytes > 64 ? 2 * ONE_PACKET : ONE_PACKET);
    HCCHAR(n) = BULK_OUT | CHENA;
}

static void push_words(unsigned n, uint32_t words)
{
    while (words--)
        FIFO(n) = words;
}

static void word_access(void)
{
    core();
    GAHBCFG = 0;
}

static void byte_access(void)
{
    core();
    REG8(0x50000008) = 0;
}

static void host_register_early(void)
{
    core();
    HCFG = 1;
}

static void hfir_early(void)
{
    core();
    HFIR = 48000;
}

static void both_modes(void)
{
    core();
    GUSBCFG = FHMOD | FDMOD;
}

static void write_in_reset(void)
{
    core();
    GRSTCTL = 1;
    GAHBCFG = 0;
}

static void flush(void)
{
    GRSTCTL = 0x10u << 6 | 1u << 5;
    wait_clear(&GRSTCTL, 1u << 5);
}

static void flush_idle(void)
{
    usb_enabled();
    flush();
}

static void flush_busy(void)
{
    usb_enabled();
    send_setup();
    flush();
}

static void hprt_masked(void)
{
    usb_enabled();
    HPRT = (HPRT & ~0xAEu) | PRST;
}

static void hprt_read_modify_write(void)
{
    usb_enabled();
    HPRT |= PRST;
}

static void reset_5_ms(void)
{
    attached();
    reset_port(5);
}

static void reset_20_ms(void)
{
    attached();
    reset_port(21);
}

static void transfer(void)
{
    usb_enabled();
    send_setup();
    usb_wait_set(&HCINT(0), XFRC);
}

static void wrong_interval(void)
{
    usb_enabled();
    HFIR = 40000;
    usb_wait_ms(2);
    send_setup();
}

static void clock_changed(void)
{
    usb_enabled();
    HCFG = 0;
    HCFG = 1;
    send_setup();
}

static void no_recovery(void)
{
    attached();
    reset_port(52);
    HFIR = 48000;
    usb_wait_ms(1);
    send_setup();
}

static void fifos_fit(void)
{
    host();
    start_in(1, 1);
}

static void fifos_too_big(void)
{
    host();
    OTG(0x028) = 140u << 16 | 192;
    start_in(1, 1);
}

static void fifos_overlap(void)
{
    host();
    HPTXFSIZ = 0x91u << 16;
    start_in(1, 1);
}

static void change_after_halt(void)
{
    host();
    start_in(1, 1);
    usb_halt(1);
    HCCHAR(1) = BULK_OUT;
}

static void change_while_enabled(void)
{
    host();
    start_in(1, 1);
    HCCHAR(1) = BULK_IN ^ 32;
}

static void reuse_after_halt(void)
{
    host();
    start_in(1, 1);
    usb_halt(1);
    start_in(1, 1);
}

static void reuse_at_once(void)
{
    host();
    start_in(1, 1);
    HCCHAR(1) |= CHDIS | CHENA;
    usb_wait_set(&GINTSTS, RXFLVL);
    HCCHAR(1) = BULK_IN | CHENA;
}

static void no_packets(void)
{
    host();
    HCTSIZ(1) = 64;
    HCCHAR(1) = BULK_IN | CHENA;
}

static void requests(uint32_t count)
{
    host();
    HCTSIZ(1) = 64 * count | count * ONE_PACKET;
    while (count--)
        HCCHAR(1) = BULK_IN | CHENA;
}

static void eight_requests(void)
{
    requests(8);
}

static void nine_requests(void)
{
    requests(9);
}

static void fill_fifo(void)
{
    host();
    for (unsigned n = 0; n < 7; n++) {
        start_out(n, 64);
        push_words(n, 16);
    }
}

static void overfill_fifo(void)
{
    fill_fifo();
    start_out(7, 64);
    push_words(7, 1);
}

static void push_one_packet(void)
{
    host();
    start_out(2, 64);
    push_words(2, 16);
}

static void push_disabled(void)
{
    host();
    push_words(2, 1);
}

static void push_interleaved(void)
{
    host();
    start_out(2, 64);
    start_out(3, 64);
    push_words(2, 8);
    push_words(3, 8);
}

static void push_two_packets(void)
{
    host();
    start_out(2, 128);
    push_words(2, 32);
}

static void read_packet(void)
{
    read_descriptor();
    take_packet();
}

static void pop_unread(void)
{
    read_descriptor();
    (void)GRXSTSP;
    (void)GRXSTSP;
}

static void read_too_much(void)
{
    read_packet();
    (void)FIFO(1);
}

static void halt_after_end(void)
{
    read_packet();
    (void)GRXSTSP;
    usb_halt(1);
}

static void enable_after_end(void)
{
    read_packet();
    HCCHAR(1) = EP0_IN | CHENA;
    usb_wait_ms(1);
}

static void channel_11(void)
{
    host();
    HCINT(11) = 0x7FF;
}

static void channel_12(void)
{
    host();
    HCINT(12) = 0x7FF;
}

static void pop_when_level(void)
{
    host();
    if (GINTSTS & RXFLVL)
        (void)GRXSTSP;
}

static void pop_empty(void)
{
    host();
    (void)GRXSTSP;
}

static void halt_idle(void)
{
    host();
    usb_halt(5);
}

static void device_register(void)
{
    core();
    (void)OTG(0x800);
}

static void unknown_register(void)
{
    core();
    (void)OTG(0x0C8);
}

const struct rule_case usb_cases[] = {
    {"otg-access-width", word_access, byte_access},
    {"otg-wrong-mode", host, host_register_early},
    {"otg-hfir-early", host, hfir_early},
    {"otg-force-both", host, both_modes},
    {"otg-in-reset", word_access, write_in_reset},
    {"otg-flush-busy", flush_idle, flush_busy},
    {"otg-pena-write", hprt_masked, hprt_read_modify_write},
    {"otg-short-reset", usb_enabled, reset_5_ms},
    {"otg-port-clock", transfer, wrong_interval},
    {"otg-fifo-ram", fifos_fit, fifos_too_big},
    {"otg-channel-changed", change_after_halt, change_while_enabled},
    {"otg-channel-reuse", reuse_after_halt, reuse_at_once},
    {"otg-pktcnt-zero", fifos_fit, no_packets},
    {"otg-queue-full", eight_requests, nine_requests},
    {"otg-tx-no-space", fill_fifo, overfill_fifo},
    {"otg-tx-unexpected", push_one_packet, push_disabled},
    {"otg-tx-interleaved", push_one_packet, push_interleaved},
    {"otg-rx-unread", read_packet, pop_unread},
    {"otg-rx-overread", read_packet, read_too_much},
    {"otg-in-after-end", halt_after_end, enable_after_end},
    {"otg-in-surplus", halt_after_end, enable_after_end},
    {"otg-channel-missing", channel_11, channel_12},
    {"otg-fifo-overlap", fifos_fit, fifos_overlap},
    {"otg-rx-empty", pop_when_level, pop_empty},
    {"otg-two-out", push_one_packet, push_two_packets},
    {"otg-halt-idle", change_after_halt, halt_idle},
    {"otg-clock-changed", transfer, clock_changed},
    {"otg-root-reset", usb_enabled, reset_20_ms},
    {"otg-reset-recovery", transfer, no_recovery},
    {"otg-device-mode", host, device_register},
    {"otg-unmodelled", word_access, unknown_register},
    {0},
};
