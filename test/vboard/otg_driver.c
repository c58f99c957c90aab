/* SPDX-License-Identifier: MIT
 * See otg_bench.h: a small polled host driver over the model's registers. */
#include "otg_bench.h"

#include <string.h>

uint8_t received[65536 + 64];
unsigned received_bytes;

static void wait_clear(uint32_t off, uint32_t bits)
{
    for (unsigned i = 0; rd(off) & bits; i++) {
        assert_true(i < 1000);
        run_us(1);
    }
}

void host_init(void)
{
    wr(OTG_GRSTCTL, GRSTCTL_CSRST);
    wait_clear(OTG_GRSTCTL, GRSTCTL_CSRST);
    wr(OTG_GCCFG, GCCFG_PWRDWN);
    wr(OTG_GUSBCFG, 0x1800 | GUSBCFG_FHMOD | 7);
    for (unsigned i = 0; !(rd(OTG_GINTSTS) & GINTSTS_CMOD); i++) {
        assert_true(i < 200);
        run_us(1000);
    }
    wr(OTG_HCFG, 1);
    wr(OTG_GRXFSIZ, 192);
    wr(OTG_HNPTXFSIZ, 112u << 16 | 192);
    wr(OTG_HPTXFSIZ, 16u << 16 | 304);
    wr(OTG_GRSTCTL, 0x10u << 6 | GRSTCTL_TXFFLSH);
    wait_clear(OTG_GRSTCTL, GRSTCTL_TXFFLSH);
    wr(OTG_GINTSTS, 0xFFFFFFFF);
    wr(OTG_HAINTMSK, 0xFFF);
    wr(OTG_HPRT, HPRT_PPWR);
}

void host_reset_port(void)
{
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRST);
    run_us(50000);
    wr(OTG_HPRT, HPRT_PPWR);
    run_us(11000);
    assert_true(rd(OTG_HPRT) & HPRT_PENA);
    bool low = (rd(OTG_HPRT) & HPRT_PSPD) == HPRT_PSPD_LS;
    if (low && (rd(OTG_HCFG) & 3) != 2) {
        wr(OTG_HCFG, 2);
        host_reset_port();
        return;
    }
    wr(OTG_HFIR, low ? 6000 : 48000);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PCDET | HPRT_PENCHNG);
    run_us(2000);
}

void host_port_up(const struct usb_device *device)
{
    if (device)
        otg_attach(&bench, device);
    else
        otg_vbus(&bench, true);
    run_us(500000);
    assert_true(rd(OTG_HPRT) & HPRT_PCSTS);
    host_reset_port();
}

void channel_start(unsigned n, uint32_t hcchar, uint32_t pid, const void *data, uint32_t bytes)
{
    uint32_t most = HCCHAR_MPSIZ(hcchar);
    uint32_t packets = bytes > most ? (bytes + most - 1) / most : 1;
    bool in = hcchar & HCCHAR_EPDIR;

    wr(HC(n, HCINT), HCINT_ALL);
    wr(HC(n, HCINTMSK), HCINT_ALL);
    wr(HC(n, HCTSIZ), (in ? packets * most : bytes) | packets << 19 | pid << 29);
    wr(HC(n, HCCHAR), hcchar | HCCHAR_CHENA);
    for (uint32_t i = 0; !in && i < bytes; i += 4) {
        uint32_t word = 0;

        memcpy(&word, (const uint8_t *)data + i, bytes - i < 4 ? bytes - i : 4);
        wr(FIFO(n), word);
    }
}

/* Pops one status; after a full packet with more to come the channel is armed again. */
static void drain(void)
{
    uint32_t status = rd(OTG_GRXSTSP);
    unsigned n = status & 0xF;
    unsigned bytes = status >> 4 & 0x7FF;

    if ((status >> 17 & 0xF) != PKTSTS_IN_DATA)
        return;
    for (unsigned i = 0; i < bytes; i += 4) {
        uint32_t word = rd(FIFO(n));

        memcpy(received + received_bytes + i, &word, 4);
    }
    received_bytes += bytes;
    uint32_t hcchar = rd(HC(n, HCCHAR));
    if (bytes == HCCHAR_MPSIZ(hcchar) && HCTSIZ_PKTCNT(rd(HC(n, HCTSIZ))))
        wr(HC(n, HCCHAR), (hcchar & ~HCCHAR_CHDIS) | HCCHAR_CHENA);
}

uint32_t channel_wait(unsigned n, uint32_t bits)
{
    uint64_t end_ps = outside.now_ps + 60 * PS_PER_MS;

    while (outside.now_ps < end_ps) {
        if (rd(OTG_GINTSTS) & GINTSTS_RXFLVL)
            drain();
        uint32_t flags = rd(HC(n, HCINT));
        if (flags & bits)
            return flags;
    }
    return DRIVER_PENDING | rd(HC(n, HCINT));
}

void channel_halt(unsigned n)
{
    wr(HC(n, HCCHAR), rd(HC(n, HCCHAR)) | HCCHAR_CHDIS | HCCHAR_CHENA);
    assert_false(channel_wait(n, HCINT_CHH) & DRIVER_PENDING);
    wr(HC(n, HCINT), HCINT_ALL);
}

uint32_t transfer(uint32_t hcchar, uint32_t *pid, const void *out, uint32_t bytes)
{
    bool in = hcchar & HCCHAR_EPDIR;
    unsigned n = in ? 1 : 0;
    const uint32_t ends = HCINT_XFRC | HCINT_NAK | HCINT_STALL | HCINT_TXERR | HCINT_BBERR;

    received_bytes = 0;
    channel_start(n, hcchar, *pid, out, bytes);
    for (unsigned tries = 0; tries < 200000; tries++) {
        uint32_t flags = channel_wait(n, ends);
        uint32_t hctsiz = rd(HC(n, HCTSIZ));

        if (in || !(flags & HCINT_XFRC))
            channel_halt(n);
        *pid = HCTSIZ_DPID(hctsiz);
        if (flags & HCINT_XFRC)
            return 0;
        if (!(flags & HCINT_NAK))
            return flags & ends ? flags & ends : flags;
        if (in)
            wr(HC(n, HCCHAR), hcchar | HCCHAR_CHENA);
        else
            channel_start(n, hcchar, *pid, out, bytes);
    }
    return HCINT_NAK;
}

uint32_t control(unsigned address, const uint8_t setup[8])
{
    uint32_t hcchar = address << 22 | 1u << 20 | 64;
    uint32_t length = setup[6] | (uint32_t)setup[7] << 8;
    bool to_host = setup[0] & 0x80;
    uint32_t pid = DPID_SETUP;
    uint32_t failed = transfer(hcchar, &pid, setup, 8);

    pid = DPID_DATA1;
    if (!failed && length)
        failed = transfer(hcchar | HCCHAR_EPDIR, &pid, NULL, length);
    if (failed)
        return failed;
    unsigned bytes = received_bytes;
    pid = DPID_DATA1;
    failed = transfer(hcchar | (to_host ? 0 : HCCHAR_EPDIR), &pid, NULL, 0);
    received_bytes = bytes;
    return failed;
}
