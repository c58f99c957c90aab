/* SPDX-License-Identifier: MIT
 * Endpoint 0 of a device, whatever device it is: control transfers (USB 2.0 8.5.3). Requests with a
 * data stage to the device are stalled: none of our devices knows one.
 * Next: stick_control.c, usb_hub.c, usb_gadget.c (who decides what a request does). */
#ifndef VBOARD_USB_EP0_H
#define VBOARD_USB_EP0_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_device.h"

#define USB_EP0_DATA_MAX 1024

/* Of a SETUP packet (USB 2.0 table 9-2). */
struct usb_request {
    uint16_t code; /* bmRequestType << 8 | bRequest */
    uint16_t value, index, length;
};

/* Standard requests as in `code` (USB 2.0 table 9-3). */
enum {
    REQUEST_SET_ADDRESS = 0x0005,
    REQUEST_SET_CONFIGURATION = 0x0009,
    REQUEST_SET_INTERFACE = 0x010B,
    REQUEST_CLEAR_DEVICE_FEATURE = 0x0001,
    REQUEST_CLEAR_ENDPOINT_FEATURE = 0x0201,
    REQUEST_SET_ENDPOINT_FEATURE = 0x0203,
    REQUEST_GET_DESCRIPTOR = 0x8006,
    REQUEST_GET_CONFIGURATION = 0x8008,
    REQUEST_GET_INTERFACE = 0x810A,
    REQUEST_GET_DEVICE_STATUS = 0x8000,
    REQUEST_GET_INTERFACE_STATUS = 0x8100,
    REQUEST_GET_ENDPOINT_STATUS = 0x8200
};

#define USB_REFUSED (-1)

struct usb_ep0 {
    uint8_t stage; /* enum in usb_ep0.c */
    struct usb_request request;
    uint8_t data[USB_EP0_DATA_MAX];
    uint16_t bytes, sent, last; /* data stage: length, moved, length of the last packet */
    uint8_t toggle;
};

/* What the device makes of requests. */
struct usb_ep0_owner {
    /* A request with data to the host: fills data, returns its length; USB_REFUSED = STALL. */
    int (*data)(struct board *b, const struct usb_device *d, const struct usb_request *r,
                uint8_t *data);
    /* Whether a request without data stage will be carried out, at the end of its status stage. */
    bool (*accepts)(struct board *b, const struct usb_device *d, const struct usb_request *r);
    void (*carry_out)(struct board *b, const struct usb_device *d, const struct usb_request *r);
};

/* One transaction at endpoint 0, whose packets have up to `most` bytes. */
enum usb_answer usb_ep0_transaction(struct board *b, const struct usb_device *d, struct usb_ep0 *e,
                                    const struct usb_ep0_owner *owner, unsigned most,
                                    struct usb_transaction *t);
/* The host has acknowledged the last IN packet. */
void usb_ep0_in_acked(struct board *b, const struct usb_device *d, struct usb_ep0 *e,
                      const struct usb_ep0_owner *owner, unsigned most);

#endif
