/* SPDX-License-Identifier: MIT
 * Attach and enumeration against the virtual stick: good ones, odd ones, and each fault. */
#include "support/cmocka_all.h"

#include <string.h>

#include "config/limits.h"
#include "port/clock.h"
#include "support/fake_clock.h"
#include "support/fake_hc.h"
#include "support/fake_log_sink.h"
#include "support/usb_bench.h"
#include "usb/usb_host.h"

static struct fake_stick stick;
static struct usb_host host;
static uint8_t image[64 * 512];

static int power_up(void **state)
{
    (void)state;
    /* the clock wraps during every test */
    usb_bench_start(&stick, image, 64, UINT32_MAX - 300);
    usb_host_init(&host);
    return 0;
}

static int check_manners(void **state)
{
    (void)state;
    usb_bench_check_manners(&stick);
    return 0;
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

static void waits_without_a_device(void **state)
{
    (void)state;
    assert_int_equal(run(60000), BL_PENDING);
    assert_false(usb_host_attached(&host));
    assert_int_equal(fake_hc_resets(), 0);
}

static void enumerates_a_stick(void **state)
{
    (void)state;
    fake_hc_plug(&stick);
    assert_int_equal(usb_host_poll(&host), BL_PENDING);
    assert_true(usb_host_attached(&host));
    assert_int_equal(run(1000), BL_OK);
    assert_int_equal(usb_host_vid(&host), 0x0781);
    assert_int_equal(usb_host_pid(&host), 0x5567);
    assert_int_equal(stick.configuration, 1);
    assert_int_equal(stick.addr, 1);
    assert_int_equal(fake_hc_resets(), 1);
    assert_true(fake_hc_reset_ms() >= 50);
    assert_int_equal(host.msc.in_ep, 1);
    assert_non_null(strstr(fake_log_text(), "0781:5567"));
    assert_int_equal(run(100), BL_OK);
}

static void debounces_the_attach(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        fake_hc_plug(&stick);
        assert_int_equal(run(90), BL_PENDING);
        fake_hc_unplug();
        assert_int_equal(run(30), BL_PENDING);
        assert_true(usb_host_attached(&host));
    }
    assert_int_equal(fake_hc_resets(), 0);
    fake_hc_plug(&stick);
    uint32_t plug_ms = clock_ms();
    assert_int_equal(run(1000), BL_OK);
    assert_true(usb_host_attach_ms(&host) - plug_ms >= 100);
}

static void touched_and_taken_away(void **state)
{
    (void)state;
    fake_hc_plug(&stick);
    assert_int_equal(run(50), BL_PENDING);
    fake_hc_unplug();
    assert_int_equal(run(600), BL_E_USB_GONE);
    assert_int_equal(fake_hc_resets(), 0);
}

static void takes_every_packet_size_of_endpoint_0(void **state)
{
    (void)state;
    for (uint8_t size = 8; size <= 64; size = (uint8_t)(size * 2)) {
        (void)power_up(state);
        stick.max_packet0 = size;
        stick.device_desc[7] = size;
        fake_hc_plug(&stick);
        assert_int_equal(run(1000), BL_OK);
        assert_int_equal(host.control.pipe.max_packet, size);
    }
}

static void takes_long_configurations_in_part(void **state)
{
    uint8_t *d = stick.config_desc;
    (void)state;

    /* 600 bytes, the interface at their beginning. */
    d[2] = 600 & 0xFF;
    d[3] = 600 >> 8;
    for (uint32_t at = 32; at < 600; at += 8)
        d[at] = 8;
    stick.config_bytes = 600;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
}

/* It says that there is nothing but the configuration's own descriptor. */
static void reads_a_configuration_that_calls_itself_too_short(void **state)
{
    (void)state;
    stick.config_desc[2] = 9;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
}

static void selects_an_alternate_setting(void **state)
{
    (void)state;
    stick.config_desc[9 + 3] = 1;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
    assert_int_equal(stick.setup[1], 11); /* SET_INTERFACE came last */
    assert_int_equal(stick.setup[2], 1);
}

