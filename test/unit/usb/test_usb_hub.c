/* SPDX-License-Identifier: MIT
 * Sticks behind hubs: on which port ever, two levels deep, among devices of other kinds, with faults
 * of the hub and of what is on it. */
#include "support/cmocka_all.h"

#include <string.h>

#include "port/clock.h"
#include "support/fake_clock.h"
#include "support/fake_hc.h"
#include "support/fake_hub.h"
#include "support/fake_log_sink.h"
#include "support/usb_bench.h"
#include "usb/usb_host.h"

static struct fake_hub hub, inner[5];
static struct fake_stick stick, other, third;
static struct usb_host host;
static uint8_t image[64 * 512];

static void make_other_kind(struct fake_stick *device)
{
    fake_stick_init(device, image, 64, 512);
    device->config_desc[9 + 5] = 3;
    device->device_desc[8] = 0x6D;
    device->device_desc[9] = 0x04;
}

static int power_up(void **state)
{
    (void)state;
    usb_bench_start(&stick, image, 64, UINT32_MAX - 300);
    fake_hub_init(&hub);
    for (unsigned i = 0; i < 5; i++)
        fake_hub_init(&inner[i]);
    fake_stick_init(&third, image, 64, 512);
    make_other_kind(&other);
    fake_hc_plug(&hub.dev);
    usb_host_init(&host);
    return 0;
}

static int check_manners(void **state)
{
    const struct fake_stick *devices[] = {&hub.dev, &stick, &other, &third};

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        usb_bench_check_manners(devices[i]);
    for (unsigned i = 0; i < 5; i++)
        usb_bench_check_manners(&inner[i].dev);
    return 0;
}

static bool logged(const char *text)
{
    return strstr(fake_log_text(), text) != NULL;
}

/* Polls until the machine is through, at most limit_ms. */
static enum bl_rc run(uint32_t limit_ms)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc;

    while ((rc = usb_host_poll(&host)) == BL_PENDING && clock_ms() - start_ms < limit_ms)
        clock_idle();
    return rc;
}

/* The same, past all that is not a stick. */
static enum bl_rc run_past(uint32_t limit_ms)
{
    enum bl_rc rc;

    while ((rc = run(limit_ms)) < 0 && usb_host_next(&host))
        continue;
    return rc;
}

static void finds_a_stick_on_each_port(void **state)
{
    for (unsigned n = 1; n <= FAKE_HUB_PORTS; n++) {
        (void)power_up(state);
        hub.ports = FAKE_HUB_PORTS;
        hub.port[n].device = &stick;
        assert_int_equal(run(1500), BL_OK);
        assert_int_equal(usb_host_vid(&host), 0x0781);
        assert_int_equal(stick.configuration, 1);
        assert_int_not_equal(stick.addr, hub.dev.addr);
        assert_int_equal(hub.port[n].resets, 1);
        assert_int_equal(fake_hc_resets(), 1);
        (void)check_manners(state);
    }
}

static void an_empty_hub_is_nothing_attached(void **state)
{
    (void)state;
    assert_int_equal(run(100), BL_PENDING);
    assert_true(usb_host_attached(&host)); /* while nobody knows that it is a hub */
    assert_int_equal(run(60000), BL_PENDING);
    assert_false(usb_host_attached(&host));
    hub.port[3].device = &stick; /* plugged in later */
    assert_int_equal(run(500), BL_OK);
    assert_true(clock_ms() - usb_host_attach_ms(&host) < 500);
}

static void waits_for_power_and_a_slow_device(void **state)
{
    (void)state;
    hub.power_good = 255;
    hub.port[1].device = &stick;
    hub.port[1].connect_ms = 700;
    assert_int_equal(run(600), BL_PENDING);
    assert_true(usb_host_attached(&host)); /* the ports have no good power yet */
    assert_int_equal(run(400), BL_PENDING);
    assert_false(usb_host_attached(&host));
    assert_int_equal(run(1200), BL_OK);
}

