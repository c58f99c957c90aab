/* SPDX-License-Identifier: MIT
 * Full-speed hubs (USB 2.0 chapter 11): bus-powered, with per-port power switching and over-current
 * sensing. A device behind one hears the host only while its port is enabled. */
#ifndef VBOARD_USB_HUB_H
#define VBOARD_USB_HUB_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_ep0.h"

#define USB_HUBS_MAX      3
#define USB_HUB_PORTS_MAX 7

struct usb_hub_port {
    uint16_t status, change; /* USB 2.0 tables 11-21, 11-22 */
    const struct usb_device *device;
    uint64_t power_ps, reset_ps; /* when power gets good, when the reset ends; ALARM_NEVER = not */
};

struct usb_hub {
    bool powered, attached;
    uint8_t address, configuration, status_toggle;
    uint64_t attach_ps, silent_until_ps;
    struct usb_ep0 ep0;
    struct usb_hub_port port[USB_HUB_PORTS_MAX];
    const struct usb_device *talking; /* who answered the last IN; NULL = the hub itself */
};

extern const struct usb_device usb_hub_device[USB_HUBS_MAX];

/* The 5 V of hub n are switched. */
void usb_hub_power(struct board *b, unsigned n, bool on);
/* A device appears in a port (from 0), or leaves it. */
void usb_hub_attach(struct board *b, unsigned n, unsigned port, const struct usb_device *d);
void usb_hub_detach(struct board *b, unsigned n, unsigned port);

/* usb_hub_port.c: ports as the host's requests and time move them. */
enum usb_port_feature {
    PORT_CONNECTION = 0,
    PORT_ENABLE = 1,
    PORT_SUSPEND = 2,
    PORT_OVER_CURRENT = 3,
    PORT_RESET = 4,
    PORT_POWER = 8,
    PORT_LOW_SPEED = 9,
    C_PORT_CONNECTION = 16,
    C_PORT_RESET = 20
};
unsigned usb_hub_ports(const struct board *b);
void usb_hub_ports_off(struct board *b, unsigned n);
/* False = the hub does not know this feature. */
bool usb_hub_port_set(struct board *b, unsigned n, unsigned port, unsigned feature, bool carry_out);
bool usb_hub_port_clear(struct board *b, unsigned n, unsigned port, unsigned feature,
                        bool carry_out);
/* The next moment at which something happens by itself; and what is due by now. */
uint64_t usb_hub_ports_next_ps(const struct board *b, unsigned n);
void usb_hub_ports_due(struct board *b, unsigned n);
/* Arms the hub's alarm anew. */
void usb_hub_arm(struct board *b, unsigned n);

void usb_hub0_on_alarm(struct board *b);
void usb_hub1_on_alarm(struct board *b);
void usb_hub2_on_alarm(struct board *b);

#endif
