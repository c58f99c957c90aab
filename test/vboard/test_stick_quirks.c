/* SPDX-License-Identifier: MIT
 * The quirks do what their list says, one by one, as a host at the registers sees it. */
#include "stick_host.h"

#include <string.h>

static const uint8_t read_2[10] = {0x28, 0, 0, 0, 0, 9, 0, 0, 2, 0};
static const uint8_t capacity[10] = {0x25};

/* From the Nth opportunity from now on, `count` times. */
static void be_at(enum quirk_id id, uint64_t nth, uint64_t count)
{
    bench.quirks.value[id] = (struct quirk_value){.number = nth, .count = count};
}

static void up_ready(void)
{
    up();
    make_ready();
}

/* Starts a command and reads its data; what comes of the status is the caller's. */
static uint32_t read_data(unsigned bytes)
{
    send_cbw(read_2, 10, 1024, 0x80);
    return bulk_in(bytes);
}

static void read_csw(void)
{
    assert_int_equal(bulk_in(64), 0);
    memcpy(csw, received, 13);
}

static void test_status(void **state)
{
    (void)state;
    up_ready();
    be_at(QUIRK_CSW_TAG, 1, 1);
    assert_int_equal(read_data(1024), 0);
    read_csw();
    uint32_t tag = stick_le32(csw + 4);
    assert_int_equal(read_data(1024), 0);
    read_csw();
    assert_int_equal(stick_le32(csw + 4), tag + 2); /* the first was one too low */
    be_at(QUIRK_CSW_SIGNATURE, 1, 1);
    be_at(QUIRK_PHASE_ERROR, 1, 1);
    be_at(QUIRK_RESIDUE, 1, 1);
    assert_int_equal(read_data(1024), 0);
    read_csw();
    assert_int_not_equal(stick_le32(csw), 0x53425355);
    assert_int_equal(stick_le32(csw + 8), 1024);
    assert_int_equal(csw[12], 2);
    be_at(QUIRK_CSW_SHORT, 1, 1);
    be_at(QUIRK_CSW_LONG, 2, 1);
    be_at(QUIRK_CSW_RESERVED, 1, 1);
    assert_int_equal(read_data(1024), 0);
    read_csw();
    assert_int_equal(received_bytes, 12);
    assert_int_equal(read_data(1024), 0);
    read_csw();
    assert_int_equal(received_bytes, 14);
    be_at(QUIRK_STALL_STATUS, 1, 2);
    assert_int_equal(read_data(1024), 0);
    assert_int_equal(bulk_in(13), HCINT_STALL);
    clear_in_halt();
    assert_int_equal(bulk_in(13), HCINT_STALL);
    clear_in_halt();
    assert_int_equal(bulk_in(13), 0);
    be_at(QUIRK_HANG_STATUS, 1, 1);
    be(QUIRK_HANG_MS, 100);
    assert_int_equal(read_data(1024), 0);
    uint64_t from_ps = outside.now_ps;
    assert_int_equal(bulk_in(13), 0);
    assert_in_range(outside.now_ps - from_ps, 95 * PS_PER_MS, 105 * PS_PER_MS);
}

static void test_data(void **state)
{
    (void)state;
    up_ready();
    be_at(QUIRK_SHORT_DATA, 1, 1);
    be_at(QUIRK_SHORT_DATA_LIE, 2, 1);
    assert_int_equal(read_data(1024), 0);
    assert_int_equal(received_bytes, 992);
    status(false, 32, 0);
    assert_int_equal(read_data(1024), 0);
    assert_int_equal(received_bytes, 992);
    status(false, 0, 0);
    be_at(QUIRK_LONG_DATA, 1, 1);
    assert_int_equal(read_data(1088), 0);
    assert_int_equal(received_bytes, 1088);
    status(false, 0, 0);
    be_at(QUIRK_NO_DATA, 1, 1);
    assert_int_equal(read_data(1024), 0);
    assert_int_equal(received_bytes, 13);
    be_at(QUIRK_ZERO_BEFORE_DATA, 1, 1);
    be_at(QUIRK_ZERO_AFTER_DATA, 1, 1);
    assert_int_equal(read_data(1024), 0);
    assert_int_equal(received_bytes, 0);
    assert_int_equal(bulk_in(1024), 0);
    check_blocks(received, 9, 2);
    assert_int_equal(bulk_in(13), 0);
    assert_int_equal(received_bytes, 0);
    status(false, 0, 0);
    be_at(QUIRK_STALL_DATA, 1, 1);
    assert_int_equal(read_data(1024), HCINT_STALL);
    status(true, 1024, 1);
    expect_sense(4, 0x44, 0);
    be_at(QUIRK_STALL_COMMAND, 1, 1);
    uint8_t cbw[31] = "USBC";
    cbw[14] = 6;
    assert_int_equal(bulk_out(cbw, 31), HCINT_STALL);
    assert_int_equal(bulk_in(13), HCINT_STALL);
    be(QUIRK_RESET_STALL, 1);
    assert_int_equal(plain(7, 0x21, 0xFF, 0, 0), HCINT_STALL);
}

