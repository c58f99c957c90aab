/* SPDX-License-Identifier: MIT
 * USB descriptors (USB 2.0 chapter 9.6). Pure functions over bytes that a device has sent: any
 * bytes give an answer or an error, and nothing outside them is read. */
#ifndef USB_USB_DESC_H
#define USB_USB_DESC_H

#include <stdint.h>

#include "util/err.h"

enum {
    USB_DESC_DEVICE = 1, /* USB 2.0 table 9-5 */
    USB_DESC_CONFIGURATION = 2,
    USB_DESC_INTERFACE = 4,
    USB_DESC_ENDPOINT = 5,
    USB_DESC_HUB = 0x29,        /* table 11-13 */
    USB_DESC_DEVICE_BYTES = 18, /* table 9-8 */
    USB_DESC_CONFIGURATION_BYTES = 9,
    USB_DESC_HEAD_BYTES = 8, /* of the device descriptor, up to bMaxPacketSize0 */
    USB_DESC_HUB_BYTES = 9,  /* of a hub of up to 7 ports; more have some behind it */
    USB_DESC_HUB_PORTS_MAX = 15,
};

struct usb_device_desc {
    uint16_t vid;
    uint16_t pid;
    uint8_t device_class; /* 9 = hub */
    uint8_t configurations;
};

/* The bulk-only SCSI interface of a configuration. */
struct usb_msc_desc {
    uint8_t configuration; /* bConfigurationValue */
    uint8_t interface;
    uint8_t alternate;
    uint8_t in_ep; /* endpoint numbers, without the direction bit */
    uint8_t out_ep;
    uint16_t in_max_packet; /* 8, 16, 32 or 64 (full speed, USB 2.0 5.8.3) */
    uint16_t out_max_packet;
};

/* EP0's packet size from the first 8 bytes of a device descriptor. BL_E_USB_DESC unless it is 8,
 * 16, 32 or 64. */
BL_MUST enum bl_rc usb_desc_max_packet0(const uint8_t *bytes, uint32_t len, uint8_t *out);

/* A whole device descriptor. BL_E_USB_DESC when too short, of another type or without a
 * configuration. */
BL_MUST enum bl_rc usb_desc_device(const uint8_t *bytes, uint32_t len, struct usb_device_desc *out);

/* wTotalLength of a configuration descriptor's first 9 bytes. BL_E_USB_DESC. */
BL_MUST enum bl_rc usb_desc_total_bytes(const uint8_t *bytes, uint32_t len, uint16_t *out);

/* bConfigurationValue of a configuration that usb_desc_total_bytes took. */
uint8_t usb_desc_configuration(const uint8_t *bytes);

/* A hub's count of ports, cut at USB_DESC_HUB_PORTS_MAX, and the time from power on to a good port in
 * units of 2 ms. BL_E_USB_DESC when too short, of another type or without ports. */
BL_MUST enum bl_rc usb_desc_hub(const uint8_t *bytes, uint32_t len, uint8_t *ports,
                                uint8_t *power_ms);

/* Looks through a configuration with everything in it for the first interface of class 08 (mass
 * storage), subclass 06 (SCSI), protocol 50 (bulk-only) with a bulk IN and a bulk OUT endpoint;
 * other interfaces and alternate settings are passed over. BL_E_USB_DESC for a descriptor of
 * impossible length, BL_E_USB_NOT_STICK when there is no such interface. */
BL_MUST enum bl_rc usb_desc_find_msc(const uint8_t *bytes, uint32_t len, struct usb_msc_desc *out);

#endif