static void passes_over_other_devices(void **state)
{
    (void)state;
    hub.port[1].device = &other;
    hub.port[2].device = &third;
    hub.port[2].low_speed = true;
    hub.port[4].device = &stick;
    assert_int_equal(run(1500), BL_E_USB_NOT_STICK);
    assert_true(logged("046d:5567"));
    assert_true(logged("port 1: USB device is not a mass-storage stick"));
    assert_int_equal(usb_host_poll(&host), BL_E_USB_NOT_STICK);
    assert_true(usb_host_next(&host));
    assert_int_equal(run(1500), BL_E_USB_SPEED);
    assert_true(logged("port 2: low-speed USB device"));
    assert_true(usb_host_next(&host));
    assert_int_equal(run(1500), BL_OK);
    assert_false(hub.port[1].enabled);
    assert_int_equal(hub.port[2].resets, 0);
    assert_int_equal(hub.port[1].resets, 1);
    /* And after the stick there is nothing more. */
    assert_true(usb_host_next(&host));
    assert_int_equal(run(5000), BL_PENDING);
    assert_false(usb_host_attached(&host));
    assert_false(hub.port[4].enabled);
    assert_int_equal(hub.port[1].resets, 1);
}

static void several_sticks_one_after_the_other(void **state)
{
    (void)state;
    hub.port[2].device = &stick;
    hub.port[3].device = &third;
    third.device_desc[10] = 1;
    assert_int_equal(run(1500), BL_OK);
    assert_int_equal(usb_host_pid(&host), 0x5567);
    assert_true(usb_host_next(&host));
    assert_int_equal(run(1500), BL_OK);
    assert_int_equal(usb_host_pid(&host), 0x5501);
    assert_int_equal(host.control.pipe.device_addr, third.addr);
}

static void a_stick_is_left_in_the_middle_of_a_transfer(void **state)
{
    _Alignas(4) static uint8_t buffer[64];
    (void)state;

    hub.port[2].device = &stick;
    hub.port[3].device = &third;
    assert_int_equal(run(1500), BL_OK);
    struct hc_pipe in = {.device_addr = stick.addr, .ep_num = 1, .bulk = true, .max_packet = 64};
    assert_int_equal(hc_xfer_start(&in, HC_IN, buffer, sizeof buffer), BL_OK);
    assert_true(usb_host_next(&host));
    assert_int_equal(run(1500), BL_OK);
    assert_int_equal(third.configuration, 1);
}

static void follows_a_hub_on_a_hub(void **state)
{
    for (unsigned n = 1; n <= 4; n++) {
        (void)power_up(state);
        hub.port[n].device = &inner[0].dev;
        inner[0].port[5 - n].device = &stick;
        assert_int_equal(run(3000), BL_OK);
        assert_true(hub.port[n].enabled && inner[0].port[5 - n].enabled);
        (void)check_manners(state);
    }
}

static void all_ports_of_all_hubs_are_asked(void **state)
{
    (void)state;
    hub.port[1].device = &inner[0].dev;
    hub.port[2].device = &inner[1].dev;
    hub.port[3].device = &inner[2].dev;
    assert_int_equal(run(3000), BL_PENDING);
    inner[2].port[4].device = &stick;
    assert_int_equal(run(1000), BL_OK);
    assert_true(usb_host_next(&host));
    hub.port[4].device = &third;
    assert_int_equal(run(1000), BL_OK);
    assert_int_equal(third.configuration, 1);
}

static void the_third_level_and_the_fifth_hub_are_too_many(void **state)
{
    (void)state;
    hub.port[1].device = &inner[0].dev;
    inner[0].port[1].device = &inner[1].dev;
    inner[1].port[1].device = &stick;
    assert_int_equal(run(3000), BL_E_USB_NOT_STICK);
    assert_true(logged("one too many"));
    assert_int_equal(inner[1].dev.configuration, 0);
    assert_true(usb_host_next(&host));
    inner[0].port[2].device = &third;
    assert_int_equal(run(1000), BL_OK);

    (void)power_up(state);
    for (unsigned n = 1; n <= 4; n++)
        hub.port[n].device = &inner[n].dev;
    assert_int_equal(run(3000), BL_E_USB_NOT_STICK);
    assert_true(usb_host_next(&host));
    inner[1].port[1].device = &stick;
    assert_int_equal(run(1000), BL_OK);
}

