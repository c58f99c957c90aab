/* SPDX-License-Identifier: MIT
 * OTG_FS channels: answers, halts, queues, FIFOs, bus time. The device answers by script. */
#include "otg_bench.h"

#include <string.h>

#define BULK_IN  (5u << 22 | 1u << 20 | 2u << 18 | HCCHAR_EPDIR | 1u << 11 | 64)
#define BULK_OUT (5u << 22 | 1u << 20 | 2u << 18 | 2u << 11 | 64)
#define INTR_IN  (5u << 22 | 1u << 20 | 3u << 18 | HCCHAR_EPDIR | 3u << 11 | 8)
#define SETUP    (1u << 20 | 64)

static const uint8_t data[128] = {1, 2, 3, 4, 5, 6, 7, 8};

static void up(void)
{
    bench_start(NULL);
    host_init();
    host_port_up(&script_full);
}

#define PLAY(...)                                                                                  \
    do {                                                                                           \
        static const struct script script_[] = {__VA_ARGS__};                                      \
        script_play(script_, sizeof script_ / sizeof script_[0]);                                  \
    } while (0)

static void test_in_packet(void **state)
{
    (void)state;
    up();
    PLAY({USB_DATA1, 13});
    channel_start(3, BULK_IN, DPID_DATA1, NULL, 64);
    run_us(100);
    assert_int_equal(script_log[0].token, USB_IN);
    assert_int_equal(script_log[0].address, 5);
    assert_int_equal(script_log[0].endpoint, 1);
    assert_int_equal(script_acked, 1);
    /* PKTCNT, XFRSIZ and DPID at once, flags as the status entries are popped. */
    assert_int_equal(rd(HC(3, HCTSIZ)), (uint32_t)DPID_DATA0 << 29 | (64 - 13));
    assert_int_equal(rd(HC(3, HCINT)), 0);
    assert_true(rd(OTG_GINTSTS) & GINTSTS_RXFLVL);
    assert_int_equal(rd(OTG_GRXSTSR), 3 | 13 << 4 | DPID_DATA1 << 15 | PKTSTS_IN_DATA << 17);
    assert_int_equal(rd(OTG_GRXSTSP), 3 | 13 << 4 | DPID_DATA1 << 15 | PKTSTS_IN_DATA << 17);
    assert_int_equal(rd(HC(3, HCINT)), HCINT_ACK);
    assert_int_equal(rd(FIFO(3)), 0x03020100);
    rd(FIFO(0)); /* any window pops the one FIFO */
    rd(FIFO(3));
    assert_int_equal(rd(FIFO(3)), 0x0C);
    assert_int_equal(rd(OTG_GRXSTSP) >> 17, PKTSTS_IN_COMPLETE);
    assert_int_equal(rd(HC(3, HCINT)), HCINT_ACK | HCINT_XFRC);
    assert_int_equal(rd(OTG_HAINT), 1u << 3);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_RXFLVL);
    assert_true(rd(HC(3, HCCHAR)) & HCCHAR_CHENA); /* software must halt it */
    assert_findings(RULE_OTG_RX_EMPTY, 0);
    assert_int_equal(rd(OTG_GRXSTSP), 0);
    assert_findings(RULE_OTG_RX_EMPTY, 1);
}

static void test_in_packets(void **state)
{
    (void)state;
    up();
    PLAY({USB_DATA0, 64}, {USB_NAK, 0}, {USB_DATA1, 64}, {USB_DATA0, 0});
    uint32_t pid = DPID_DATA0;
    received_bytes = 0;
    assert_int_equal(transfer(BULK_IN, &pid, NULL, 200), 0);
    assert_int_equal(received_bytes, 128); /* a zero-length packet ends it */
    assert_int_equal(received[64], 32);
    assert_int_equal(pid, DPID_DATA1);
    assert_int_equal(script_asked, 4);
    assert_findings(RULE_OTG_IN_SURPLUS, 0);
}

