/* SPDX-License-Identifier: MIT
 * The stick: enumeration, bulk-only transport with its thirteen cases, SCSI, plug and power. Driven
 * through the registers of the OTG_FS model. */
#include "stick_host.h"

#include <string.h>

static void test_enumeration(void **state)
{
    (void)state;
    bench_start(image_path);
    host_init();
    host_port_up(NULL);
    get_descriptor(0, 1, 0, 8);
    assert_int_equal(received_bytes, 8);
    assert_int_equal(received[7], 64);
    enumerate();
    get_descriptor(7, 1, 0, 18);
    assert_int_equal(received_bytes, 18);
    get_descriptor(7, 3, 3, 255); /* shorter than asked for */
    assert_int_equal(received_bytes, 26);
    uint8_t max_lun[8] = {0xA1, 0xFE, 0, 0, 0, 0, 1, 0};
    assert_int_equal(control(7, max_lun), 0);
    assert_int_equal(received[0], 0);
    be(QUIRK_MAX_LUN_STALL, 1);
    assert_int_equal(control(7, max_lun), HCINT_STALL);
    be(QUIRK_MAX_LUN_STALL, 0);
    assert_int_equal(control(7, max_lun), 0); /* the next SETUP ends the stall */
    uint8_t unknown[8] = {0x80, 0x33, 0, 0, 0, 0, 1, 0};
    assert_int_equal(control(7, unknown), HCINT_STALL);
    uint8_t get_status[8] = {0x82, 0, 0, 0, 0x81, 0, 2, 0};
    assert_int_equal(plain(7, 2, 3, 0, 0x81), 0); /* SET_FEATURE(ENDPOINT_HALT) */
    assert_int_equal(control(7, get_status), 0);
    assert_int_equal(received[0], 1);
    assert_int_equal(bulk_in(13), HCINT_STALL);
    clear_in_halt();
    assert_int_equal(control(7, get_status), 0);
    assert_int_equal(received[0], 0);
    assert_findings(RULE_OTG_IN_SURPLUS, 0);
}

static void test_small_packets(void **state)
{
    static const uint8_t read[10] = {0x28, 0, 0, 0, 0, 3, 0, 0, 2, 0};

    (void)state;
    bench_start(NULL);
    be(QUIRK_BULK_BYTES, 8);
    be(QUIRK_NAKS, 3);
    plug_in();
    host_init();
    host_port_up(NULL);
    enumerate();
    assert_int_equal(packet, 8);
    run_us(500000);
    make_ready(); /* CBW of four packets, CSW of two */
    command_in(read, 10, 1024);
    check_blocks(received, 3, 2);
}

static void test_silence(void **state)
{
    uint8_t setup[8] = {0x80, 6, 0, 1, 0, 0, 8, 0};

    (void)state;
    up();
    wr(OTG_HPRT, HPRT_PPWR | HPRT_PRST);
    run_us(50000);
    wr(OTG_HPRT, HPRT_PPWR);
    run_us(3000);
    assert_int_equal(control(0, setup), HCINT_TXERR); /* recovers from the reset: 5 ms */
    run_us(3000);
    assert_int_equal(control(0, setup), 0);
    assert_int_equal(plain(0, 0, 5, 9, 0), 0);
    assert_int_equal(control(9, setup), HCINT_TXERR); /* new address: 1 ms */
    run_us(1000);
    assert_int_equal(control(9, setup), 0);
    assert_int_equal(control(0, setup), HCINT_TXERR);
}

