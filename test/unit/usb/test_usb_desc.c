/* SPDX-License-Identifier: MIT
 * Descriptors: real ones, odd ones, and bytes that mean harm. Every buffer is a heap block of its
 * exact length, so that the address sanitizer sees a read beyond it. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "usb/usb_desc.h"

#define CONFIG(total)                                9, 2, (total)&0xFF, (total) >> 8, 1, 3, 0, 0x80, 50
#define INTERFACE(number, alt, class, sub, protocol) 9, 4, number, alt, 2, class, sub, protocol, 0
#define ENDPOINT(addr, attr, size)                   7, 5, addr, attr, (size)&0xFF, (size) >> 8, 0

static struct usb_msc_desc msc;

static enum bl_rc find(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    enum bl_rc rc;

    if (len > 0)
        memcpy(copy, bytes, len);
    rc = usb_desc_find_msc(copy, (uint32_t)len, &msc);
    free(copy);
    return rc;
}

#define FIND(...) find((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void finds_a_plain_stick(void **state)
{
    (void)state;
    assert_int_equal(
        FIND(CONFIG(32), INTERFACE(0, 0, 8, 6, 0x50), ENDPOINT(0x81, 2, 64), ENDPOINT(0x02, 2, 32)),
        BL_OK);
    assert_int_equal(msc.configuration, 3);
    assert_int_equal(msc.interface, 0);
    assert_int_equal(msc.in_ep, 1);
    assert_int_equal(msc.in_max_packet, 64);
    assert_int_equal(msc.out_ep, 2);
    assert_int_equal(msc.out_max_packet, 32);
}

static void passes_over_other_interfaces_and_settings(void **state)
{
    (void)state;
    /* A keyboard; a mass-storage interface that is not bulk-only; then UAS as alternate setting 1
     * behind the bulk-only setting 0 of interface 2, with class-specific descriptors between. */
    assert_int_equal(FIND(CONFIG(200), INTERFACE(0, 0, 3, 1, 1), 9, 0x21, 0x11, 1, 0, 1, 0x22, 63,
                          0, ENDPOINT(0x83, 3, 8), INTERFACE(1, 0, 8, 6, 0), ENDPOINT(0x84, 3, 8),
                          INTERFACE(2, 1, 8, 6, 0x62), ENDPOINT(0x85, 2, 64), ENDPOINT(5, 2, 64),
                          INTERFACE(2, 2, 8, 6, 0x50), 4, 0x24, 1, 2, ENDPOINT(0x06, 2, 64),
                          ENDPOINT(0x8F, 2, 64)),
                     BL_OK);
    assert_int_equal(msc.interface, 2);
    assert_int_equal(msc.alternate, 2);
    assert_int_equal(msc.in_ep, 15);
    assert_int_equal(msc.out_ep, 6);
}

static void ignores_endpoints_of_other_kinds(void **state)
{
    (void)state;
    assert_int_equal(FIND(CONFIG(39), INTERFACE(0, 0, 8, 6, 0x50), ENDPOINT(0x83, 3, 64),
                          ENDPOINT(0x81, 2, 64), ENDPOINT(0x02, 2, 64)),
                     BL_OK);
    assert_int_equal(msc.in_ep, 1);
    /* Endpoints of one interface do not complete another. */
    assert_int_equal(FIND(CONFIG(50), INTERFACE(0, 0, 8, 6, 0x50), ENDPOINT(0x81, 2, 64),
                          INTERFACE(1, 0, 8, 6, 0x50), ENDPOINT(0x02, 2, 64)),
                     BL_E_USB_NOT_STICK);
    assert_int_equal(
        FIND(CONFIG(32), INTERFACE(0, 0, 8, 6, 0x50), ENDPOINT(0x80, 2, 64), ENDPOINT(0x00, 2, 64)),
        BL_E_USB_NOT_STICK);
}

static void makes_impossible_sizes_the_largest(void **state)
{
    (void)state;
    assert_int_equal(
        FIND(CONFIG(32), INTERFACE(0, 0, 8, 6, 0x50), ENDPOINT(0x81, 2, 512), ENDPOINT(0x02, 2, 0)),
        BL_OK);
    assert_int_equal(msc.in_max_packet, 64);
    assert_int_equal(msc.out_max_packet, 64);
}

static void refuses_lengths_that_cannot_be(void **state)
{
    (void)state;
    assert_int_equal(FIND(CONFIG(32), 0, 4, 0, 0), BL_E_USB_DESC);
    assert_int_equal(FIND(CONFIG(32), 1, 4, 0, 0), BL_E_USB_DESC);
    assert_int_equal(FIND(9, 2, 32, 0, 1, 3, 0, 0x80), BL_E_USB_DESC);
    assert_int_equal(FIND(9, 3, 32, 0, 1, 3, 0, 0x80, 50), BL_E_USB_DESC);
    assert_int_equal(FIND(4, 2, 32, 0, 1, 3, 0, 0x80, 50), BL_E_USB_DESC);
    assert_int_equal(find(NULL, 0), BL_E_USB_DESC);
    /* Short interface and endpoint descriptors are no interface and no endpoint. */
    assert_int_equal(FIND(CONFIG(32), 8, 4, 0, 0, 2, 8, 6, 0x50), BL_E_USB_NOT_STICK);
    assert_int_equal(
        FIND(CONFIG(32), INTERFACE(0, 0, 8, 6, 0x50), 6, 5, 0x81, 2, 64, 0, 6, 5, 2, 2, 64, 0),
        BL_E_USB_NOT_STICK);
    assert_int_equal(FIND(CONFIG(32), 255, 4), BL_E_USB_NOT_STICK);
}

