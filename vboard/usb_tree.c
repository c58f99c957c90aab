/* SPDX-License-Identifier: MIT
 * The tree of USB devices: who is where. Root port, hubs in a row, the stick at the end, and the
 * other devices in the first hub's free ports, in order. */
#include "usb_tree.h"

#include <string.h>

#include "board.h"
#include "stick_parts.h"

static unsigned hubs(const struct board *b)
{
    return (unsigned)quirk(b, QUIRK_HUB);
}

/* The port of every hub that leads to the stick. */
static unsigned main_port(const struct board *b)
{
    return (unsigned)quirk(b, QUIRK_HUB_PORT) - 1;
}

static void root_power(struct board *b, bool on)
{
    if (hubs(b))
        usb_hub_power(b, 0, on);
    else
        stick_vbus(b, on);
}

void usb_tree_vbus(struct board *b, bool on)
{
    struct usb_tree *t = &b->usb_tree;

    if (on == t->vbus)
        return;
    t->vbus = on;
    alarm_cancel(b, ALARM_USB_OVER_CURRENT);
    root_power(b, on);
    if (on && quirk_strikes(b, QUIRK_OVER_CURRENT))
        alarm_set(b, ALARM_USB_OVER_CURRENT, quirk_deadline(b, QUIRK_OVER_CURRENT_MS, PS_PER_MS));
    if (!on && t->fault)
        wiring_overcurrent(b, false);
    t->fault = false;
}

void usb_tree_on_over_current(struct board *b)
{
    b->usb_tree.fault = true;
    root_power(b, false);
    wiring_overcurrent(b, true);
}

/* The place of a gadget among the ports of the first hub. */
static unsigned gadget_port(const struct board *b, unsigned index)
{
    return index < main_port(b) ? index : index + 1;
}

/* The hub of a device, -1 = it is in the root port; and the port there. */
static int place_of(const struct board *b, const struct usb_device *d, unsigned *port)
{
    *port = main_port(b);
    if (d == &stick_full || d == &stick_low)
        return (int)hubs(b) - 1;
    if (d == &usb_hub_device[d->index])
        return (int)d->index - 1;
    *port = gadget_port(b, d->index);
    return 0;
}

void usb_tree_attach(struct board *b, const struct usb_device *d)
{
    unsigned port;
    int hub = place_of(b, d, &port);

    if (hub < 0)
        otg_attach(b, d);
    else
        usb_hub_attach(b, (unsigned)hub, port, d);
}

void usb_tree_detach(struct board *b, const struct usb_device *d)
{
    unsigned port;
    int hub = place_of(b, d, &port);

    if (hub < 0)
        otg_detach(b);
    else
        usb_hub_detach(b, (unsigned)hub, port);
}

void usb_tree_port_power(struct board *b, unsigned hub, unsigned port, bool on)
{
    bool last = hub + 1 == hubs(b);

    if (port == main_port(b) && last)
        stick_vbus(b, on);
    else if (port == main_port(b))
        usb_hub_power(b, hub + 1, on);
    else if (hub == 0)
        usb_gadget_power(b, port < main_port(b) ? port : port - 1, on);
}