static void test_scsi(void **state)
{
    static const uint8_t inquiry[6] = {0x12, 0, 0, 0, 36};
    static const uint8_t capacity[10] = {0x25};
    static const uint8_t capacity16[16] = {0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32};
    static const uint8_t mode6[6] = {0x1A, 0, 0x3F, 0, 4};
    static const uint8_t read16[16] = {0x88, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1};
    static const uint8_t beyond[10] = {0x28, 0, 0, 0, 0, BLOCKS - 1, 0, 0, 2, 0};
    static const uint8_t write[10] = {0x2A, 0, 0, 0, 0, 1, 0, 0, 1, 0};
    static const uint8_t unknown[6] = {0xC0};

    (void)state;
    up();
    command_in(inquiry, 6, 36); /* does not take the unit attention */
    assert_memory_equal(received + 16, "Virtual stick", 13);
    assert_true(received[1] & 0x80);
    make_ready();
    command_in(capacity, 10, 8);
    assert_int_equal(stick_be32(received), BLOCKS - 1);
    assert_int_equal(stick_be32(received + 4), 512);
    command_in(capacity16, 16, 32);
    assert_int_equal(stick_be32(received + 4), BLOCKS - 1);
    command_in(mode6, 6, 4);
    assert_int_equal(received[2], 0x80);
    command_in(read16, 16, 512);
    check_blocks(received, 5, 1);
    send_cbw(beyond, 10, 1024, 0x80);
    assert_int_equal(bulk_in(1024), HCINT_STALL);
    status(true, 1024, 1);
    expect_sense(5, 0x21, 0);
    send_cbw(write, 10, 512, 0);
    assert_int_equal(bulk_out(csw, 13), HCINT_STALL);
    status(false, 512, 1);
    assert_int_equal(plain(7, 2, 1, 0, 2), 0);
    out_pid = DPID_DATA0;
    expect_sense(7, 0x27, 0);
    send_cbw(unknown, 6, 0, 0);
    status(false, 0, 1);
    expect_sense(5, 0x20, 0);
    static const uint8_t stop[6] = {0x1B}, start[6] = {0x1B, 0, 0, 0, 1};
    send_cbw(stop, 6, 0, 0);
    status(false, 0, 0);
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 1);
    expect_sense(2, 0x04, 0x02);
    send_cbw(start, 6, 0, 0);
    status(false, 0, 0);
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 0);
}

/* Bulk-only transport 6.7: what host and device expect, and how it ends. */
static void test_thirteen_cases(void **state)
{
    static const uint8_t read1[10] = {0x28, 0, 0, 0, 0, 9, 0, 0, 1, 0};
    static const uint8_t capacity[10] = {0x25};
    uint8_t block[1024];

    (void)state;
    for (unsigned i = 0; i < 512; i++)
        block[i] = (uint8_t)(9 * 7 + i + i / 256);
    up();
    be(QUIRK_WRITABLE, 0);
    make_ready();
    send_cbw(read1, 10, 0, 0); /* 2: Hn < Di */
    status(false, 0, 2);
    send_cbw(tur, 6, 64, 0x80); /* 4: Hi > Dn */
    assert_int_equal(bulk_in(64), HCINT_STALL);
    status(true, 64, 0);
    send_cbw(read1, 10, 1024, 0x80); /* 5: Hi > Di, whole packets: stall ends it */
    assert_int_equal(bulk_in(1024), HCINT_STALL);
    assert_int_equal(received_bytes, 512);
    status(true, 512, 0);
    send_cbw(capacity, 10, 64, 0x80); /* 5 again: a short packet ends it */
    assert_int_equal(bulk_in(64), 0);
    assert_int_equal(received_bytes, 8);
    status(false, 56, 0);
    send_cbw(read1, 10, 256, 0x80); /* 7: Hi < Di */
    assert_int_equal(bulk_in(256), 0);
    assert_int_equal(received_bytes, 256);
    status(false, 0, 2);
    send_cbw(tur, 6, 64, 0); /* 9: Ho > Dn */
    assert_int_equal(bulk_out(block, 64), HCINT_STALL);
    status(false, 64, 0);
    assert_int_equal(plain(7, 2, 1, 0, 2), 0);
    out_pid = DPID_DATA0;
    send_cbw(read1, 10, 512, 0); /* 10: Ho <> Di */
    assert_int_equal(bulk_out(block, 64), HCINT_STALL);
    status(false, 512, 2);
}

