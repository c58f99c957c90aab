/* SPDX-License-Identifier: MIT
 * Requests to the stick: the standard ones (USB 2.0 9.4) and the two of the bulk-only class.
 * Next: stick_bot.c. */
#include "stick_parts.h"

#include <string.h>

enum { GET_MAX_LUN = 0xA1FE, BULK_ONLY_RESET = 0x21FF, CLASS_MASS_STORAGE = 8 };

static const struct usb_config *config(const struct board *b)
{
    return usb_identity_config(&b->stick.identity, b->stick.configuration);
}

static bool is_bulk_only(const uint8_t *interface)
{
    return interface[5] == CLASS_MASS_STORAGE && interface[7] == 0x50;
}

/* In the chosen alternate setting. */
static bool is_chosen(const struct stick_pipes *p, const uint8_t *interface)
{
    return interface[2] < STICK_INTERFACES_MAX && p->alternate[interface[2]] == interface[3];
}

static void take_endpoint(struct stick_pipes *p, const uint8_t *d)
{
    uint16_t bytes = (uint16_t)(d[4] | (d[5] & 7) << 8);

    if ((d[3] & 3) != 2)
        return;
    if (bytes > 64)
        bytes = 64; /* full speed has no more (USB 2.0 5.8.3), whatever the descriptor says */
    if (d[2] & 0x80) {
        p->in_ep = d[2] & 0xF;
        p->in_bytes = bytes;
    } else {
        p->out_ep = d[2] & 0xF;
        p->out_bytes = bytes;
    }
}

/* The endpoints of the bulk-only interface; none when there is no such interface. */
static void choose_pipes(struct board *b)
{
    struct stick_pipes *p = &b->stick.pipes;
    const struct usb_config *c = config(b);
    bool inside = false;

    p->interface = 0xFF;
    p->in_ep = p->out_ep = 0;
    for (const uint8_t *d = c ? usb_config_next(c, NULL) : NULL; d; d = usb_config_next(c, d)) {
        if (d[1] == DESCRIPTOR_INTERFACE) {
            inside = is_bulk_only(d) && is_chosen(p, d);
            if (inside)
                p->interface = d[2];
        } else if (d[1] == DESCRIPTOR_ENDPOINT && inside) {
            take_endpoint(p, d);
        }
    }
}

static bool has_setting(const struct board *b, unsigned interface, unsigned alternate)
{
    const struct usb_config *c = config(b);

    for (const uint8_t *d = c ? usb_config_next(c, NULL) : NULL; d; d = usb_config_next(c, d))
        if (d[1] == DESCRIPTOR_INTERFACE && d[2] == interface && d[3] == alternate)
            return interface < STICK_INTERFACES_MAX;
    return false;
}

/* The bulk endpoint that wIndex names: 1 IN, 2 OUT, 0 none. */
static unsigned bulk_endpoint(const struct board *b, const struct usb_request *r)
{
    const struct stick_pipes *p = &b->stick.pipes;

    if (!p->in_ep || !p->out_ep)
        return 0;
    return r->index == (0x80 | p->in_ep) ? 1 : r->index == p->out_ep ? 2 : 0;
}

static int get_descriptor(const struct board *b, const struct usb_request *r, uint8_t *data)
{
    unsigned type = r->value >> 8;
    unsigned bytes;

    if (type == DESCRIPTOR_STRING && quirk(b, QUIRK_NO_STRINGS))
        return USB_REFUSED;
    bytes = usb_identity_descriptor(&b->stick.identity, type, r->value & 0xFF, data);
    return bytes ? (int)bytes : USB_REFUSED;
}

static int get_max_lun(const struct board *b, const struct usb_request *r, uint8_t *data)
{
    uint64_t said = quirk(b, QUIRK_MAX_LUN);

    if (quirk(b, QUIRK_MAX_LUN_STALL) || r->index != b->stick.pipes.interface)
        return USB_REFUSED;
    data[0] = (uint8_t)(said < 256 ? said : stick_units(b) - 1);
    return 1;
}

