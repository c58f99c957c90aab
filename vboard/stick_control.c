/* SPDX-License-Identifier: MIT
 * Endpoint 0 of the stick: control transfers, standard requests (USB 2.0 8.5.3, 9.4) and the two
 * of the bulk-only class. Requests with an OUT data stage do not exist here. Next: stick_bot.c. */
#include "stick_parts.h"

#include <string.h>

enum { IDLE, DATA_IN, STATUS_IN, STATUS_OUT, STALLED };

enum {
    GET_STATUS = 0,
    CLEAR_FEATURE = 1,
    SET_FEATURE = 3,
    SET_ADDRESS = 5,
    GET_DESCRIPTOR = 6,
    GET_CONFIGURATION = 8,
    SET_CONFIGURATION = 9,
    GET_INTERFACE = 10,
    SET_INTERFACE = 11
};

static uint16_t field(const struct stick_control *c, unsigned off)
{
    return (uint16_t)(c->setup[off] | c->setup[off + 1] << 8);
}

static uint16_t w_value(const struct stick_control *c)
{
    return field(c, 2);
}

static uint16_t w_index(const struct stick_control *c)
{
    return field(c, 4);
}

/* The bulk endpoint that wIndex names: 1 IN, 2 OUT, 0 none. */
static unsigned bulk_endpoint(const struct board *b)
{
    unsigned index = w_index(&b->stick.control);

    if (!b->stick.configuration)
        return 0;
    return index == (0x80 | STICK_IN_EP) ? 1 : index == STICK_OUT_EP ? 2 : 0;
}

/* Answers a request with data to the host; false = not supported. */
static bool data_request(struct board *b)
{
    struct stick *s = &b->stick;
    struct stick_control *c = &s->control;
    unsigned request = (unsigned)(c->setup[0] << 8 | c->setup[1]);

    c->bytes = 1;
    switch (request) {
    case 0x8000 | GET_DESCRIPTOR:
        c->bytes = (uint16_t)stick_descriptor(b, w_value(c) >> 8, w_value(c) & 0xFF, c->data);
        return c->bytes != 0;
    case 0x8000 | GET_CONFIGURATION:
        c->data[0] = s->configuration;
        return true;
    case 0x8100 | GET_INTERFACE:
        c->data[0] = 0;
        return s->configuration && w_index(c) == 0;
    case 0xA1FE: /* GET_MAX_LUN (bulk-only transport 3.2) */
        c->data[0] = 0;
        return s->configuration && w_index(c) == 0 && !quirk(b, QUIRK_MAX_LUN_STALL);
    default:
        break;
    }
    c->bytes = 2;
    c->data[0] = c->data[1] = 0;
    if (request == (0x8000 | GET_STATUS) || request == (0x8100 | GET_STATUS))
        return true;
    if (request != (0x8200 | GET_STATUS))
        return false;
    unsigned endpoint = bulk_endpoint(b);
    c->data[0] = endpoint == 1 ? s->in_halted : endpoint == 2 ? s->out_halted : 0;
    return endpoint || (w_index(c) & 0x7F) == 0;
}

/* Whether a request without data stage will be carried out, at the end of its status stage. */
static bool plain_request(struct board *b)
{
    const struct stick *s = &b->stick;
    const struct stick_control *c = &s->control;

    switch (c->setup[0] << 8 | c->setup[1]) {
    case SET_ADDRESS:
        return w_value(c) < 128;
    case SET_CONFIGURATION:
        return s->address && w_value(c) <= 1;
    case 0x0100 | SET_INTERFACE:
        return s->configuration && w_value(c) == 0 && w_index(c) == 0;
    case 0x0200 | CLEAR_FEATURE:
    case 0x0200 | SET_FEATURE:
        return w_value(c) == 0 && (bulk_endpoint(b) || !(w_index(c) & 0x7F));
    case 0x21FF:
        return s->configuration && w_value(c) == 0 && w_index(c) == 0;
    default:
        return false;
    }
}

