/* SPDX-License-Identifier: MIT
 * The descriptors of a device (USB 2.0 9.6), as bytes: built by the device's model, or read from a
 * file such as those in test/data/descriptors (quirk device). Next: stick_descriptors.c. */
#ifndef VBOARD_USB_IDENTITY_H
#define VBOARD_USB_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_device.h"

#define USB_CONFIGS_MAX      4
#define USB_CONFIG_BYTES_MAX 512
#define USB_STRINGS_MAX      8

enum {
    DESCRIPTOR_DEVICE = 1,
    DESCRIPTOR_CONFIG = 2,
    DESCRIPTOR_STRING = 3,
    DESCRIPTOR_INTERFACE = 4,
    DESCRIPTOR_ENDPOINT = 5
};

struct usb_config {
    uint16_t bytes;
    uint8_t data[USB_CONFIG_BYTES_MAX];
};

struct usb_identity {
    enum usb_speed speed;
    uint8_t device[18];
    uint8_t configs;
    struct usb_config config[USB_CONFIGS_MAX];
    uint8_t string[USB_STRINGS_MAX][256]; /* whole descriptors; [0] == 0 = there is none */
};

/* Appends bytes to a configuration; false = full. */
bool usb_config_add(struct usb_config *c, const uint8_t *bytes, unsigned count);
/* Writes wTotalLength as it is. */
void usb_config_close(struct usb_config *c);

/* A string descriptor out of ASCII text, at the most 126 characters of it. */
void usb_string(uint8_t out[256], const char *text);

/* Copies a descriptor to out[USB_CONFIG_BYTES_MAX]: its length, 0 = none. */
unsigned usb_identity_descriptor(const struct usb_identity *id, unsigned type, unsigned index,
                                 uint8_t *out);

/* The configuration with this bConfigurationValue, or NULL. */
const struct usb_config *usb_identity_config(const struct usb_identity *id, unsigned value);

/* Steps through the descriptors of a configuration: the next one behind `at` (NULL: the first), or
 * NULL at the end or at one that does not fit. */
const uint8_t *usb_config_next(const struct usb_config *c, const uint8_t *at);

/* Reads a file: lines "speed full|low", "device HH ...", "config HH ..." (once per configuration),
 * "string N TEXT"; # begins a comment, an indented line goes on with the bytes of the last.
 * False: said on stderr. */
bool usb_identity_read(struct usb_identity *id, const char *path);

#endif