static void test_in_answers(void **state)
{
    static const struct {
        struct script script;
        uint32_t flag;
    } table[] = {{{USB_NAK, 0}, HCINT_NAK},
                 {{USB_ANSWER_STALL, 0}, HCINT_STALL},
                 {{USB_NO_ANSWER, 0}, HCINT_TXERR},
                 {{USB_DATA0, 65}, HCINT_BBERR}};

    (void)state;
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        up();
        script_play(&table[i].script, 1);
        channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
        run_us(100);
        assert_int_equal(rd(HC(1, HCINT)), table[i].flag); /* at once, nothing to pop */
        assert_false(rd(OTG_GINTSTS) & GINTSTS_RXFLVL);
        assert_int_equal(rd(HC(1, HCTSIZ)), 64u | 1u << 19);
        assert_true(rd(HC(1, HCCHAR)) & HCCHAR_CHENA);
        run_us(3000);
        assert_int_equal(script_asked, 1); /* the core repeats nothing */
        assert_int_equal(script_acked, 0);
        wr(HC(1, HCINT), HCINT_ALL);
        channel_halt(1);
        assert_findings(RULE_OTG_REUSE, 0);
    }
}

static void test_toggle_error(void **state)
{
    (void)state;
    up();
    PLAY({USB_DATA1, 64}, {USB_DATA0, 64});
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    run_us(100);
    assert_int_equal(script_acked, 1); /* acknowledged, but thrown away */
    assert_int_equal(rd(HC(1, HCINT)), 0);
    assert_int_equal(rd(OTG_GRXSTSP) >> 17, PKTSTS_TOGGLE_ERROR);
    assert_int_equal(rd(HC(1, HCINT)), HCINT_DTERR);
    assert_int_equal(rd(HC(1, HCTSIZ)), 64u | 1u << 19);
    wr(HC(1, HCINT), HCINT_ALL);
    wr(HC(1, HCCHAR), rd(HC(1, HCCHAR))); /* each write with CHENA is one more token */
    received_bytes = 0;
    assert_true(channel_wait(1, HCINT_XFRC) & HCINT_XFRC);
    assert_int_equal(received_bytes, 64);
    assert_findings(RULE_OTG_CHANNEL_CHANGED, 0);
}

static void test_out(void **state)
{
    (void)state;
    up();
    PLAY({USB_ACK, 0}, {USB_NAK, 0}, {USB_ANSWER_STALL, 0}, {USB_NO_ANSWER, 0}, {USB_ACK, 0});
    channel_start(0, SETUP, DPID_SETUP, data, 8);
    assert_int_equal(rd(HC(0, HCTSIZ)) & HCTSIZ_XFRSIZ, 0); /* bytes over the bus matrix */
    run_us(100);
    assert_int_equal(script_log[0].token, USB_SETUP);
    assert_int_equal(script_log[0].bytes, 8);
    assert_memory_equal(script_log[0].data, data, 8);
    assert_int_equal(rd(HC(0, HCINT)), HCINT_XFRC | HCINT_ACK); /* not through the FIFO */
    assert_int_equal(rd(HC(0, HCCHAR)), SETUP);                 /* disabled by itself, no CHH */
    assert_int_equal(HCTSIZ_DPID(rd(HC(0, HCTSIZ))), DPID_DATA1);
    static const uint32_t flags[] = {HCINT_NAK, HCINT_STALL, HCINT_TXERR};
    for (unsigned i = 0; i < 3; i++) {
        channel_start(2, BULK_OUT, DPID_DATA1, data, 31);
        assert_int_equal(rd(OTG_HNPTXSTS) & 0xFFFF, 112 - 8);
        run_us(100);
        assert_int_equal(script_log[1 + i].token, USB_OUT);
        assert_int_equal(script_log[1 + i].toggle, 1);
        assert_int_equal(script_log[1 + i].bytes, 31);
        assert_int_equal(rd(HC(2, HCINT)), flags[i]);
        assert_int_equal(rd(OTG_HNPTXSTS), 0x00080000 | 112); /* the attempt used it up */
        assert_int_equal(HCTSIZ_PKTCNT(rd(HC(2, HCTSIZ))), 1);
        assert_int_equal(HCTSIZ_DPID(rd(HC(2, HCTSIZ))), DPID_DATA1);
        channel_halt(2);
    }
    channel_start(2, BULK_OUT, DPID_DATA1, NULL, 0); /* zero length: no FIFO data */
    run_us(100);
    assert_int_equal(script_log[4].bytes, 0);
    assert_int_equal(rd(HC(2, HCINT)), HCINT_XFRC | HCINT_ACK);
    assert_findings(RULE_OTG_TX_UNEXPECTED, 0);
}