static int get_status(const struct board *b, const struct usb_request *r, uint8_t *data)
{
    const struct stick *s = &b->stick;
    unsigned endpoint = bulk_endpoint(b, r);

    data[0] = data[1] = 0;
    if (r->code != REQUEST_GET_ENDPOINT_STATUS)
        return 2;
    data[0] = endpoint == 1 ? s->in_halted : endpoint == 2 ? s->out_halted : 0;
    return endpoint || (r->index & 0x7F) == 0 ? 2 : USB_REFUSED;
}

static int data(struct board *b, const struct usb_device *d, const struct usb_request *r,
                uint8_t *out)
{
    struct stick *s = &b->stick;

    (void)d;
    if (quirk_strikes(b, QUIRK_STALL_REQUEST))
        return USB_REFUSED;
    switch (r->code) {
    case REQUEST_GET_DESCRIPTOR:
        return get_descriptor(b, r, out);
    case REQUEST_GET_CONFIGURATION:
        out[0] = s->configuration;
        return 1;
    case REQUEST_GET_INTERFACE:
        if (r->index >= STICK_INTERFACES_MAX || !has_setting(b, r->index, 0))
            return USB_REFUSED;
        out[0] = s->pipes.alternate[r->index];
        return 1;
    case REQUEST_GET_DEVICE_STATUS:
    case REQUEST_GET_INTERFACE_STATUS:
    case REQUEST_GET_ENDPOINT_STATUS:
        return get_status(b, r, out);
    case GET_MAX_LUN:
        return get_max_lun(b, r, out);
    default:
        return USB_REFUSED;
    }
}

static bool accepts(struct board *b, const struct usb_device *d, const struct usb_request *r)
{
    const struct stick *s = &b->stick;

    (void)d;
    if (quirk_strikes(b, QUIRK_STALL_REQUEST))
        return false;
    switch (r->code) {
    case REQUEST_SET_ADDRESS:
        return r->value < 128;
    case REQUEST_SET_CONFIGURATION:
        return s->address && (!r->value || usb_identity_config(&s->identity, r->value));
    case REQUEST_SET_INTERFACE:
        return has_setting(b, r->index, r->value);
    case REQUEST_CLEAR_ENDPOINT_FEATURE:
    case REQUEST_SET_ENDPOINT_FEATURE:
        return r->value == 0 && (bulk_endpoint(b, r) || !(r->index & 0x7F));
    case BULK_ONLY_RESET:
        return r->value == 0 && r->index == s->pipes.interface && !quirk(b, QUIRK_RESET_STALL);
    default:
        return false;
    }
}

static void start_pipes(struct board *b)
{
    struct stick *s = &b->stick;

    s->in_halted = s->out_halted = false;
    s->in_toggle = s->out_toggle = 0;
    memset(&s->bot, 0, sizeof s->bot);
    choose_pipes(b);
}

static void set_configuration(struct board *b, uint8_t configuration)
{
    b->stick.configuration = configuration;
    memset(b->stick.pipes.alternate, 0, sizeof b->stick.pipes.alternate);
    start_pipes(b);
    trace_event(b, "usb", "\"what\":\"configured\",\"configuration\":%u", configuration);
}

static void carry_out(struct board *b, const struct usb_device *d, const struct usb_request *r)
{
    struct stick *s = &b->stick;

    (void)d;
    switch (r->code) {
    case REQUEST_SET_ADDRESS:
        s->address = (uint8_t)r->value;
        s->silent_until_ps = quirk_deadline(b, QUIRK_ADDRESS_US, PS_PER_US);
        trace_event(b, "usb", "\"what\":\"address\",\"address\":%u", s->address);
        break;
    case REQUEST_SET_CONFIGURATION:
        set_configuration(b, (uint8_t)r->value);
        break;
    case REQUEST_SET_INTERFACE:
        s->pipes.alternate[r->index] = (uint8_t)r->value;
        start_pipes(b);
        break;
    case REQUEST_CLEAR_ENDPOINT_FEATURE:
        if (bulk_endpoint(b, r))
            stick_bot_clear_halt(b, bulk_endpoint(b, r) == 1);
        break;
    case REQUEST_SET_ENDPOINT_FEATURE:
        s->in_halted |= bulk_endpoint(b, r) == 1;
        s->out_halted |= bulk_endpoint(b, r) == 2;
        break;
    case BULK_ONLY_RESET:
        stick_bot_reset(b);
        break;
    default:
        break;
    }
}

const struct usb_ep0_owner stick_requests = {data, accepts, carry_out};