static void tells_an_over_current(void **state)
{
    (void)state;
    hub.port[1].over_current = true;
    hub.port[2].device = &stick;
    assert_int_equal(run(1500), BL_E_USB_OVERCURRENT);
    assert_true(logged("port 1: over-current"));
    assert_true(usb_host_next(&host));
    assert_int_equal(run(1500), BL_OK);
}

static void ports_that_cannot_be_reset(void **state)
{
    (void)state;
    hub.port[1].device = &third;
    hub.port[1].never_enabled = true;
    hub.port[2].device = &other;
    hub.port[2].reset_never_ends = true;
    hub.port[3].device = &stick;
    assert_int_equal(run(3000), BL_E_TIMEOUT);
    assert_true(usb_host_next(&host));
    assert_int_equal(run(3000), BL_E_TIMEOUT);
    assert_true(usb_host_next(&host));
    assert_int_equal(run(3000), BL_OK);
}

/* A device that fails is tried three times, then left at address 0 on a disabled port. */
static void a_device_that_does_not_answer_is_left(void **state)
{
    uint32_t start_ms = clock_ms();
    (void)state;

    hub.port[1].device = &third;
    third.deaf_resets = UINT32_MAX;
    hub.port[2].device = &stick;
    assert_int_equal(run(USB_HOST_ENUMERATION_MS), BL_E_USB_XACT);
    assert_true(clock_ms() - start_ms < USB_HOST_ENUMERATION_MS);
    assert_int_equal(hub.port[1].resets, 3);
    assert_int_equal(fake_hc_resets(), 1);
    assert_true(usb_host_next(&host));
    assert_int_equal(run(1500), BL_OK);
    assert_int_equal(usb_host_vid(&host), 0x0781);

    (void)power_up(state);
    hub.port[1].device = &stick;
    stick.deaf_resets = 2;
    assert_int_equal(run(3000), BL_OK);
    assert_int_equal(hub.port[1].resets, 2);
}

static void restart_resets_the_port_of_the_device(void **state)
{
    (void)state;
    hub.port[4].device = &stick;
    assert_int_equal(run(1500), BL_OK);
    usb_host_restart(&host, BL_E_USB_XACT);
    assert_int_equal(run(1500), BL_OK);
    assert_int_equal(hub.port[4].resets, 2);
    assert_int_equal(fake_hc_resets(), 1);
    stick.unplugged = true;
    usb_host_restart(&host, BL_E_USB_XACT);
    assert_int_equal(run(1500), BL_E_USB_GONE);
    assert_true(usb_host_next(&host)); /* the hub is there still */
    hub.port[2].device = &third;
    assert_int_equal(run(1500), BL_OK);
}

static void the_core_cannot_be_revived_behind_a_hub(void **state)
{
    (void)state;
    hub.port[1].device = &stick;
    assert_int_equal(run(1500), BL_OK);
    usb_host_restart(&host, BL_E_USB_CORE);
    assert_int_equal(usb_host_poll(&host), BL_E_USB_CORE);
    assert_false(usb_host_next(&host));
}

static void a_hub_that_fails_is_the_end(void **state)
{
    const struct {
        uint8_t code; /* bRequest: GET_STATUS; SET_FEATURE after the four of the power */
        uint32_t skip;
    } cases[] = {{0, 0}, {0, 2}, {3, 4}, {1, 0}};

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)power_up(state);
        hub.port[1].device = &stick;
        hub.dev.faults[0] = (struct fake_fault){.stage = FAKE_AT_SETUP,
                                                .code = cases[i].code,
                                                .skip = cases[i].skip,
                                                .count = UINT32_MAX,
                                                .kind = FAKE_FAULT_STALL};
        assert_int_equal(run(3000), BL_E_USB_STALL);
        assert_false(usb_host_next(&host));
    }
}