/* The two writes of a well-known driver: CHDIS, then CHENA by read-modify-write. */
static void halt_in_two_writes(unsigned n)
{
    wr(HC(n, HCCHAR), rd(HC(n, HCCHAR)) | HCCHAR_CHDIS);
    wr(HC(n, HCCHAR), rd(HC(n, HCCHAR)) | HCCHAR_CHENA);
}

static void test_halts(void **state)
{
    (void)state;
    up();
    PLAY({USB_DATA0, 3}, {USB_ACK, 0});
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    channel_wait(1, HCINT_XFRC);
    wr(HC(1, HCINT), HCINT_ALL);
    halt_in_two_writes(1); /* the first is a halt already, the second must not be another */
    assert_int_equal(rd(OTG_HNPTXSTS) >> 16, 8);
    run_us(10);
    assert_int_equal(rd(HC(1, HCCHAR)), BULK_IN);
    assert_int_equal(rd(HC(1, HCINT)), 0);
    assert_int_equal(rd(OTG_GRXSTSP) >> 17 & 0xF, PKTSTS_HALTED);
    assert_int_equal(rd(HC(1, HCINT)), HCINT_CHH);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_RXFLVL);
    channel_start(2, BULK_OUT, DPID_DATA0, data, 4);
    run_us(100);
    assert_int_equal(rd(HC(2, HCCHAR)), BULK_OUT);
    wr(HC(2, HCINT), HCINT_ALL);
    halt_in_two_writes(2); /* CHDIS alone gives no CHH and stays set */
    run_us(10);
    assert_int_equal(rd(OTG_GRXSTSP) >> 17 & 0xF, PKTSTS_HALTED);
    assert_int_equal(rd(HC(2, HCINT)), HCINT_CHH);
    assert_int_equal(script_asked, 2);
    assert_findings(RULE_OTG_HALT_IDLE, 0);
    halt_in_two_writes(7);
    assert_findings(RULE_OTG_HALT_IDLE, 1);
    assert_int_equal(channel_wait(7, HCINT_CHH), HCINT_CHH);
    outside.param[PARAM_OTG_HALT_IDLE_CHH] = 0;
    halt_in_two_writes(8);
    assert_int_equal(channel_wait(8, HCINT_CHH), DRIVER_PENDING);
    assert_int_equal(rd(HC(8, HCCHAR)), 0);
}

static void test_reuse(void **state)
{
    (void)state;
    up();
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    run_us(20);
    wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHDIS | HCCHAR_CHENA);
    run_us(20);
    wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA); /* its CHH was never popped */
    assert_findings(RULE_OTG_REUSE, 1);
    wr(HC(1, HCCHAR), BULK_OUT | HCCHAR_CHENA);
    assert_int_equal(found(RULE_OTG_REUSE), 1);
    assert_findings(RULE_OTG_CHANNEL_CHANGED, 1);
}

static void test_queue_full(void **state)
{
    (void)state;
    up();
    /* Near the end of a frame nothing starts: the queue fills. */
    while (rd(OTG_HFNUM) >> 16 > 1000)
        run_us(1);
    wr(HC(1, HCTSIZ), 64 * 20 | 20u << 19);
    for (unsigned i = 0; i < 8; i++)
        wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
    assert_int_equal(rd(OTG_HNPTXSTS), 112 | 1u << 27);
    assert_false(rd(OTG_GINTSTS) & GINTSTS_NPTXFE);
    assert_findings(RULE_OTG_QUEUE_FULL, 0);
    wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
    assert_findings(RULE_OTG_QUEUE_FULL, 1);
    wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHDIS); /* frees the queue, no CHH */
    assert_int_equal(rd(OTG_HNPTXSTS), 0x00080000 | 112);
    assert_int_equal(rd(HC(1, HCCHAR)), BULK_IN | HCCHAR_CHDIS);
    run_us(2000);
    assert_int_equal(script_asked, 0);
    channel_halt(1);
    assert_int_equal(rd(HC(1, HCCHAR)), BULK_IN);
}

static void test_surplus(void **state)
{
    (void)state;
    for (unsigned executed = 0; executed < 2; executed++) {
        up();
        outside.param[PARAM_OTG_SURPLUS_IN] = executed;
        PLAY({USB_DATA0, 13}, {USB_DATA1, 13});
        wr(HC(1, HCTSIZ), 128 | 2u << 19);
        wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
        wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
        run_us(200);
        assert_int_equal(script_asked, 1 + executed);
        assert_int_equal(bench.otg.rx.words, executed ? 5 + 1 + 5 : 5 + 1);
        assert_findings(executed ? RULE_OTG_IN_AFTER_END : RULE_OTG_IN_SURPLUS, 1);
    }
}

