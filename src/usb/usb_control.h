/* SPDX-License-Identifier: MIT
 * One control transfer on endpoint 0 (USB 2.0 8.5.3): SETUP, data stage, status stage. Started and
 * polled; transaction errors of the SETUP stage are tried again. */
#ifndef USB_USB_CONTROL_H
#define USB_USB_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "port/hc.h"
#include "sys/deadline.h"
#include "util/err.h"

/* bmRequestType, bRequest, wValue, wIndex, wLength of a SETUP packet (USB 2.0 table 9-2). Bit 7 of
 * type set = the data stage goes to the host; host-to-device requests here have no data stage. */
struct usb_request {
    uint8_t type;
    uint8_t code;
    uint16_t value;
    uint16_t index;
    uint16_t length;
};

struct usb_control {
    enum usb_control_state {
        USB_CONTROL_IDLE,
        USB_CONTROL_SETUP,
        USB_CONTROL_DATA,
        USB_CONTROL_STATUS,
    } state;
    struct hc_pipe pipe;
    struct usb_request request;
    _Alignas(4) uint8_t setup[64]; /* 8 bytes; the rest takes what a faulty status stage brings */
    void *data;
    uint32_t received_bytes;
    uint8_t setup_tries;
    struct deadline limit;
};

/* An idle control pipe to a device that nobody has given an address yet. */
void usb_control_init(struct usb_control *c);

/* Begins a transfer. data: word-aligned, request->length bytes rounded up to EP0's packet size, the
 * controller's until the poll is no longer BL_PENDING; NULL without a data stage. limit_ms bounds
 * the whole transfer. BL_E_BUSY while one is pending. */
BL_MUST enum bl_rc usb_control_start(struct usb_control *c, const struct usb_request *request,
                                     void *data, uint32_t limit_ms);

/* Ends a pending transfer, if there is one. BL_E_USB_CORE as hc_xfer_abort. */
BL_MUST enum bl_rc usb_control_cancel(struct usb_control *c);

/* BL_PENDING, BL_OK (received_bytes holds the length of the data stage), BL_E_USB_STALL,
 * BL_E_TIMEOUT or another error of hc_xfer_poll. Within 1 ms, but for an abort (hc_xfer_abort). */
BL_MUST enum bl_rc usb_control_poll(struct usb_control *c);

#endif