/* 1,024 bytes packet by packet; the core drops those with the wrong toggle. How many it were. */
static unsigned read_packets(uint8_t *data)
{
    unsigned wrong = 0;

    send_cbw(read_2, 10, 1024, 0x80);
    for (unsigned at = 0; at < 1024;) {
        uint32_t flags = bulk_in(64);

        if (flags & HCINT_DTERR) {
            wrong++;
            continue;
        }
        assert_int_equal(flags, 0);
        memcpy(data + at, received, received_bytes);
        at += received_bytes;
    }
    return wrong;
}

static void test_toggles(void **state)
{
    uint8_t data[1024];

    (void)state;
    up_ready();
    be_at(QUIRK_LOST_ACK, 3, 1);
    assert_int_equal(read_packets(data), 1); /* it came twice */
    check_blocks(data, 9, 2);
    status(false, 0, 0);
    be_at(QUIRK_TOGGLE_ERROR, 1, 1);
    assert_true(read_data(1024) & HCINT_DTERR);
    assert_int_equal(received_bytes, 0);
}

static void test_transactions(void **state)
{
    (void)state;
    up_ready();
    be_at(QUIRK_LOST_OUT_ACK, 1, 1);
    uint8_t cbw[31] = "USBC";
    cbw[14] = 6;
    assert_int_equal(bulk_out(cbw, 31), HCINT_TXERR);
    assert_int_equal(bulk_out(cbw, 31), 0); /* the same again is acknowledged, and ignored */
    assert_int_equal(bulk_in(13), 0);
    be_at(QUIRK_BABBLE, 1, 1);
    assert_int_equal(read_data(1024), HCINT_BBERR);
    be_at(QUIRK_NO_ANSWER, 1, 2);
    uint8_t setup[8] = {0x80, 6, 0, 1, 0, 0, 8, 0};
    assert_int_equal(control(7, setup), HCINT_TXERR);
    assert_int_equal(control(7, setup), HCINT_TXERR);
    assert_int_equal(control(7, setup), 0);
    be_at(QUIRK_STALL_REQUEST, 2, 1);
    assert_int_equal(control(7, setup), 0);
    assert_int_equal(control(7, setup), HCINT_STALL);
    assert_int_equal(control(7, setup), 0);
}

static void test_leaving(void **state)
{
    (void)state;
    uint8_t setup[8] = {0x80, 6, 0, 1, 0, 0, 8, 0};
    up_ready();
    be_at(QUIRK_DISCONNECT, 3, 1);
    be(QUIRK_RECONNECT_MS, 300);
    assert_int_equal(control(7, setup) & ~DRIVER_PENDING & ~HCINT_TXERR, 0);
    run_us(1000);
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    run_us(290000);
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    run_us(120000); /* and its attach time */
    assert_true(rd(OTG_HPRT) & HPRT_PCSTS);
    be_at(QUIRK_FRAME_BABBLE, 1, 1);
    host_reset_port();
    enumerate();
    send_cbw(tur, 6, 0, 0);
    run_us(1000);
    (void)bulk_in(13);
    assert_false(rd(OTG_HPRT) & HPRT_PENA);
}

static void test_power(void **state)
{
    (void)state;
    bench_start(NULL);
    be(QUIRK_VBUS_CYCLES, 1);
    be(QUIRK_RESETS, 2);
    be_at(QUIRK_OVER_CURRENT, 2, 1);
    be_at(QUIRK_BOUNCE, 1, 1);
    plug_in();
    host_init();
    uint8_t setup[8] = {0x80, 6, 0, 1, 0, 0, 8, 0};
    otg_vbus(&bench, true);
    run_us(110000);
    assert_true(rd(OTG_HPRT) & HPRT_PCSTS);
    run_us(30000); /* it bounces once, and has its attach time again */
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    otg_vbus(&bench, false);
    otg_vbus(&bench, true); /* the second time: too much current */
    run_us(40000);
    assert_false(outside.overcurrent);
    run_us(20000);
    assert_true(outside.overcurrent);
    run_us(500000);
    assert_false(rd(OTG_HPRT) & HPRT_PCSTS);
    otg_vbus(&bench, false);
    assert_false(outside.overcurrent);
    otg_vbus(&bench, true);
    run_us(500000);
    host_reset_port();
    assert_int_equal(control(0, setup), HCINT_TXERR);
    host_reset_port();
    assert_int_equal(control(0, setup), 0);
}