static void test_fifo_abuse(void **state)
{
    (void)state;
    up();
    PLAY({USB_DATA0, 64}, {USB_DATA1, 8});
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 128);
    run_us(100);
    rd(OTG_GRXSTSP);
    rd(FIFO(1));
    assert_int_equal(rd(OTG_GRXSTSP), 0x07060504); /* payload taken for a status */
    assert_findings(RULE_OTG_RX_UNREAD, 1);
    for (unsigned i = 0; i < 14; i++)
        rd(FIFO(1));
    assert_findings(RULE_OTG_RX_OVERREAD, 0);
    rd(FIFO(1));
    assert_findings(RULE_OTG_RX_OVERREAD, 1);
    wr(FIFO(1), 0); /* an IN channel */
    wr(FIFO(2), 0); /* not enabled */
    assert_findings(RULE_OTG_TX_UNEXPECTED, 2);
    wr(HC(13, HCINT), 0xFFF);
    assert_findings(RULE_OTG_CHANNEL_MISSING, 1);
}

static void test_tx_space(void **state)
{
    (void)state;
    up();
    for (unsigned n = 2; n < 9; n++) /* 7 x 16 words fill 112 */
        channel_start(n, BULK_OUT, DPID_DATA0, data, 64);
    assert_int_equal(rd(OTG_HNPTXSTS) & 0xFFFF, 0);
    assert_findings(RULE_OTG_TX_NO_SPACE, 0);
    channel_start(9, BULK_OUT, DPID_DATA0, data, 4);
    assert_findings(RULE_OTG_TX_NO_SPACE, 1);
    /* A channel in the middle goes; the others' data stays in order. */
    PLAY({USB_ACK, 0}, {USB_ACK, 0}, {USB_ACK, 0}, {USB_ACK, 0}, {USB_ACK, 0}, {USB_ACK, 0});
    up();
    uint8_t own[64];
    for (unsigned n = 2; n < 6; n++) {
        memset(own, (int)n, sizeof own);
        channel_start(n, BULK_OUT | n << 11, DPID_DATA0, own, 60 + n % 4);
    }
    wr(HC(4, HCCHAR), (rd(HC(4, HCCHAR)) & ~HCCHAR_CHENA) | HCCHAR_CHDIS);
    script_asked = 0;
    run_us(500);
    for (unsigned i = 0; i < script_asked; i++) {
        assert_int_not_equal(script_log[i].data[0], 4);
        assert_int_equal(script_log[i].data[0], script_log[i].data[script_log[i].bytes - 1]);
    }
    assert_int_equal(rd(OTG_HNPTXSTS) & 0xFFFF, 112);
    channel_start(10, BULK_OUT, DPID_DATA0, data, 64);
    wr(HC(11, HCTSIZ), 64 | 1u << 19);
    wr(HC(11, HCCHAR), BULK_OUT | HCCHAR_CHENA);
    wr(FIFO(11), 0);
    channel_start(10, BULK_OUT, DPID_DATA0, NULL, 0);
    (void)found(RULE_OTG_CHANNEL_CHANGED);
    wr(HC(9, HCTSIZ), 64 | 1u << 19);
    wr(HC(9, HCCHAR), BULK_OUT | HCCHAR_CHENA);
    wr(FIFO(9), 0); /* inside channel 11's packet */
    assert_findings(RULE_OTG_TX_INTERLEAVED, 1);
}

static void test_two_out(void **state)
{
    (void)state;
    for (unsigned goes_on = 0; goes_on < 2; goes_on++) {
        up();
        outside.param[PARAM_OTG_OUT_GOES_ON] = goes_on;
        PLAY({USB_NAK, 0}, {USB_ACK, 0});
        channel_start(2, BULK_OUT, DPID_DATA0, data, 128);
        run_us(200);
        assert_int_equal(script_asked, 1 + goes_on);
        assert_findings(RULE_OTG_TWO_OUT, 1);
    }
}

