/* SPDX-License-Identifier: MIT
 * Control transfers. */
#include "usb/usb_control.h"

#include <stddef.h>

#include "util/bytes.h"

enum {
    TYPE_IN = 0x80,
    SETUP_BYTES = 8,
    SETUP_TRIES_MAX = 3,     /* a device that is not listening yet does not answer a SETUP at all */
    MAX_PACKET_UNKNOWN = 64, /* cannot babble, whichever of 8 to 64 the device has */
};

void usb_control_init(struct usb_control *c)
{
    *c = (struct usb_control){
        .state = USB_CONTROL_IDLE,
        .pipe = {.max_packet = MAX_PACKET_UNKNOWN},
    };
}

static enum bl_rc start_setup(struct usb_control *c)
{
    c->state = USB_CONTROL_SETUP;
    c->setup_tries++;
    c->pipe.toggle = 0;
    return hc_xfer_start(&c->pipe, HC_SETUP, c->setup, SETUP_BYTES);
}

/* Data and status stage begin with DATA1 (USB 2.0 8.5.3). */
static enum bl_rc start_data(struct usb_control *c)
{
    c->state = USB_CONTROL_DATA;
    c->pipe.toggle = 1;
    return hc_xfer_start(&c->pipe, HC_IN, c->data, c->request.length);
}

static enum bl_rc start_status(struct usb_control *c)
{
    bool in = c->request.length == 0;

    c->state = USB_CONTROL_STATUS;
    c->pipe.toggle = 1;
    return hc_xfer_start(&c->pipe, in ? HC_IN : HC_OUT, c->setup, 0);
}

enum bl_rc usb_control_start(struct usb_control *c, const struct usb_request *request, void *data,
                             uint32_t limit_ms)
{
    enum bl_rc rc;

    if (c->state != USB_CONTROL_IDLE)
        return BL_E_BUSY;
    if (request->length != 0 && ((request->type & TYPE_IN) == 0 || data == NULL))
        return BL_E_BUG;
    c->request = *request;
    c->data = data;
    c->received_bytes = 0;
    c->setup_tries = 0;
    c->limit = deadline_in(limit_ms);
    c->setup[0] = request->type;
    c->setup[1] = request->code;
    put_le16(c->setup + 2, request->value);
    put_le16(c->setup + 4, request->index);
    put_le16(c->setup + 6, request->length);
    rc = start_setup(c);
    if (rc != BL_OK)
        c->state = USB_CONTROL_IDLE;
    return rc;
}

/* A stage has ended well: start the next one, or be done. */
static enum bl_rc next_stage(struct usb_control *c, uint32_t moved)
{
    enum bl_rc rc;

    switch (c->state) {
    case USB_CONTROL_SETUP:
        rc = c->request.length != 0 ? start_data(c) : start_status(c);
        break;
    case USB_CONTROL_DATA:
        c->received_bytes = moved;
        rc = start_status(c);
        break;
    case USB_CONTROL_STATUS:
        return BL_OK;
    case USB_CONTROL_IDLE:
    default:
        return BL_E_BUG;
    }
    return rc == BL_OK ? BL_PENDING : rc;
}

enum bl_rc usb_control_cancel(struct usb_control *c)
{
    if (c->state == USB_CONTROL_IDLE)
        return BL_OK;
    c->state = USB_CONTROL_IDLE;
    return hc_xfer_abort();
}

static enum bl_rc poll_stage(struct usb_control *c)
{
    uint32_t moved = 0;
    enum bl_rc rc = hc_xfer_poll(&moved);

    if (rc == BL_OK)
        return next_stage(c, moved);
    if (rc == BL_E_USB_XACT && c->state == USB_CONTROL_SETUP && c->setup_tries < SETUP_TRIES_MAX) {
        rc = start_setup(c);
        return rc == BL_OK ? BL_PENDING : rc;
    }
    if (rc != BL_PENDING || !deadline_passed(c->limit))
        return rc;
    rc = hc_xfer_abort();
    return rc == BL_OK ? BL_E_TIMEOUT : rc;
}

enum bl_rc usb_control_poll(struct usb_control *c)
{
    enum bl_rc rc = c->state == USB_CONTROL_IDLE ? BL_E_BUG : poll_stage(c);

    if (rc != BL_PENDING)
        c->state = USB_CONTROL_IDLE;
    return rc;
}
