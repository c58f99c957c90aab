/* SPDX-License-Identifier: MIT
 * What hangs at the board's USB socket: the stick, or hubs with the stick and other devices
 * (quirks hub...), and the 5 V on the way.
 * Next: usb_hub.h, usb_gadget.h, stick.h. */
#ifndef VBOARD_USB_TREE_H
#define VBOARD_USB_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_device.h"

struct usb_tree {
    bool vbus; /* of the root port */
    bool fault;
};

/* The board switches the socket's 5 V; no effect with the level as it was. */
void usb_tree_vbus(struct board *b, bool on);
void usb_tree_on_over_current(struct board *b);

/* A device pulls its data line up, or lets go of it, wherever it is. */
void usb_tree_attach(struct board *b, const struct usb_device *d);
void usb_tree_detach(struct board *b, const struct usb_device *d);

/* Switches the 5 V of what is in a port (from 0) of hub n. */
void usb_tree_port_power(struct board *b, unsigned hub, unsigned port, bool on);

#endif