static void test_fifo_sizes(void **state)
{
    (void)state;
    up();
    PLAY({USB_DATA0, 64});
    wr(OTG_HPTXFSIZ, 0x91u << 16); /* an unused FIFO over the receive FIFO */
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    assert_findings(RULE_OTG_FIFO_OVERLAP, 1);
    run_us(100);
    wr(OTG_GRXFSIZ, 128); /* while it holds a packet */
    assert_findings(RULE_OTG_FIFO_RAM, 1);
    up();
    wr(OTG_HNPTXFSIZ, 112u << 16 | 250); /* ends at 362 */
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    assert_findings(RULE_OTG_FIFO_RAM, 1);
    up();
    wr(OTG_HNPTXFSIZ, 112u << 16 | 100); /* over the receive FIFO: data is really lost */
    PLAY({USB_DATA0, 64}, {USB_DATA1, 64}, {USB_DATA0, 64}, {USB_DATA1, 64}, {USB_DATA0, 64},
         {USB_DATA1, 64}, {USB_DATA0, 64}, {USB_ACK, 0});
    wr(HC(1, HCTSIZ), 64 * 7 | 7u << 19);
    for (unsigned i = 0; i < 7; i++)
        wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
    run_us(500);
    uint32_t before = bench.otg.ram[103];
    channel_start(2, BULK_OUT, DPID_DATA0, data, 64);
    assert_int_not_equal(bench.otg.ram[103], before);
    assert_int_equal(rd(OTG_DEBUG_RAM + 4 * 103), bench.otg.ram[103]);
    (void)found(RULE_OTG_FIFO_RAM);
}

/* 192 words hold eleven packets with their status: the next token waits, or is in vain. */
static void test_receive_fifo_full(void **state)
{
    static struct script packets[20];

    (void)state;
    for (unsigned i = 0; i < 20; i++)
        packets[i] = (struct script){i % 2 ? USB_DATA1 : USB_DATA0, 64};
    for (unsigned lost = 0; lost < 2; lost++) {
        up();
        outside.param[PARAM_OTG_RX_FULL] = lost;
        script_play(packets, 20);
        wr(HC(1, HCTSIZ), 64 * 20 | 20u << 19);
        for (unsigned i = 0; i < 12; i++) {
            wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
            run_us(150);
        }
        assert_int_equal(script_acked, 11);
        assert_int_equal(script_asked, 11 + lost);
        assert_int_equal(rd(HC(1, HCINT)), lost ? HCINT_TXERR : 0u);
        assert_int_equal(bench.otg.rx.words, 11 * 17);
        received_bytes = 0;
        rd(OTG_GRXSTSP);
        for (unsigned i = 0; i < 16; i++)
            rd(FIFO(1));
        run_us(150);
        assert_int_equal(script_acked, 12 - lost); /* room again: the waiting one goes */
    }
}

/* 19 packets of 64 bytes in a frame, never more, however deep the queue (USB 2.0 5.8.4). */
static void test_frame_capacity(void **state)
{
    static struct script packets[64];
    unsigned in_frame[8] = {0};
    unsigned sent = 8;

    (void)state;
    for (unsigned i = 0; i < 64; i++)
        packets[i] = (struct script){i % 2 ? USB_DATA1 : USB_DATA0, 64};
    up();
    script_play(packets, 64);
    uint64_t from_ps = bench.otg.frame.start_ps;
    wr(HC(1, HCTSIZ), 64 * 64 | 64u << 19);
    for (unsigned i = 0; i < sent; i++)
        wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
    for (unsigned done = 0; done < 64;) { /* always several requests ahead */
        if (!(rd(OTG_GINTSTS) & GINTSTS_RXFLVL))
            continue;
        if (rd(OTG_GRXSTSP) >> 17 != PKTSTS_IN_DATA)
            break;
        for (unsigned k = 0; k < 16; k++)
            rd(FIFO(1));
        done++;
        if (sent++ < 64)
            wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
    }
    assert_int_equal(script_asked, 64);
    for (unsigned i = 0; i < 64; i++)
        in_frame[(script_at_ps[i] - from_ps) / PS_PER_MS]++;
    unsigned first = in_frame[0] ? 0 : in_frame[1] ? 1 : 2;
    assert_int_equal(in_frame[first + 1], 19);
    assert_int_equal(in_frame[first + 2], 19);
    assert_in_range(in_frame[first], 1, 19);
    assert_findings(RULE_OTG_IN_SURPLUS, 0);
}

