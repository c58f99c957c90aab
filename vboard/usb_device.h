/* SPDX-License-Identifier: MIT
 * A USB device as the host sees it: one transaction at a time. The stick is one, others are in
 * usb_gadget.c; a hub (usb_hub.c) is one that hands transactions on.
 * Next: otg_bus.c (who calls), stick.c (who answers). */
#ifndef VBOARD_USB_DEVICE_H
#define VBOARD_USB_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define USB_PACKET_MAX 1024

enum usb_speed { USB_SPEED_FULL, USB_SPEED_LOW };
enum usb_token { USB_SETUP, USB_OUT, USB_IN };

/* USB 2.0 8.3: what comes back. USB_NO_ANSWER also stands for a damaged packet. */
enum usb_answer { USB_NO_ANSWER, USB_ACK, USB_NAK, USB_ANSWER_STALL, USB_DATA0, USB_DATA1 };

struct usb_transaction {
    enum usb_token token;
    uint8_t address, endpoint;
    uint8_t toggle; /* SETUP and OUT: data PID of the packet, 0 or 1 */
    uint16_t bytes; /* SETUP and OUT: length sent; IN: length of the answer */
    bool endless;   /* IN: the device goes on talking until after the end of the frame */
    uint8_t data[USB_PACKET_MAX];
};

/* A device; its state lies in struct board. */
struct usb_device {
    enum usb_speed speed;
    unsigned index; /* of several of its kind */
    /* The port has driven SE0 for longer than 2.5 us and released it (USB 2.0 7.1.7.5). */
    void (*bus_reset)(struct board *b, const struct usb_device *d);
    /* Answers one transaction. For IN it must not move on yet: the packet may be lost. */
    enum usb_answer (*transaction)(struct board *b, const struct usb_device *d,
                                   struct usb_transaction *t);
    /* The host has acknowledged the data packet of the last IN transaction. */
    void (*in_acked)(struct board *b, const struct usb_device *d, uint8_t endpoint);
};

#endif