static void test_writes(void **state)
{
    static const uint8_t write1[10] = {0x2A, 0, 0, 0, 0, 9, 0, 0, 1, 0};
    static const uint8_t read1[10] = {0x28, 0, 0, 0, 0, 9, 0, 0, 1, 0};
    uint8_t block[1024], before[512];

    (void)state;
    for (unsigned i = 0; i < sizeof block; i++)
        block[i] = (uint8_t)(200 - i);
    bench_start(NULL);
    be(QUIRK_WRITABLE, 1);
    plug_in();
    host_init();
    host_port_up(NULL);
    enumerate();
    run_us(500000);
    make_ready();
    command_in(read1, 10, 512);
    memcpy(before, received, 512);
    send_cbw(write1, 10, 512, 0); /* 12: Ho = Do */
    assert_int_equal(bulk_out(block, 512), 0);
    status(false, 0, 0);
    command_in(read1, 10, 512);
    assert_memory_equal(received, block, 512);
    send_cbw(write1, 10, 1024, 0); /* 11: Ho > Do */
    assert_int_equal(bulk_out(before, 512), 0);
    assert_int_equal(bulk_out(block, 64), HCINT_STALL);
    status(false, 512, 0);
    assert_int_equal(plain(7, 2, 1, 0, 2), 0);
    out_pid = DPID_DATA0;
    command_in(read1, 10, 512);
    check_blocks(received, 9, 1);
    send_cbw(write1, 10, 512, 0x80); /* 8: Hi <> Do */
    assert_int_equal(bulk_in(512), HCINT_STALL);
    status(true, 512, 2);
    send_cbw(write1, 10, 0, 0); /* 3: Hn < Do */
    status(false, 0, 2);
}

static void test_invalid_wrapper(void **state)
{
    uint8_t junk[31] = "USBX";

    (void)state;
    up();
    make_ready();
    assert_int_equal(bulk_out(junk, 31), 0);
    assert_int_equal(bulk_in(13), HCINT_STALL);
    clear_in_halt();
    assert_int_equal(bulk_in(13), HCINT_STALL); /* only a Bulk-Only Reset helps */
    assert_int_equal(bulk_out(junk, 31), HCINT_STALL);
    assert_int_equal(plain(7, 0x21, 0xFF, 0, 0), 0);
    clear_in_halt();
    assert_int_equal(plain(7, 2, 1, 0, 2), 0);
    out_pid = DPID_DATA0;
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 0);
    assert_int_equal(bulk_out(junk, 30), 0); /* a wrong length */
    assert_int_equal(bulk_in(13), HCINT_STALL);
}

static void test_readiness_and_errors(void **state)
{
    static const uint8_t read[10] = {0x28, 0, 0, 0, 0, 20, 0, 0, 4, 0};

    (void)state;
    bench_start(image_path);
    be(QUIRK_READY_MS, 2000);
    be(QUIRK_UNIT_ATTENTION, 0);
    be(QUIRK_ERROR_LBA, 22);
    host_init();
    host_port_up(NULL);
    enumerate();
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 1);
    expect_sense(2, 0x04, 0x01);
    run_us(2000000);
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 0);
    send_cbw(read, 10, 2048, 0x80);
    assert_int_equal(bulk_in(2048), HCINT_STALL);
    assert_int_equal(received_bytes, 1024);
    check_blocks(received, 20, 2);
    status(true, 1024, 1);
    expect_sense(3, 0x11, 0);
    be(QUIRK_LATENCY_US, 50000);
    uint64_t from_ps = outside.now_ps;
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 0);
    assert_in_range(outside.now_ps - from_ps, 50 * PS_PER_MS, 51 * PS_PER_MS);
}