/* One request at a time, as a careful driver has it, keeps up. */
static void test_re_arming(void **state)
{
    static struct script packets[64];

    (void)state;
    for (unsigned i = 0; i < 64; i++)
        packets[i] = (struct script){i % 2 ? USB_DATA1 : USB_DATA0, 64};
    up();
    script_play(packets, 64);
    received_bytes = 0;
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64 * 64);
    assert_true(channel_wait(1, HCINT_XFRC) & HCINT_XFRC);
    assert_int_equal(received_bytes, 64 * 64);
    assert_true(script_at_ps[63] - script_at_ps[0] < 3500 * PS_PER_US);
}

static void test_nak_cost(void **state)
{
    (void)state;
    up();
    uint64_t from_ps = outside.now_ps;
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    while (outside.now_ps < from_ps + 10 * PS_PER_MS) {
        if (!(rd(HC(1, HCINT)) & HCINT_NAK))
            continue;
        wr(HC(1, HCINT), HCINT_NAK);
        wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
    }
    assert_in_range(script_asked, 1100, 1500); /* 6.7 us each, and our own time */
}

static void test_interrupt_endpoint(void **state)
{
    (void)state;
    up();
    PLAY({USB_NAK, 0}, {USB_DATA0, 8});
    run_us(100); /* into the frame */
    uint32_t frame = rd(OTG_HFNUM) & 1;
    wr(HC(4, HCTSIZ), 8 | 1u << 19);
    wr(HC(4, HCCHAR), INTR_IN | HCCHAR_CHENA | (frame ? 0 : HCCHAR_ODDFRM));
    run_us(2);
    assert_int_equal(script_asked, 0); /* in the next frame */
    run_us(1000);
    assert_int_equal(script_asked, 1);
    assert_int_equal(rd(HC(4, HCINT)), HCINT_NAK);
    wr(HC(4, HCINT), HCINT_ALL);
    wr(HC(4, HCCHAR), INTR_IN | HCCHAR_CHENA | (frame ? 0 : HCCHAR_ODDFRM));
    run_us(20);
    assert_int_equal(script_asked, 1); /* not twice in one frame */
    run_us(1000);
    assert_int_equal(rd(HC(4, HCINT)), HCINT_FRMOR); /* its frame is over */
    assert_true(rd(OTG_GINTSTS) & GINTSTS_IPXFR);
    wr(HC(4, HCINT), HCINT_ALL);
    frame = rd(OTG_HFNUM) & 1;
    wr(HC(4, HCCHAR), INTR_IN | HCCHAR_CHENA | (frame ? 0 : HCCHAR_ODDFRM));
    assert_int_equal(rd(OTG_HPTXSTS) >> 31, !frame);
    run_us(1000);
    received_bytes = 0;
    assert_true(channel_wait(4, HCINT_XFRC) & HCINT_XFRC);
    assert_int_equal(received_bytes, 8);
    assert_false(rd(HC(4, HCCHAR)) & HCCHAR_CHENA); /* periodic, PKTCNT 0: needs no halt */
}

static void test_low_speed(void **state)
{
    (void)state;
    bench_start(NULL);
    host_init();
    host_port_up(&script_low);
    assert_int_equal(rd(OTG_HPRT) & (HPRT_PSPD | HPRT_PLSTS_DM), HPRT_PSPD_LS | HPRT_PLSTS_DM);
    PLAY({USB_ACK, 0}, {USB_DATA1, 8});
    wr(OTG_HCFG, 1);
    channel_start(0, 1u << 20 | HCCHAR_LSDEV | 8, DPID_SETUP, data, 8);
    assert_int_equal(found(RULE_OTG_CLOCK), 1);
    assert_findings(RULE_OTG_CLOCK_CHANGED, 1);
    run_us(80);
    assert_int_equal(rd(HC(0, HCINT)), 0); /* eight times slower */
    run_us(50);
    assert_int_equal(rd(HC(0, HCINT)), HCINT_XFRC | HCINT_ACK);
}

static void test_clock_rules(void **state)
{
    (void)state;
    up();
    wr(OTG_HFIR, 47000);
    run_us(2000);
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    assert_findings(RULE_OTG_CLOCK, 1);
    wr(OTG_HFIR, 47999);
    channel_halt(1);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRST);
    run_us(50000);
    wr(OTG_HPRT, HPRT_PPWR);
    run_us(3000);
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    assert_findings(RULE_OTG_RECOVERY, 1);
    channel_halt(1);
    run_us(10000);
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 0);
    assert_findings(RULE_OTG_RECOVERY, 0);
    channel_halt(1);
    wr(HC(1, HCTSIZ), 0);
    wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHENA);
    assert_findings(RULE_OTG_PKTCNT, 1);
}

