/* SPDX-License-Identifier: MIT
 * The other devices on a hub. */
#include "usb_gadget.h"

#include <string.h>

#include "board.h"

/* Times of USB 2.0 9.2.6. */
#define RECOVERY_PS (5 * PS_PER_MS)
#define ADDRESS_PS  (1 * PS_PER_MS)

enum kind { KEYBOARD, SERIAL, NOTHING };

static const char *const kind_name[] = {"keyboard", "serial"};

static const uint8_t device_of[2][18] = {
    {18, 1, 0x10, 0x01, 0, 0, 0, 8, 0x09, 0x12, 0x02, 0x00, 0x00, 1, 0, 0, 0, 1},
    {18, 1, 0x00, 0x02, 2, 0, 0, 8, 0x09, 0x12, 0x03, 0x00, 0x00, 1, 0, 0, 0, 1},
};

/* A boot keyboard (HID 1.11, appendix E); a modem with one interface for notifications and one for
 * data (CDC 1.2). */
static const uint8_t keyboard_config[] = {9,    2,  34, 0, 1, 1,    0, 0xA0, 50,   9,    4, 0,
                                          0,    1,  3,  1, 1, 0,    9, 0x21, 0x10, 0x01, 0, 1,
                                          0x22, 63, 0,  7, 5, 0x81, 3, 8,    0,    10};
static const uint8_t serial_config[] = {
    9,  2, 48, 0, 2, 1, 0,    0x80, 50, 9, 4, 0, 0,    1, 2,  2, 1, 0, 7, 5,    0x83, 3,  8, 0,
    10, 9, 4,  1, 0, 2, 0x0A, 0,    0,  0, 7, 5, 0x81, 2, 64, 0, 0, 7, 5, 0x02, 2,    64, 0, 0};

static enum kind kind_of(const struct board *b, unsigned n)
{
    const char *at = quirk_text(b, QUIRK_HUB_OTHERS);

    for (; at && n > 0; n--) {
        at = strchr(at, ',');
        at = at ? at + 1 : NULL;
    }
    for (unsigned k = 0; at && k < 2; k++)
        if (strncmp(at, kind_name[k], strlen(kind_name[k])) == 0)
            return (enum kind)k;
    return NOTHING;
}

static int descriptor(enum kind kind, const struct usb_request *r, uint8_t *out)
{
    unsigned type = r->value >> 8;

    if (type == DESCRIPTOR_DEVICE) {
        memcpy(out, device_of[kind], 18);
        return 18;
    }
    if (type != DESCRIPTOR_CONFIG || (r->value & 0xFF))
        return USB_REFUSED;
    if (kind == KEYBOARD) {
        memcpy(out, keyboard_config, sizeof keyboard_config);
        return sizeof keyboard_config;
    }
    memcpy(out, serial_config, sizeof serial_config);
    return sizeof serial_config;
}

static int data(struct board *b, const struct usb_device *d, const struct usb_request *r,
                uint8_t *out)
{
    if (r->code == REQUEST_GET_DESCRIPTOR)
        return descriptor(kind_of(b, d->index), r, out);
    if (r->code != REQUEST_GET_DEVICE_STATUS)
        return USB_REFUSED;
    out[0] = out[1] = 0;
    return 2;
}

static bool accepts(struct board *b, const struct usb_device *d, const struct usb_request *r)
{
    if (r->code == REQUEST_SET_CONFIGURATION)
        return b->usb_gadget[d->index].address && r->value <= 1;
    return r->code == REQUEST_SET_ADDRESS && r->value < 128;
}

static void carry_out(struct board *b, const struct usb_device *d, const struct usb_request *r)
{
    struct usb_gadget *g = &b->usb_gadget[d->index];

    if (r->code == REQUEST_SET_CONFIGURATION) {
        g->configuration = (uint8_t)r->value;
        return;
    }
    g->address = (uint8_t)r->value;
    g->silent_until_ps = now_ps(b) + ADDRESS_PS;
    trace_event(b, "usb", "\"what\":\"address\",\"address\":%u,\"device\":\"%s\"", g->address,
                kind_name[kind_of(b, d->index)]);
}

static const struct usb_ep0_owner requests = {data, accepts, carry_out};

static void bus_reset(struct board *b, const struct usb_device *d)
{
    struct usb_gadget *g = &b->usb_gadget[d->index];
    bool attached = g->attached;

    memset(g, 0, sizeof *g);
    g->attached = attached;
    g->silent_until_ps = now_ps(b) + RECOVERY_PS;
}

static enum usb_answer transaction(struct board *b, const struct usb_device *d,
                                   struct usb_transaction *t)
{
    struct usb_gadget *g = &b->usb_gadget[d->index];

    if (t->address != g->address || now_ps(b) < g->silent_until_ps)
        return USB_NO_ANSWER;
    if (t->endpoint == 0)
        return usb_ep0_transaction(b, d, &g->ep0, &requests, 8, t);
    return g->configuration ? USB_NAK : USB_NO_ANSWER;
}

static void in_acked(struct board *b, const struct usb_device *d, uint8_t endpoint)
{
    if (endpoint == 0)
        usb_ep0_in_acked(b, d, &b->usb_gadget[d->index].ep0, &requests, 8);
}

#define GADGET(n, s)                                                                               \
    {                                                                                              \
        s, n, bus_reset, transaction, in_acked                                                     \
    }
#define GADGETS(s)                                                                                 \
    {                                                                                              \
        GADGET(0, s), GADGET(1, s), GADGET(2, s), GADGET(3, s), GADGET(4, s), GADGET(5, s)         \
    }
static const struct usb_device low[USB_GADGETS_MAX] = GADGETS(USB_SPEED_LOW);
static const struct usb_device full[USB_GADGETS_MAX] = GADGETS(USB_SPEED_FULL);

void usb_gadget_power(struct board *b, unsigned n, bool on)
{
    enum kind kind = kind_of(b, n);

    if (kind == NOTHING || on == b->usb_gadget[n].attached)
        return;
    const struct usb_device *d = kind == KEYBOARD ? &low[n] : &full[n];
    bus_reset(b, d);
    b->usb_gadget[n].attached = on;
    if (on)
        usb_tree_attach(b, d);
    else
        usb_tree_detach(b, d);
}
