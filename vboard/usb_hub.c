/* SPDX-License-Identifier: MIT
 * A hub as a device: its requests, its status endpoint, and the way of a transaction through it.
 * Next: usb_hub_port.c. */
#include "usb_hub.h"

#include <string.h>

#include "board.h"

/* Power to pull-up, and the times of USB 2.0 9.2.6. */
#define ATTACH_PS   (50 * PS_PER_MS)
#define RECOVERY_PS (5 * PS_PER_MS)
#define ADDRESS_PS  (1 * PS_PER_MS)
#define STATUS_EP   1

/* Requests of the class (USB 2.0 table 11-15). */
enum {
    CLEAR_HUB_FEATURE = 0x2001,
    CLEAR_PORT_FEATURE = 0x2301,
    SET_PORT_FEATURE = 0x2303,
    GET_HUB_DESCRIPTOR = 0xA006,
    GET_HUB_STATUS = 0xA000,
    GET_PORT_STATUS = 0xA300,
    DESCRIPTOR_HUB = 0x29
};

void usb_hub_arm(struct board *b, unsigned n)
{
    const struct usb_hub *h = &b->usb_hub[n];
    uint64_t next = usb_hub_ports_next_ps(b, n);

    if (h->attach_ps < next)
        next = h->attach_ps;
    if (next == ALARM_NEVER)
        alarm_cancel(b, (enum alarm_id)(ALARM_USB_HUB0 + n));
    else
        alarm_set(b, (enum alarm_id)(ALARM_USB_HUB0 + n), next);
}

/* Without a configuration its ports have no power (USB 2.0 11.5.1). */
static void to_default(struct board *b, unsigned n)
{
    struct usb_hub *h = &b->usb_hub[n];

    usb_hub_ports_off(b, n);
    h->address = h->configuration = h->status_toggle = 0;
    h->talking = NULL;
    memset(&h->ep0, 0, sizeof h->ep0);
    usb_hub_arm(b, n);
}

void usb_hub_power(struct board *b, unsigned n, bool on)
{
    struct usb_hub *h = &b->usb_hub[n];

    if (on == h->powered)
        return;
    h->powered = on;
    h->attach_ps = on ? now_ps(b) + ATTACH_PS : ALARM_NEVER;
    to_default(b, n);
    if (!on && h->attached) {
        h->attached = false;
        usb_tree_detach(b, &usb_hub_device[n]);
    }
}

static void bus_reset(struct board *b, const struct usb_device *d)
{
    to_default(b, d->index);
    b->usb_hub[d->index].silent_until_ps = now_ps(b) + RECOVERY_PS;
}

static int descriptor(const struct usb_request *r, uint8_t *out)
{
    /* 0x1209:0x0004: free for private tests (pid.codes). 500 mA: the bus's power is handed on. */
    static const uint8_t device[18] = {18,   1,    0x00, 0x02, 9, 0, 0, 64, 0x09,
                                       0x12, 0x04, 0x00, 0x00, 1, 0, 0, 0,  1};
    static const uint8_t config[25] = {
        9, 2, 25, 0,  1, 1, 0, 0xA0, 250, 9, 4, 0, 0, 1, 9, 0, 0, 0, 7, 5, 0x80 | STATUS_EP,
        3, 1, 0,  255};
    unsigned type = r->value >> 8;

    if (type == 1) {
        memcpy(out, device, sizeof device);
        return sizeof device;
    }
    if (type != 2 || (r->value & 0xFF))
        return USB_REFUSED;
    memcpy(out, config, sizeof config);
    return sizeof config;
}

/* USB 2.0 table 11-13: per-port power switching and over-current. */
static int hub_descriptor(const struct board *b, uint8_t *out)
{
    const uint8_t d[9] = {9,
                          DESCRIPTOR_HUB,
                          (uint8_t)usb_hub_ports(b),
                          0x09,
                          0,
                          (uint8_t)(quirk(b, QUIRK_HUB_POWER_MS) / 2),
                          100,
                          0,
                          0xFF};

    memcpy(out, d, sizeof d);
    return sizeof d;
}

static int port_status(const struct board *b, unsigned n, unsigned port, uint8_t *out)
{
    const struct usb_hub_port *p = &b->usb_hub[n].port[port - 1];

    if (port < 1 || port > usb_hub_ports(b))
        return USB_REFUSED;
    out[0] = (uint8_t)p->status;
    out[1] = (uint8_t)(p->status >> 8);
    out[2] = (uint8_t)p->change;
    out[3] = (uint8_t)(p->change >> 8);
    return 4;
}

static int data(struct board *b, const struct usb_device *d, const struct usb_request *r,
                uint8_t *out)
{
    const struct usb_hub *h = &b->usb_hub[d->index];

    memset(out, 0, 4);
    switch (r->code) {
    case REQUEST_GET_DESCRIPTOR:
        return descriptor(r, out);
    case REQUEST_GET_DEVICE_STATUS:
        return 2;
    case REQUEST_GET_CONFIGURATION:
        out[0] = h->configuration;
        return 1;
    case GET_HUB_DESCRIPTOR:
        return h->address ? hub_descriptor(b, out) : USB_REFUSED;
    case GET_HUB_STATUS:
        return h->configuration ? 4 : USB_REFUSED;
    case GET_PORT_STATUS:
        return h->configuration ? port_status(b, d->index, r->index, out) : USB_REFUSED;
    default:
        return USB_REFUSED;
    }
}

static bool port_feature(struct board *b, unsigned n, const struct usb_request *r, bool carry_out)
{
    unsigned port = r->index & 0xFF;

    if (!b->usb_hub[n].configuration || port < 1 || port > usb_hub_ports(b))
        return false;
    if (r->code == SET_PORT_FEATURE)
        return usb_hub_port_set(b, n, port - 1, r->value, carry_out);
    return usb_hub_port_clear(b, n, port - 1, r->value, carry_out);
}