static const uint8_t keyboard_config[] = {9, 2, 25, 0, 1, 2, 0, 0x80, 50, 9, 4, 0, 0,
                                          1, 3, 1,  1, 0, 7, 5, 0x81, 3,  8, 0, 10};

static void refuses_what_is_no_stick(void **state)
{
    (void)state;
    stick.config_desc[9 + 5] = 3;
    stick.device_desc[17] = 2; /* the second configuration is asked for too */
    stick.more_configs[0] = keyboard_config;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_E_USB_NOT_STICK);
    assert_int_equal(host.config_index, 2);
    assert_int_equal(fake_hc_resets(), 1);
    assert_false(usb_host_attached(&host));
    assert_false(usb_host_next(&host));
}

/* The stick is in the third configuration, whose value is not its index. */
static void finds_it_in_any_configuration(void **state)
{
    static uint8_t third[32];
    (void)state;

    memcpy(third, stick.config_desc, sizeof third);
    third[5] = 7;
    memcpy(stick.config_desc, keyboard_config, sizeof keyboard_config);
    stick.config_desc[5] = 1;
    stick.config_bytes = sizeof keyboard_config;
    stick.more_configs[0] = keyboard_config;
    stick.more_configs[1] = third;
    stick.device_desc[17] = 3;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
    assert_int_equal(stick.configuration, 7);
}

/* A keyboard and a network card with the stick between them, as alternate setting 3 of an interface
 * whose setting 0 has no endpoints. */
static void finds_it_in_a_composite_device(void **state)
{
    static const uint8_t config[] = {
        9, 2, 90,   0, 3,  2, 0,  0x80, 50, 8, 11,   0,    1, 3,  1,    1, 0, /* function */
        9, 4, 0,    0, 1,  3, 1,  1,    0,  9, 0x21, 0,    1, 0,  1,    0, 0, /* keyboard */
        7, 5, 0x83, 3, 8,  0, 10, 9,    4,  1, 0,    0,    8, 6,  0x50, 0,    /* empty */
        9, 4, 1,    3, 2,  8, 6,  0x50, 0,  7, 5,    0x81, 2, 64, 0,    0,    /* stick */
        7, 5, 2,    2, 64, 0, 0,  9,    4,  2, 0,    0,    2, 2,  0,    0};   /* network */
    (void)state;

    memcpy(stick.config_desc, config, sizeof config);
    stick.config_bytes = sizeof config;
    stick.config_desc[2] = sizeof config;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
    assert_int_equal(host.msc.interface, 1);
    assert_int_equal(host.msc.alternate, 3);
    assert_int_equal(stick.setup[1], 11); /* SET_INTERFACE came last */
    assert_int_equal(stick.setup[2], 3);
    assert_int_equal(stick.setup[4], 1);
}

static void answers_after_a_second_reset(void **state)
{
    (void)state;
    stick.deaf_resets = 3;
    fake_hc_plug(&stick);
    assert_int_equal(run(USB_HOST_ENUMERATION_MS), BL_OK);
    assert_int_equal(fake_hc_resets(), 3);
}

static void refuses_low_speed(void **state)
{
    (void)state;
    fake_hc_low_speed(true);
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_E_USB_SPEED);
}

static void gives_up_a_port_that_is_never_enabled(void **state)
{
    (void)state;
    fake_hc_never_enable(true);
    fake_hc_plug(&stick);
    assert_int_equal(run(USB_HOST_ENUMERATION_MS), BL_E_TIMEOUT);
    assert_int_equal(fake_hc_resets(), 3);
}

static const uint8_t requests[] = {6, 5, 9}; /* GET_DESCRIPTOR, SET_ADDRESS, SET_CONFIGURATION */