static void set_configuration(struct board *b, uint8_t configuration)
{
    struct stick *s = &b->stick;

    s->configuration = configuration;
    s->in_halted = s->out_halted = false;
    s->in_toggle = s->out_toggle = 0;
    memset(&s->bot, 0, sizeof s->bot);
    trace_event(b, "usb", "\"what\":\"configured\",\"configuration\":%u", configuration);
}

static void carry_out(struct board *b)
{
    struct stick *s = &b->stick;
    struct stick_control *c = &s->control;

    switch (c->setup[0] << 8 | c->setup[1]) {
    case SET_ADDRESS:
        s->address = (uint8_t)w_value(c);
        s->silent_until_ps = quirk_deadline(b, QUIRK_ADDRESS_US, PS_PER_US);
        trace_event(b, "usb", "\"what\":\"address\",\"address\":%u", s->address);
        break;
    case SET_CONFIGURATION:
        set_configuration(b, (uint8_t)w_value(c));
        break;
    case 0x0200 | CLEAR_FEATURE:
        if (bulk_endpoint(b))
            stick_bot_clear_halt(b, bulk_endpoint(b) == 1);
        break;
    case 0x0200 | SET_FEATURE:
        s->in_halted |= bulk_endpoint(b) == 1;
        s->out_halted |= bulk_endpoint(b) == 2;
        break;
    case 0x21FF:
        stick_bot_reset(b);
        break;
    default:
        break;
    }
}

static enum usb_answer setup(struct board *b, const struct usb_transaction *t)
{
    struct stick_control *c = &b->stick.control;

    if (t->bytes != 8)
        return USB_NO_ANSWER;
    memcpy(c->setup, t->data, 8);
    c->sent = c->bytes = 0;
    c->toggle = 1;
    uint16_t w_length = field(c, 6);
    bool to_host = c->setup[0] & 0x80;
    if (to_host && w_length) {
        c->stage = data_request(b) ? DATA_IN : STALLED;
        if (c->bytes > w_length)
            c->bytes = w_length;
    } else {
        c->stage = !w_length && plain_request(b) ? STATUS_IN : STALLED;
    }
    return USB_ACK;
}

static enum usb_answer in_token(struct board *b, struct usb_transaction *t)
{
    struct stick_control *c = &b->stick.control;
    unsigned most = (unsigned)quirk(b, QUIRK_EP0_BYTES);
    unsigned left = (unsigned)(c->bytes - c->sent);

    if (c->stage == STALLED)
        return USB_ANSWER_STALL;
    if (c->stage != DATA_IN && c->stage != STATUS_IN)
        return USB_NAK;
    c->last = (uint16_t)(c->stage == STATUS_IN ? 0 : left < most ? left : most);
    t->bytes = c->last;
    memcpy(t->data, c->data + c->sent, c->last);
    return c->toggle ? USB_DATA1 : USB_DATA0;
}

/* The data stage ends with wLength bytes or a short packet (USB 2.0 8.5.3.2). */
void stick_control_in_acked(struct board *b)
{
    struct stick_control *c = &b->stick.control;

    if (c->stage == STATUS_IN) {
        c->stage = IDLE;
        carry_out(b);
        return;
    }
    c->sent = (uint16_t)(c->sent + c->last);
    c->toggle ^= 1;
    if (c->last < quirk(b, QUIRK_EP0_BYTES) || c->sent == field(c, 6))
        c->stage = STATUS_OUT;
}

enum usb_answer stick_control_transaction(struct board *b, struct usb_transaction *t)
{
    struct stick_control *c = &b->stick.control;

    if (t->token == USB_SETUP)
        return setup(b, t);
    if (t->token == USB_IN)
        return in_token(b, t);
    /* The status stage of a read; the host may begin it before all data was sent. */
    if ((c->stage == DATA_IN || c->stage == STATUS_OUT) && t->bytes == 0) {
        c->stage = IDLE;
        return USB_ACK;
    }
    return c->stage == IDLE ? USB_NAK : USB_ANSWER_STALL;
}