static bool accepts(struct board *b, const struct usb_device *d, const struct usb_request *r)
{
    const struct usb_hub *h = &b->usb_hub[d->index];

    switch (r->code) {
    case REQUEST_SET_ADDRESS:
        return r->value < 128;
    case REQUEST_SET_CONFIGURATION:
        return h->address && r->value <= 1;
    case REQUEST_CLEAR_ENDPOINT_FEATURE:
        return h->configuration && r->value == 0;
    case CLEAR_HUB_FEATURE:
        return h->configuration && r->value <= 1;
    case SET_PORT_FEATURE:
    case CLEAR_PORT_FEATURE:
        return port_feature(b, d->index, r, false);
    default:
        return false;
    }
}

static void carry_out(struct board *b, const struct usb_device *d, const struct usb_request *r)
{
    struct usb_hub *h = &b->usb_hub[d->index];

    if (r->code == REQUEST_SET_ADDRESS) {
        h->address = (uint8_t)r->value;
        h->silent_until_ps = now_ps(b) + ADDRESS_PS;
        trace_event(b, "usb", "\"what\":\"address\",\"address\":%u,\"device\":\"hub\"", h->address);
    } else if (r->code == REQUEST_SET_CONFIGURATION) {
        usb_hub_ports_off(b, d->index);
        h->configuration = (uint8_t)r->value;
        h->status_toggle = 0;
    } else if (r->code == REQUEST_CLEAR_ENDPOINT_FEATURE) {
        h->status_toggle = 0;
    } else if (r->code == SET_PORT_FEATURE || r->code == CLEAR_PORT_FEATURE) {
        port_feature(b, d->index, r, true);
    }
}

static const struct usb_ep0_owner requests = {data, accepts, carry_out};

/* Bit n = something has changed at port n (USB 2.0 11.12.4); NAK while nothing has. */
static enum usb_answer status_change(struct board *b, struct usb_hub *h, struct usb_transaction *t)
{
    uint8_t map = 0;

    for (unsigned port = 0; port < usb_hub_ports(b); port++)
        map |= (uint8_t)(h->port[port].change ? 2u << port : 0);
    t->bytes = 1;
    t->data[0] = map;
    if (!map)
        return USB_NAK;
    return h->status_toggle ? USB_DATA1 : USB_DATA0;
}

static enum usb_answer own(struct board *b, const struct usb_device *d, struct usb_transaction *t)
{
    struct usb_hub *h = &b->usb_hub[d->index];

    h->talking = NULL;
    if (t->endpoint == 0)
        return usb_ep0_transaction(b, d, &h->ep0, &requests, 64, t);
    if (h->configuration && t->endpoint == STATUS_EP && t->token == USB_IN)
        return status_change(b, h, t);
    return USB_NO_ANSWER;
}

/* Handed on to every enabled port, low-speed ones excepted: they need a PRE packet. */
static enum usb_answer hand_on(struct board *b, struct usb_hub *h, struct usb_transaction *t)
{
    const uint16_t through = 1u << PORT_ENABLE | 1u << PORT_SUSPEND | 1u << PORT_LOW_SPEED;
    enum usb_answer answer = USB_NO_ANSWER;

    for (unsigned port = 0; port < usb_hub_ports(b); port++) {
        struct usb_hub_port *p = &h->port[port];
        enum usb_answer a;

        if ((p->status & through) != 1u << PORT_ENABLE || !p->device)
            continue;
        a = p->device->transaction(b, p->device, t);
        if (a == USB_NO_ANSWER)
            continue;
        if (answer != USB_NO_ANSWER)
            finding(b, RULE_USB_SAME_ADDRESS, "two devices answer at address %u", t->address);
        answer = a;
        h->talking = p->device;
    }
    return answer;
}

static enum usb_answer transaction(struct board *b, const struct usb_device *d,
                                   struct usb_transaction *t)
{
    struct usb_hub *h = &b->usb_hub[d->index];

    if (t->address == h->address)
        return now_ps(b) < h->silent_until_ps ? USB_NO_ANSWER : own(b, d, t);
    return h->configuration ? hand_on(b, h, t) : USB_NO_ANSWER;
}

static void in_acked(struct board *b, const struct usb_device *d, uint8_t endpoint)
{
    struct usb_hub *h = &b->usb_hub[d->index];

    if (h->talking)
        h->talking->in_acked(b, h->talking, endpoint);
    else if (endpoint == 0)
        usb_ep0_in_acked(b, d, &h->ep0, &requests, 64);
    else
        h->status_toggle ^= 1;
}

#define HUB(n)                                                                                     \
    {                                                                                              \
        USB_SPEED_FULL, n, bus_reset, transaction, in_acked                                        \
    }
const struct usb_device usb_hub_device[USB_HUBS_MAX] = {HUB(0), HUB(1), HUB(2)};

static void on_alarm(struct board *b, unsigned n)
{
    struct usb_hub *h = &b->usb_hub[n];

    if (now_ps(b) >= h->attach_ps) {
        h->attach_ps = ALARM_NEVER;
        h->attached = true;
        usb_tree_attach(b, &usb_hub_device[n]);
    }
    usb_hub_ports_due(b, n);
    usb_hub_arm(b, n);
}

void usb_hub0_on_alarm(struct board *b)
{
    on_alarm(b, 0);
}

void usb_hub1_on_alarm(struct board *b)
{
    on_alarm(b, 1);
}

void usb_hub2_on_alarm(struct board *b)
{
    on_alarm(b, 2);
}