/* Every cut of a good configuration, and every byte of it replaced by every value: any answer is
 * right, as long as it comes and nothing beyond the bytes is read. */
static void survives_anything(void **state)
{
    static const uint8_t good[] = {CONFIG(32), INTERFACE(0, 0, 8, 6, 0x50), ENDPOINT(0x81, 2, 64),
                                   ENDPOINT(0x02, 2, 64)};
    (void)state;

    for (size_t len = 0; len < sizeof good; len++)
        assert_int_not_equal(find(good, len), BL_OK);
    for (size_t at = 0; at < sizeof good; at++) {
        uint8_t bad[sizeof good];

        memcpy(bad, good, sizeof bad);
        for (unsigned value = 0; value < 256; value++) {
            bad[at] = (uint8_t)value;
            (void)!find(bad, sizeof bad);
        }
    }
}

static void reads_the_device_descriptor(void **state)
{
    uint8_t d[18] = {18, 1, 0, 2, 9, 0, 0, 64, 0x81, 0x07, 0x67, 0x55, 0, 1, 1, 2, 3, 2};
    struct usb_device_desc device;
    uint8_t max_packet = 0;
    (void)state;

    assert_int_equal(usb_desc_device(d, 18, &device), BL_OK);
    assert_int_equal(device.vid, 0x0781);
    assert_int_equal(device.pid, 0x5567);
    assert_int_equal(device.device_class, 9);
    assert_int_equal(device.configurations, 2);
    assert_int_equal(usb_desc_device(d, 17, &device), BL_E_USB_DESC);
    assert_int_equal(usb_desc_max_packet0(d, 8, &max_packet), BL_OK);
    assert_int_equal(max_packet, 64);
    assert_int_equal(usb_desc_max_packet0(d, 7, &max_packet), BL_E_USB_DESC);
    d[7] = 9;
    assert_int_equal(usb_desc_max_packet0(d, 8, &max_packet), BL_E_USB_DESC);
    d[17] = 0;
    assert_int_equal(usb_desc_device(d, 18, &device), BL_E_USB_DESC);
    d[17] = 1;
    d[1] = 2;
    assert_int_equal(usb_desc_device(d, 18, &device), BL_E_USB_DESC);
    assert_int_equal(usb_desc_max_packet0(d, 8, &max_packet), BL_E_USB_DESC);
}

static void reads_a_hub_descriptor(void **state)
{
    uint8_t d[9] = {9, 0x29, 4, 0, 0, 50, 100, 0, 0xFF};
    uint8_t ports = 0, power_ms = 0;
    (void)state;

    assert_int_equal(usb_desc_hub(d, 9, &ports, &power_ms), BL_OK);
    assert_int_equal(ports, 4);
    assert_int_equal(power_ms, 50);
    assert_int_equal(usb_desc_hub(d, 6, &ports, &power_ms), BL_OK); /* all that is looked at */
    assert_int_equal(usb_desc_hub(d, 5, &ports, &power_ms), BL_E_USB_DESC);
    d[2] = 255;
    assert_int_equal(usb_desc_hub(d, 9, &ports, &power_ms), BL_OK);
    assert_int_equal(ports, USB_DESC_HUB_PORTS_MAX);
    d[2] = 0;
    assert_int_equal(usb_desc_hub(d, 9, &ports, &power_ms), BL_E_USB_DESC);
    d[2] = 4;
    d[1] = 2;
    assert_int_equal(usb_desc_hub(d, 9, &ports, &power_ms), BL_E_USB_DESC);
}

static void reads_the_total_length(void **state)
{
    const uint8_t good[] = {CONFIG(0x1234)};
    const uint8_t tiny[] = {CONFIG(8)};
    uint16_t total = 0;
    (void)state;

    assert_int_equal(usb_desc_total_bytes(good, 9, &total), BL_OK);
    assert_int_equal(total, 0x1234);
    assert_int_equal(usb_desc_total_bytes(good, 8, &total), BL_E_USB_DESC);
    assert_int_equal(usb_desc_total_bytes(tiny, 9, &total), BL_E_USB_DESC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_plain_stick),
        cmocka_unit_test(passes_over_other_interfaces_and_settings),
        cmocka_unit_test(ignores_endpoints_of_other_kinds),
        cmocka_unit_test(makes_impossible_sizes_the_largest),
        cmocka_unit_test(refuses_lengths_that_cannot_be),
        cmocka_unit_test(survives_anything),
        cmocka_unit_test(reads_the_device_descriptor),
        cmocka_unit_test(reads_a_hub_descriptor),
        cmocka_unit_test(reads_the_total_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
