/* SPDX-License-Identifier: MIT
 * The hub of the models: ports, power, reset, speed, over-current, and a stick behind one and two
 * hubs; what may not be done (rules usb-same-address, usb-low-port) is in test/firmware/rules. */
#include "stick_host.h"

#include <string.h>

enum { CONNECTION = 1, ENABLE = 2, OVER_CURRENT = 8, RESET = 16, POWER = 0x100, LOW = 0x200 };
enum { SET_PORT = 0x2303, CLEAR_PORT = 0x2301, F_RESET = 4, F_POWER = 8, F_C_CONNECTION = 16 };

static uint32_t port_request(unsigned hub, unsigned request, unsigned feature, unsigned port)
{
    return plain(hub, (uint8_t)(request >> 8), (uint8_t)request, (uint8_t)feature, (uint8_t)port);
}

/* Status in the low half, changes in the high one. */
static uint32_t port_status(unsigned hub, unsigned port)
{
    uint8_t setup[8] = {0xA3, 0, 0, 0, (uint8_t)port, 0, 4, 0};

    assert_int_equal(control(hub, setup), 0);
    assert_int_equal(received_bytes, 4);
    return stick_le32(received);
}

static void start(unsigned hubs, const char *others)
{
    bench_start(NULL);
    be(QUIRK_HUB, hubs);
    bench.quirks.value[QUIRK_HUB_OTHERS].text = others;
    plug_in();
    host_init();
    host_port_up(NULL);
}

/* The device in the default state is a hub: it gets this address and its ports power. */
static void hub_up(unsigned address, unsigned ports)
{
    uint8_t descriptor[8] = {0xA0, 6, 0, 0x29, 0, 0, 9, 0};

    assert_int_equal(plain(0, 0, 5, (uint8_t)address, 0), 0);
    run_us(2000);
    get_descriptor(address, 1, 0, 18);
    assert_int_equal(received[4], 9);
    assert_int_equal(port_request(address, SET_PORT, F_POWER, 1), HCINT_STALL);
    assert_int_equal(plain(address, 0, 9, 1, 0), 0);
    assert_int_equal(control(address, descriptor), 0);
    assert_int_equal(received[2], ports);
    assert_int_equal(received[5], 50);
    for (unsigned port = 1; port <= ports; port++)
        assert_int_equal(port_request(address, SET_PORT, F_POWER, port), 0);
    run_us(300000);
}

static void reset_port(unsigned hub, unsigned port)
{
    assert_int_equal(port_request(hub, SET_PORT, F_RESET, port), 0);
    assert_true(port_status(hub, port) & RESET);
    run_us(30000);
    assert_int_equal(port_status(hub, port) & (RESET | ENABLE), ENABLE);
}

static void test_one_hub(void **state)
{
    (void)state;
    start(1, NULL);
    hub_up(2, 4);
    assert_int_equal(port_status(2, 1), 1u << 16 | POWER | CONNECTION);
    assert_int_equal(port_status(2, 2), POWER);
    uint8_t setup[8] = {0x80, 6, 0, 1, 0, 0, 8, 0};
    assert_int_equal(control(0, setup), HCINT_TXERR); /* not enabled: not heard */
    assert_int_equal(port_request(2, CLEAR_PORT, F_C_CONNECTION, 1), 0);
    reset_port(2, 1);
    enumerate();
    run_us(500000);
    make_ready();
    assert_int_equal(port_request(2, CLEAR_PORT, F_POWER, 1), 0);
    assert_int_equal(port_status(2, 1) & (POWER | CONNECTION | ENABLE), 0);
    assert_int_equal(control(7, setup), HCINT_TXERR);
    assert_int_equal(port_request(2, SET_PORT, F_POWER, 5), HCINT_STALL); /* it has four */
}

static void test_two_hubs(void **state)
{
    (void)state;
    start(2, NULL);
    hub_up(2, 4);
    reset_port(2, 1);
    hub_up(3, 4);
    reset_port(3, 1);
    enumerate();
    run_us(500000);
    make_ready();
    host_reset_port(); /* everything is forgotten, the ports behind have no power */
    uint8_t setup[8] = {0x80, 6, 0, 1, 0, 0, 8, 0};
    assert_int_equal(control(3, setup), HCINT_TXERR);
    assert_int_equal(control(0, setup), 0);
    hub_up(2, 4);
}

static void test_others(void **state)
{
    (void)state;
    start(1, "keyboard,serial");
    hub_up(2, 4);
    assert_int_equal(port_status(2, 2) & (CONNECTION | LOW), CONNECTION | LOW);
    assert_int_equal(port_status(2, 3) & (CONNECTION | LOW), CONNECTION);
    reset_port(2, 3);
    assert_int_equal(plain(0, 0, 5, 4, 0), 0);
    run_us(2000);
    get_descriptor(4, 1, 0, 8); /* its packets have 8 bytes */
    assert_int_equal(received[4], 2);
    reset_port(2, 1); /* both are there now */
    enumerate();
    get_descriptor(4, 1, 0, 8); /* its packets have 8 bytes */
    assert_int_equal(received[4], 2);
}

static void test_power(void **state)
{
    (void)state;
    bench_start(NULL);
    be(QUIRK_HUB, 1);
    be(QUIRK_HUB_OVER_CURRENT, 2);
    be(QUIRK_HUB_LATE_MS, 1000);
    plug_in();
    host_init();
    host_port_up(NULL);
    hub_up(2, 4);
    assert_int_equal(port_status(2, 1), POWER); /* its power is late */
    run_us(1000000);
    assert_int_equal(port_status(2, 1) & CONNECTION, CONNECTION);
    assert_int_equal(port_status(2, 2), OVER_CURRENT << 16 | OVER_CURRENT);
    bench.options.unplug_at_us = 0;
    stick_on_plug(&bench);
    assert_int_equal(port_status(2, 1), 1u << 16 | POWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_hub),
        cmocka_unit_test(test_two_hubs),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_power),
    };

    return cmocka_run_group_tests(tests, make_images, drop_images);
}