static void test_disconnect_in_transaction(void **state)
{
    (void)state;
    for (unsigned txerr = 0; txerr < 2; txerr++) {
        up();
        outside.param[PARAM_OTG_DISC_TXERR] = txerr;
        PLAY({USB_DATA0, 64});
        channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
        run_us(20);
        otg_detach(&bench);
        run_us(1000);
        assert_int_equal(rd(HC(1, HCINT)), txerr ? HCINT_TXERR : 0u);
        assert_true(rd(HC(1, HCCHAR)) & HCCHAR_CHENA); /* left to software */
        assert_false(rd(OTG_GINTSTS) & GINTSTS_RXFLVL);
        outside.param[PARAM_OTG_HALT_PORT_OFF] = 0;
        wr(HC(1, HCCHAR), BULK_IN | HCCHAR_CHDIS | HCCHAR_CHENA);
        assert_true(channel_wait(1, HCINT_CHH) & DRIVER_PENDING);
        outside.param[PARAM_OTG_HALT_PORT_OFF] = 1;
        otg_bus_kick(&bench);
        assert_true(channel_wait(1, HCINT_CHH) & HCINT_CHH);
    }
}

static void test_port_babble(void **state)
{
    (void)state;
    up();
    PLAY({USB_DATA0, 1000}, {USB_DATA0, 8});
    while (rd(OTG_HFNUM) >> 16 > 12000)
        run_us(1);
    channel_start(1, BULK_IN, DPID_DATA0, NULL, 64);
    run_us(2000);
    assert_int_equal(rd(OTG_HPRT) & (HPRT_PCSTS | HPRT_PENA | HPRT_PENCHNG),
                     HPRT_PCSTS | HPRT_PENCHNG);
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRST);
    run_us(60000);
    wr(OTG_HPRT, HPRT_PPWR);
    run_us(20000);
    assert_false(rd(OTG_HPRT) & HPRT_PENA); /* only a core reset helps */
    host_init();
    host_reset_port();
}

static void test_flush(void **state)
{
    (void)state;
    up();
    channel_start(2, BULK_OUT, DPID_DATA0, data, 64);
    run_us(5);
    wr(OTG_GRSTCTL, GRSTCTL_TXFFLSH);
    assert_findings(RULE_OTG_FLUSH_BUSY, 1);
    run_us(100);
    while (rd(OTG_HFNUM) >> 16 > 1000)
        run_us(1);
    channel_start(3, BULK_OUT, DPID_DATA0, data, 64);
    assert_int_equal(rd(OTG_HNPTXSTS) & 0xFFFF, 112 - 16);
    wr(OTG_GRSTCTL, GRSTCTL_TXFFLSH | 1u << 6); /* the periodic one */
    run_us(1);
    assert_int_equal(rd(OTG_HNPTXSTS) & 0xFFFF, 112 - 16);
    wr(OTG_GRSTCTL, GRSTCTL_TXFFLSH | 0x10u << 6);
    assert_true(rd(OTG_GRSTCTL) & GRSTCTL_TXFFLSH);
    wr(HC(3, HCINT), 0);
    assert_findings(RULE_OTG_IN_RESET, 1);
    run_us(1);
    assert_int_equal(rd(OTG_HNPTXSTS), 0x00080000 | 112);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_packet),
        cmocka_unit_test(test_in_packets),
        cmocka_unit_test(test_in_answers),
        cmocka_unit_test(test_toggle_error),
        cmocka_unit_test(test_out),
        cmocka_unit_test(test_halts),
        cmocka_unit_test(test_reuse),
        cmocka_unit_test(test_queue_full),
        cmocka_unit_test(test_surplus),
        cmocka_unit_test(test_fifo_abuse),
        cmocka_unit_test(test_tx_space),
        cmocka_unit_test(test_two_out),
        cmocka_unit_test(test_fifo_sizes),
        cmocka_unit_test(test_frame_capacity),
        cmocka_unit_test(test_nak_cost),
        cmocka_unit_test(test_interrupt_endpoint),
        cmocka_unit_test(test_low_speed),
        cmocka_unit_test(test_clock_rules),
        cmocka_unit_test(test_port_babble),
        cmocka_unit_test(test_flush),
        cmocka_unit_test(test_receive_fifo_full),
        cmocka_unit_test(test_re_arming),
        cmocka_unit_test(test_disconnect_in_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