/* Its own enumeration gets three tries, as any other. */
static void a_hub_that_fails_once(void **state)
{
    const uint8_t codes[] = {6, 5, 9, 3};

    for (unsigned i = 0; i < sizeof codes; i++) {
        (void)power_up(state);
        hub.port[1].device = &stick;
        hub.dev.faults[0] = (struct fake_fault){.stage = FAKE_AT_SETUP,
                                                .code = codes[i],
                                                .skip = codes[i] == 6 ? 3 : 0,
                                                .count = 1,
                                                .kind = FAKE_FAULT_STALL};
        assert_int_equal(run(3000), BL_OK);
        assert_int_equal(fake_hc_resets(), 2);
        (void)check_manners(state);
    }
}

static void the_hub_is_pulled_out(void **state)
{
    (void)state;
    hub.port[1].device = &stick;
    assert_int_equal(run(1500), BL_OK);
    fake_hc_unplug();
    assert_false(usb_host_next(&host));
    assert_int_equal(run(1500), BL_E_USB_GONE);
    assert_false(usb_host_next(&host));
}

/* The whole tree pulled out, or the stick alone, at every transaction. */
static void pulled_out_at_each_transaction(void **state)
{
    hub.port[2].device = &stick;
    assert_int_equal(run(1500), BL_OK);
    uint32_t last_of_hub = hub.dev.transactions;
    uint32_t last_of_stick = stick.transactions;

    for (uint32_t at = 1; at <= last_of_hub; at++) {
        (void)power_up(state);
        hub.port[2].device = &stick;
        hub.dev.unplug_at = at;
        enum bl_rc rc = run(3000);

        assert_int_equal(rc == BL_OK ? run(100) : rc, BL_E_USB_GONE);
        assert_false(fake_hc_pending());
    }
    for (uint32_t at = 1; at < last_of_stick; at++) {
        (void)power_up(state);
        hub.port[2].device = &stick;
        hub.port[3].device = &third;
        stick.unplug_at = at;
        assert_int_equal(run_past(10000), BL_OK);
        assert_int_equal(third.configuration, 1);
        (void)check_manners(state);
    }
}

/* A device that comes and goes for ever gets no more addresses than there are. */
static void addresses_bound_what_a_bus_can_ask_for(void **state)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc = BL_PENDING;
    (void)state;

    hub.port[1].device = &stick;
    while (rc == BL_PENDING && clock_ms() - start_ms < 60000) {
        rc = run(1);
        if (stick.addr == host.last_addr && host.state == USB_HOST_CONFIG)
            hub.port[1].device = NULL; /* seen by the next try as gone */
        else if (host.state == USB_HOST_HUB_SCAN)
            hub.port[1].device = &stick;
    }
    assert_int_equal(rc, BL_E_USB_DEVICES);
    assert_int_equal(host.last_addr, USB_HOST_ADDR_MAX);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, power_up, check_manners)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(finds_a_stick_on_each_port),
        CASE(an_empty_hub_is_nothing_attached),
        CASE(waits_for_power_and_a_slow_device),
        CASE(passes_over_other_devices),
        CASE(several_sticks_one_after_the_other),
        CASE(a_stick_is_left_in_the_middle_of_a_transfer),
        CASE(follows_a_hub_on_a_hub),
        CASE(all_ports_of_all_hubs_are_asked),
        CASE(the_third_level_and_the_fifth_hub_are_too_many),
        CASE(tells_an_over_current),
        CASE(ports_that_cannot_be_reset),
        CASE(a_device_that_does_not_answer_is_left),
        CASE(restart_resets_the_port_of_the_device),
        CASE(the_core_cannot_be_revived_behind_a_hub),
        CASE(a_hub_that_fails_is_the_end),
        CASE(a_hub_that_fails_once),
        CASE(the_hub_is_pulled_out),
        CASE(pulled_out_at_each_transaction),
        CASE(addresses_bound_what_a_bus_can_ask_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