static void test_plug_and_power(void **state)
{
    (void)state;
    bench_start(NULL);
    bench.options.plug_at_us = 1000000;
    bench.options.unplug_at_us = 3000000;
    plug_in();
    host_init();
    otg_vbus(&bench, true);
    run_us(900000);
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    run_us(180000);
    assert_true(rd(OTG_HPRT) & HPRT_PCSTS);
    host_reset_port();
    enumerate();
    otg_vbus(&bench, false); /* its power goes, its state too */
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    otg_vbus(&bench, true);
    run_us(90000);
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    run_us(20000);
    host_reset_port();
    enumerate();
    run_us(500000);
    make_ready();
    run_us(2000000);
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    assert_true(rd(OTG_GINTSTS) & GINTSTS_DISCINT);
    run_us(10000000);
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    bench.options.unplug_at_us = ALARM_NEVER; /* and after a power cut it is in */
    stick_power_on(&bench);
    otg_vbus(&bench, true);
    run_us(150000);
    assert_true(rd(OTG_HPRT) & HPRT_PCSTS);
}

/* 32 KB at full speed: 1,216,000 bytes a second less what the wrapper costs. */
static void test_throughput(void **state)
{
    static const uint8_t read[10] = {0x28, 0, 0, 0, 0, 0, 0, 0, 64, 0};

    (void)state;
    bench_start(image_path);
    be(QUIRK_NAKS, 0);
    be(QUIRK_LATENCY_US, 0);
    be(QUIRK_UNIT_ATTENTION, 0);
    host_init();
    host_port_up(NULL);
    enumerate();
    run_us(500000);
    send_cbw(tur, 6, 0, 0);
    status(false, 0, 0);
    uint64_t from_ps = outside.now_ps;
    command_in(read, 10, 32768);
    uint64_t us = (outside.now_ps - from_ps) / PS_PER_US;
    check_blocks(received, 0, 64);
    assert_in_range(us, 32768 * 1000 / 1216, 32768 * 1000 / 1216 + 1500);
}

/* READ(10) of these blocks; they come from the swap image where the salt is 0x80. */
static void read_salted(unsigned lba, unsigned count, uint8_t salt)
{
    uint8_t read[10] = {0x28, 0, 0, 0, 0, (uint8_t)lba, 0, 0, (uint8_t)count, 0};

    command_in(read, 10, 512 * count);
    check_salted(received, lba, count, salt);
}

static void up_with_swap(enum quirk_id when, uint64_t value)
{
    bench_start(NULL);
    bench.quirks.value[QUIRK_SWAP].text = swap_path;
    be(when, value);
    be(QUIRK_UNIT_ATTENTION, 0);
    plug_in();
    host_init();
    host_port_up(NULL);
    enumerate();
    run_us(500000);
}

static void test_swap(void **state)
{
    (void)state;
    up_with_swap(QUIRK_SWAP_READ, 2);
    read_salted(5, 2, 0);
    read_salted(8, 1, 0);
    read_salted(6, 1, 0x80);
    read_salted(8, 1, 0x80);
    read_salted(5, 1, 0x80);
    up_with_swap(QUIRK_SWAP_BYTES, 1536);
    read_salted(5, 1, 0);
    read_salted(5, 2, 0);
    read_salted(7, 1, 0x80);
    up_with_swap(QUIRK_SWAP_READ, 0);
    read_salted(5, 1, 0x80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enumeration),
        cmocka_unit_test(test_small_packets),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_scsi),
        cmocka_unit_test(test_thirteen_cases),
        cmocka_unit_test(test_writes),
        cmocka_unit_test(test_invalid_wrapper),
        cmocka_unit_test(test_readiness_and_errors),
        cmocka_unit_test(test_plug_and_power),
        cmocka_unit_test(test_throughput),
        cmocka_unit_test(test_swap),
    };

    return cmocka_run_group_tests(tests, make_images, drop_images);
}
