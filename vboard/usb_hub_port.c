/* SPDX-License-Identifier: MIT
 * The ports of a hub (USB 2.0 11.5, 11.24.2): power, connection, reset, enable. */
#include "usb_hub.h"

#include <string.h>

#include "board.h"

/* A hub drives a reset for 10 to 20 ms (USB 2.0 7.1.7.5, TDRST). */
#define RESET_PS (15 * PS_PER_MS)

unsigned usb_hub_ports(const struct board *b)
{
    return (unsigned)quirk(b, QUIRK_HUB_PORTS);
}

static uint16_t bit(unsigned feature)
{
    return (uint16_t)(1u << (feature & 15));
}

/* Change bits have the places of their status bits. */
static void change(struct usb_hub_port *p, unsigned feature)
{
    p->change |= bit(feature);
}

static void port_off(struct board *b, unsigned n, unsigned port)
{
    struct usb_hub_port *p = &b->usb_hub[n].port[port];
    bool on = p->status & bit(PORT_POWER);

    p->status = 0;
    p->power_ps = p->reset_ps = ALARM_NEVER;
    if (on)
        usb_tree_port_power(b, n, port, false);
}

void usb_hub_ports_off(struct board *b, unsigned n)
{
    for (unsigned port = 0; port < usb_hub_ports(b); port++) {
        port_off(b, n, port);
        b->usb_hub[n].port[port].change = 0;
    }
}

void usb_hub_attach(struct board *b, unsigned n, unsigned port, const struct usb_device *d)
{
    struct usb_hub_port *p = &b->usb_hub[n].port[port];

    p->device = d;
    p->status |= bit(PORT_CONNECTION);
    if (d->speed == USB_SPEED_LOW)
        p->status |= bit(PORT_LOW_SPEED);
    change(p, PORT_CONNECTION);
}

void usb_hub_detach(struct board *b, unsigned n, unsigned port)
{
    struct usb_hub_port *p = &b->usb_hub[n].port[port];

    p->device = NULL;
    p->reset_ps = ALARM_NEVER;
    if (!(p->status & bit(PORT_POWER)))
        return; /* nobody looks at a port without power */
    p->status &= (uint16_t)(bit(PORT_POWER) | bit(PORT_OVER_CURRENT));
    change(p, PORT_CONNECTION);
}

static void power_on(struct board *b, struct usb_hub_port *p)
{
    uint64_t ms = quirk(b, QUIRK_HUB_POWER_MS) + quirk(b, QUIRK_HUB_LATE_MS);

    if (p->status & bit(PORT_POWER))
        return;
    p->status |= bit(PORT_POWER);
    p->power_ps = now_ps(b) + ms * PS_PER_MS;
}

static void reset(struct board *b, struct usb_hub_port *p)
{
    if (!p->device)
        return;
    p->status &= (uint16_t)~bit(PORT_ENABLE);
    p->status |= bit(PORT_RESET);
    p->reset_ps = now_ps(b) + RESET_PS;
}

bool usb_hub_port_set(struct board *b, unsigned n, unsigned port, unsigned feature, bool carry_out)
{
    struct usb_hub_port *p = &b->usb_hub[n].port[port];

    switch (feature) {
    case PORT_POWER:
        if (carry_out)
            power_on(b, p);
        break;
    case PORT_RESET:
        if (carry_out)
            reset(b, p);
        break;
    case PORT_SUSPEND:
        if (carry_out && (p->status & bit(PORT_ENABLE)))
            p->status |= bit(PORT_SUSPEND);
        break;
    default:
        return false;
    }
    usb_hub_arm(b, n);
    return true;
}

bool usb_hub_port_clear(struct board *b, unsigned n, unsigned port, unsigned feature,
                        bool carry_out)
{
    struct usb_hub_port *p = &b->usb_hub[n].port[port];
    bool is_change = feature >= C_PORT_CONNECTION && feature <= C_PORT_RESET;

    if (!is_change && feature != PORT_POWER && feature != PORT_ENABLE && feature != PORT_SUSPEND)
        return false;
    if (!carry_out)
        return true;
    if (is_change)
        p->change &= (uint16_t)~bit(feature);
    else if (feature == PORT_POWER)
        port_off(b, n, port);
    else
        p->status &= (uint16_t)~bit(feature);
    usb_hub_arm(b, n);
    return true;
}

uint64_t usb_hub_ports_next_ps(const struct board *b, unsigned n)
{
    uint64_t next = ALARM_NEVER;

    for (unsigned port = 0; port < usb_hub_ports(b); port++) {
        const struct usb_hub_port *p = &b->usb_hub[n].port[port];

        next = p->power_ps < next ? p->power_ps : next;
        next = p->reset_ps < next ? p->reset_ps : next;
    }
    return next;
}

static void power_good(struct board *b, unsigned n, unsigned port)
{
    struct usb_hub_port *p = &b->usb_hub[n].port[port];

    p->power_ps = ALARM_NEVER;
    if (n > 0 || port + 1 != quirk(b, QUIRK_HUB_OVER_CURRENT)) {
        usb_tree_port_power(b, n, port, true);
        return;
    }
    p->status = bit(PORT_OVER_CURRENT);
    change(p, PORT_OVER_CURRENT);
}

static void reset_over(struct board *b, struct usb_hub_port *p)
{
    p->reset_ps = ALARM_NEVER;
    p->status &= (uint16_t)~bit(PORT_RESET);
    p->status |= bit(PORT_ENABLE);
    change(p, PORT_RESET);
    if (p->device->speed == USB_SPEED_LOW)
        finding(b, RULE_USB_LOW_PORT, "the port of a low-speed device is enabled");
    p->device->bus_reset(b, p->device);
}

void usb_hub_ports_due(struct board *b, unsigned n)
{
    for (unsigned port = 0; port < usb_hub_ports(b); port++) {
        struct usb_hub_port *p = &b->usb_hub[n].port[port];

        if (now_ps(b) >= p->power_ps)
            power_good(b, n, port);
        if (now_ps(b) >= p->reset_ps)
            reset_over(b, p);
    }
}