static void test_units(void **state)
{
    static const uint8_t inquiry[6] = {0x12, 0, 0, 0, 36};
    uint8_t max_lun[8] = {0xA1, 0xFE, 0, 0, 0, 0, 1, 0};

    (void)state;
    up();
    bench.quirks.value[QUIRK_LUNS].text = "cd,empty,disk,none";
    static const uint8_t type[4] = {5, 0, 0, 0x7F};
    assert_int_equal(control(7, max_lun), 0);
    assert_int_equal(received[0], 3);
    for (unsigned lun = 0; lun < 4; lun++) {
        uint8_t cbw[31] = "USBC";
        cbw[8] = 36;
        cbw[12] = 0x80;
        cbw[13] = (uint8_t)lun;
        cbw[14] = 6;
        memcpy(cbw + 15, inquiry, 6);
        assert_int_equal(bulk_out(cbw, 31), 0);
        assert_int_equal(bulk_in(36), 0);
        assert_int_equal(received[0], type[lun]);
        assert_int_equal(bulk_in(13), 0);
    }
    bench.quirks.value[QUIRK_LUNS].text = NULL;
    make_ready();
    be(QUIRK_CAPACITY_BLOCKS, 0x180000000);
    command_in(capacity, 10, 8);
    assert_int_equal(stick_be32(received), 0xFFFFFFFF);
    static const uint8_t read16[16] = {0x88, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};
    command_in(read16, 16, 512); /* behind the image: zeros */
    for (unsigned i = 0; i < 512; i++)
        assert_int_equal(received[i], 0);
    be(QUIRK_CAPACITY_BLOCKS, 0);
    be(QUIRK_CAPACITY_PLUS_ONE, 1);
    command_in(capacity, 10, 8);
    assert_int_equal(stick_be32(received), BLOCKS);
    be(QUIRK_READ_MAX, 1);
    assert_int_equal(read_data(1024), HCINT_STALL);
    status(true, 1024, 1);
    be(QUIRK_SENSE_DESCRIPTOR, 1);
    static const uint8_t sense[6] = {0x03, 0, 0, 0, 18};
    send_cbw(sense, 6, 18, 0x80);
    assert_int_equal(bulk_in(18), 0);
    assert_int_equal(received_bytes, 8);
    assert_int_equal(received[0], 0x72);
    assert_int_equal(received[1], 5);
    assert_int_equal(received[2], 0x24);
    status(false, 10, 0);
}

/* The nth configuration's bytes. */
static void get_config(unsigned index, unsigned length)
{
    uint8_t setup[8] = {0x80, 6, (uint8_t)index, 2, 0, 0, (uint8_t)length, (uint8_t)(length >> 8)};

    assert_int_equal(control(0, setup), 0);
}

static void start_with(enum quirk_id id, uint64_t value, const char *text)
{
    bench_start(NULL);
    be(id, value);
    bench.quirks.value[id].text = text;
    plug_in();
    host_init();
    host_port_up(NULL);
}

static void test_descriptors(void **state)
{
    (void)state;
    start_with(QUIRK_COMPOSITE, 0, "first");
    get_config(0, 512);
    assert_int_equal(received_bytes, 9 + 25 + 23);
    assert_int_equal(received[4], 2);
    assert_int_equal(received[9 + 5], 3);
    assert_int_equal(received[9 + 25 + 5], 8);
    start_with(QUIRK_ALTERNATE, 0, "uas");
    get_config(0, 512);
    assert_int_equal(received[32 + 3], 1);
    assert_int_equal(received[32 + 7], 0x62);
    start_with(QUIRK_CONFIGURATIONS, 3, NULL);
    get_config(0, 512);
    assert_int_equal(received[9 + 5], 0xFF);
    get_config(2, 512);
    assert_int_equal(received[9 + 5], 8);
    start_with(QUIRK_TOTAL_LENGTH, 600, NULL);
    get_config(0, 512);
    assert_int_equal(received_bytes, 32);
    assert_int_equal(received[2] | received[3] << 8, 600);
    start_with(QUIRK_ZERO_DESCRIPTOR, 1, NULL);
    get_config(0, 512);
    assert_int_equal(received[18], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),       cmocka_unit_test(test_data),
        cmocka_unit_test(test_transactions), cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_power),        cmocka_unit_test(test_units),
        cmocka_unit_test(test_descriptors),  cmocka_unit_test(test_toggles),
    };

    return cmocka_run_group_tests(tests, make_images, drop_images);
}
