/* SPDX-License-Identifier: MIT
 * Devices that are no sticks and do nothing: they can be enumerated, their endpoints answer NAK.
 * A low-speed keyboard and a full-speed serial converter (quirk hub-others). */
#ifndef VBOARD_USB_GADGET_H
#define VBOARD_USB_GADGET_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_ep0.h"
#include "usb_identity.h"

#define USB_GADGETS_MAX 6

struct usb_gadget {
    struct usb_ep0 ep0;
    bool attached;
    uint8_t address, configuration;
    uint64_t silent_until_ps;
};

/* Switches the 5 V of the nth of the other devices; nothing if there is none. */
void usb_gadget_power(struct board *b, unsigned n, bool on);

#endif
