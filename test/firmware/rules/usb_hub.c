/* SPDX-License-Identifier: MIT
 * Cases for the rules about devices behind a hub: test/vboard/rules_needs.def plugs in a hub with
 * the stick in port 1 and another device in port 2. */
#include "usb_port.h"

#define HUB_ADDRESS 2u

/* HCCHAR of endpoint 0. */
static uint32_t endpoint_0(uint32_t address)
{
    return address << 22 | 1u << 20 | 64;
}

static void send_setup(uint32_t hcchar, uint32_t first, uint32_t second)
{
    HCTSIZ(0) = 8 | ONE_PACKET | SETUP_PID;
    HCCHAR(0) = hcchar | CHENA;
    FIFO(0) = first;
    FIFO(0) = second;
    usb_wait_set(&HCINT(0), XFRC);
}

/* A request without data: setup, and an empty packet from the device. */
static void request(uint32_t address, uint32_t first, uint32_t index)
{
    send_setup(endpoint_0(address), first, index);
    usb_halt(0);
    HCTSIZ(1) = 64 | ONE_PACKET | DATA1_PID;
    HCCHAR(1) = endpoint_0(address) | EPDIR | CHENA;
    usb_wait_set(&GINTSTS, RXFLVL);
    (void)GRXSTSP;
    usb_halt(1);
}

static void set_address(uint32_t address)
{
    request(0, address << 16 | 0x0500, 0);
    usb_wait_ms(5);
}

/* The hub has its address and configuration, and both ports have power. */
static void hub_up(void)
{
    usb_enabled();
    set_address(HUB_ADDRESS);
    request(HUB_ADDRESS, 1u << 16 | 0x0900, 0);
    request(HUB_ADDRESS, 8u << 16 | 0x0323, 1);
    request(HUB_ADDRESS, 8u << 16 | 0x0323, 2);
    usb_wait_ms(300);
}

static void reset_port(uint32_t port)
{
    request(HUB_ADDRESS, 4u << 16 | 0x0323, port);
    usb_wait_ms(40);
}

static void full_speed(void)
{
    usb_enabled();
    send_setup(endpoint_0(0), 0x01000680, 0x00080000);
}

static void low_speed_bit(void)
{
    usb_enabled();
    send_setup(endpoint_0(0) | LSDEV, 0x01000680, 0x00080000);
}

static void enable_stick(void)
{
    hub_up();
    reset_port(1);
}

static void enable_other(void)
{
    hub_up();
    reset_port(2);
}

static void one_after_the_other(void)
{
    enable_stick();
    set_address(3);
    reset_port(2);
    send_setup(endpoint_0(0), 0x01000680, 0x00080000);
}

static void both_at_once(void)
{
    enable_stick();
    reset_port(2);
    send_setup(endpoint_0(0), 0x01000680, 0x00080000);
}

const struct rule_case usb_hub_cases[] = {
    {"otg-low-behind-hub", full_speed, low_speed_bit},
    {"usb-low-port", enable_stick, enable_other},
    {"usb-same-address", one_after_the_other, both_at_once},
    {0},
};