/* Every request fails once in every way: a second try with a longer reset mends it. */
static void mends_one_failure_of_each_kind(void **state)
{
    const enum fake_fault_kind kinds[] = {FAKE_FAULT_STALL, FAKE_FAULT_SILENCE, FAKE_FAULT_NAK};

    for (uint32_t r = 0; r < sizeof requests; r++)
        for (uint32_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            for (uint32_t skip = 0; skip < (requests[r] == 6 ? 4u : 1u); skip++) {
                (void)power_up(state);
                stick.faults[0] =
                    (struct fake_fault){.stage = FAKE_AT_SETUP,
                                        .code = requests[r],
                                        .skip = skip,
                                        .count = kinds[k] == FAKE_FAULT_SILENCE ? 9 : 1,
                                        .kind = kinds[k]};
                fake_hc_plug(&stick);
                assert_int_equal(run(USB_HOST_ENUMERATION_MS), BL_OK);
                assert_int_equal(fake_hc_resets(), 2);
                assert_true(fake_hc_reset_ms() >= 100);
                (void)check_manners(state);
            }
}

/* The same for ever: an error in bounded time, and no transfer left behind. */
static void gives_up_in_bounded_time(void **state)
{
    const struct {
        enum fake_fault_kind kind;
        enum bl_rc rc;
    } cases[] = {{FAKE_FAULT_STALL, BL_E_USB_STALL},
                 {FAKE_FAULT_SILENCE, BL_E_USB_XACT},
                 {FAKE_FAULT_NAK, BL_E_TIMEOUT}};

    for (uint32_t r = 0; r < sizeof requests; r++)
        for (uint32_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            (void)power_up(state);
            stick.faults[0] = (struct fake_fault){.stage = FAKE_AT_SETUP,
                                                  .code = requests[r],
                                                  .count = UINT32_MAX,
                                                  .kind = cases[k].kind};
            fake_hc_plug(&stick);
            assert_int_equal(run(USB_HOST_ENUMERATION_MS), cases[k].rc);
            assert_int_equal(fake_hc_resets(), 3);
            assert_false(fake_hc_pending());
            assert_int_equal(usb_host_poll(&host), cases[k].rc);
        }
}

static void refuses_descriptors_of_nonsense(void **state)
{
    (void)state;
    stick.faults[0] = (struct fake_fault){
        .stage = FAKE_AT_SETUP, .code = 6, .count = UINT32_MAX, .kind = FAKE_FAULT_CORRUPT};
    fake_hc_plug(&stick);
    assert_int_equal(run(USB_HOST_ENUMERATION_MS), BL_E_USB_DESC);
}

/* One lost packet or acknowledgement anywhere is mended on the spot, with one exception. */
static void lost_packets_do_no_harm(void **state)
{
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
    uint32_t last = stick.transactions;
    uint32_t more_resets = 0;

    assert_true(last > 10);
    for (uint32_t at = 1; at <= last; at++)
        for (int ack = 0; ack < 2; ack++) {
            (void)power_up(state);
            *(ack ? &stick.lose_ack_at : &stick.drop_at) = at;
            fake_hc_plug(&stick);
            assert_int_equal(run(4000), BL_OK);
            more_resets += fake_hc_resets() - 1;
            (void)check_manners(state);
        }
    /* A device that does not see the end of SET_ADDRESS keeps its old address. */
    assert_int_equal(more_resets, 1);
}

/* Pulled out at every single transaction: BL_E_USB_GONE soon, and nothing left behind. */
static void pulled_out_at_each_transaction(void **state)
{
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
    uint32_t last = stick.transactions;

    for (uint32_t at = 1; at <= last; at++) {
        (void)power_up(state);
        stick.unplug_at = at;
        fake_hc_plug(&stick);
        enum bl_rc rc = run(1500);

        if (rc == BL_OK) /* the last packet: READY came first */
            rc = run(1500);
        assert_int_equal(rc == BL_OK ? usb_host_poll(&host) : rc, BL_E_USB_GONE);
        assert_false(fake_hc_pending());
        assert_false(usb_host_attached(&host));
    }
}

static void comes_back_after_a_short_leave(void **state)
{
    (void)state;
    fake_hc_plug(&stick);
    assert_int_equal(run(130), BL_PENDING); /* in the reset */
    assert_int_equal(host.state, USB_HOST_RESET);
    assert_int_equal(run(40), BL_PENDING);
    fake_hc_unplug();
    assert_int_equal(run(200), BL_PENDING);
    assert_int_equal(host.state, USB_HOST_RETURN);
    assert_true(usb_host_attached(&host));
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
}

static void notices_that_a_ready_stick_is_gone(void **state)
{
    (void)state;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
    fake_hc_unplug();
    fake_hc_plug(&stick); /* so short that nobody looked in between */
    assert_int_equal(usb_host_poll(&host), BL_E_USB_GONE);
    usb_host_init(&host);
    assert_int_equal(run(1000), BL_OK);
}

static void starts_a_stuck_core_again(void **state)
{
    (void)state;
    fake_hc_break_core(4, false);
    fake_hc_plug(&stick);
    assert_int_equal(run(USB_HOST_ENUMERATION_MS), BL_OK);
    assert_int_equal(fake_hc_inits(), 2);
    assert_true(fake_hc_vbus());
}

static void gives_up_a_dead_core(void **state)
{
    (void)state;
    fake_hc_break_core(4, true);
    fake_hc_plug(&stick);
    assert_int_equal(run(USB_HOST_ENUMERATION_MS), BL_E_USB_CORE);
}

/* The core does not let go of a transfer: said, and nothing hangs on it; a new start needs the core. */
static void a_transfer_that_cannot_be_aborted(void **state)
{
    (void)state;
    fake_hc_plug(&stick);
    while (host.state != USB_HOST_DEVICE || !fake_hc_pending())
        assert_int_equal(run(1), BL_PENDING);
    fake_hc_break_abort();
    fake_hc_unplug();
    assert_int_equal(run(ATTACH_WINDOW_MS + 10), BL_E_USB_GONE);
    assert_non_null(strstr(fake_log_text(), "core stuck at the disconnect"));
    usb_host_init(&host);
    assert_int_equal(usb_host_poll(&host), BL_E_USB_CORE);
    assert_int_equal(hc_init(), BL_OK);
    fake_hc_plug(&stick);
    usb_host_init(&host);
    assert_int_equal(run(1000), BL_OK);
}

static void restart_enumerates_again(void **state)
{
    (void)state;
    fake_hc_plug(&stick);
    assert_int_equal(run(1000), BL_OK);
    usb_host_restart(&host, BL_E_USB_XACT);
    assert_int_equal(usb_host_poll(&host), BL_PENDING);
    assert_int_equal(run(1000), BL_OK);
    assert_int_equal(fake_hc_resets(), 2);
    usb_host_restart(&host, BL_E_USB_XACT);
    assert_int_equal(run(30), BL_PENDING);
    fake_hc_unplug(); /* no way back from here: it may be another one */
    assert_int_equal(run(100), BL_E_USB_GONE);
    usb_host_restart(&host, BL_E_USB_XACT);
    assert_int_equal(usb_host_poll(&host), BL_E_USB_GONE);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, power_up, check_manners)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(waits_without_a_device),
        CASE(enumerates_a_stick),
        CASE(debounces_the_attach),
        CASE(touched_and_taken_away),
        CASE(takes_every_packet_size_of_endpoint_0),
        CASE(takes_long_configurations_in_part),
        CASE(reads_a_configuration_that_calls_itself_too_short),
        CASE(selects_an_alternate_setting),
        CASE(refuses_what_is_no_stick),
        CASE(finds_it_in_any_configuration),
        CASE(finds_it_in_a_composite_device),
        CASE(answers_after_a_second_reset),
        CASE(refuses_low_speed),
        CASE(gives_up_a_port_that_is_never_enabled),
        CASE(mends_one_failure_of_each_kind),
        CASE(gives_up_in_bounded_time),
        CASE(refuses_descriptors_of_nonsense),
        CASE(lost_packets_do_no_harm),
        CASE(pulled_out_at_each_transaction),
        CASE(comes_back_after_a_short_leave),
        CASE(notices_that_a_ready_stick_is_gone),
        CASE(starts_a_stuck_core_again),
        CASE(gives_up_a_dead_core),
        CASE(a_transfer_that_cannot_be_aborted),
        CASE(restart_enumerates_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
