/* SPDX-License-Identifier: MIT
 * Descriptors of the stick (USB 2.0 9.6; bulk-only transport 1.0, chapter 4), with what the quirks
 * add to them. */
#include "stick_parts.h"

#include <stdio.h>
#include <string.h>

enum { IN_EP = 1, OUT_EP = 2 };

static bool chosen(const struct board *b, enum quirk_id id, const char *word)
{
    const char *text = quirk_text(b, id);

    return text && strcmp(text, word) == 0;
}

static void add_interface(struct usb_config *c, unsigned number, unsigned alternate,
                          unsigned endpoints, const uint8_t triple[3])
{
    const uint8_t d[9] = {9,
                          DESCRIPTOR_INTERFACE,
                          (uint8_t)number,
                          (uint8_t)alternate,
                          (uint8_t)endpoints,
                          triple[0],
                          triple[1],
                          triple[2],
                          0};

    usb_config_add(c, d, sizeof d);
}

static void add_endpoint(struct usb_config *c, unsigned address, unsigned type, unsigned bytes)
{
    const uint8_t d[7] = {7,
                          DESCRIPTOR_ENDPOINT,
                          (uint8_t)address,
                          (uint8_t)type,
                          (uint8_t)bytes,
                          (uint8_t)(bytes >> 8),
                          type == 3 ? 10 : 0};

    usb_config_add(c, d, sizeof d);
}

/* A keyboard's interface without the keyboard. */
static void add_hid(struct usb_config *c, unsigned number)
{
    static const uint8_t boot_keyboard[3] = {3, 1, 1};
    static const uint8_t hid[9] = {9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0};

    add_interface(c, number, 0, 1, boot_keyboard);
    usb_config_add(c, hid, sizeof hid);
    add_endpoint(c, 0x80 | 5, 3, 8);
}

/* A vendor's own descriptor, and the SuperSpeed companion of an endpoint (USB 3.2 9.6.7). */
static void add_extra(const struct board *b, struct usb_config *c)
{
    static const uint8_t extra[] = {5, 0x24, 0xAA, 0x55, 0, 6, 0x30, 15, 0, 0, 0};

    if (quirk(b, QUIRK_EXTRA_DESCRIPTORS))
        usb_config_add(c, extra, sizeof extra);
}

static void add_bulk_pair(const struct board *b, struct usb_config *c)
{
    unsigned bytes = (unsigned)quirk(b, QUIRK_BULK_BYTES);

    add_extra(b, c);
    add_endpoint(c, 0x80 | IN_EP, 2, bytes);
    add_extra(b, c);
    add_endpoint(c, OUT_EP, 2, bytes);
    add_extra(b, c);
}

static void add_storage(const struct board *b, struct usb_config *c, unsigned number)
{
    static const uint8_t bulk_only[3] = {8, 6, 0x50}, uas[3] = {8, 6, 0x62};
    static const uint8_t nothing[2] = {0, 0xFF};
    bool late = chosen(b, QUIRK_ALTERNATE, "late");

    if (late)
        add_interface(c, number, 0, 0, bulk_only);
    add_interface(c, number, late, 2, bulk_only);
    if (quirk(b, QUIRK_ZERO_DESCRIPTOR))
        usb_config_add(c, nothing, sizeof nothing);
    add_bulk_pair(b, c);
    if (!chosen(b, QUIRK_ALTERNATE, "uas"))
        return;
    add_interface(c, number, 1, 4, uas);
    for (unsigned ep = 1; ep <= 4; ep++)
        add_endpoint(c, ep == 1 || ep == 3 ? 0x80 | ep : ep, 2, 64);
}

static void add_vendor(struct usb_config *c)
{
    static const uint8_t vendor[3] = {0xFF, 0, 0};

    add_interface(c, 0, 0, 1, vendor);
    add_endpoint(c, 0x80 | 3, 2, 64);
}

static void build_config(const struct board *b, struct usb_config *c, unsigned value, bool storage)
{
    bool first = chosen(b, QUIRK_COMPOSITE, "first");
    bool last = chosen(b, QUIRK_COMPOSITE, "last");
    uint8_t interfaces = storage && (first || last) ? 2 : 1;
    /* Bus-powered, 200 mA. */
    const uint8_t head[9] = {9, DESCRIPTOR_CONFIG, 0, 0, interfaces, (uint8_t)value, 0, 0x80, 100};

    usb_config_add(c, head, sizeof head);
    if (!storage)
        add_vendor(c);
    if (storage && first)
        add_hid(c, 0);
    if (storage)
        add_storage(b, c, first);
    if (storage && last)
        add_hid(c, 1);
    usb_config_close(c);
}

/* The serial number must have at least 12 hexadecimal digits (bulk-only transport 4.1.1). */
static void build_strings(const struct board *b, struct usb_identity *id)
{
    static const char *const text[] = {"Stickboot", "Virtual stick", "0123456789AB"};
    char longest[127];

    memset(longest, 'X', 126);
    longest[126] = 0;
    memcpy(id->string[0], (const uint8_t[]){4, DESCRIPTOR_STRING, 0x09, 0x04}, 4);
    for (unsigned i = 0; i < 3; i++)
        usb_string(id->string[i + 1], quirk(b, QUIRK_LONG_STRINGS) ? longest : text[i]);
}

static void build(const struct board *b, struct usb_identity *id)
{
    /* 0x1209:0x0001 is a vendor and product id that is free for private tests (pid.codes). */
    static const uint8_t device[18] = {
        18, DESCRIPTOR_DEVICE, 0x00, 0x02, 0, 0, 0, 64, 0x09, 0x12, 0x01, 0x00, 0x00, 1, 1, 2, 3,
        1};
    unsigned configs = (unsigned)quirk(b, QUIRK_CONFIGURATIONS);

    memset(id, 0, sizeof *id);
    id->speed = USB_SPEED_FULL;
    memcpy(id->device, device, sizeof device);
    id->device[7] = (uint8_t)quirk(b, QUIRK_EP0_BYTES);
    id->device[17] = id->configs = (uint8_t)configs;
    for (unsigned i = 0; i < configs; i++)
        build_config(b, &id->config[i], i + 1, i + 1 == configs);
    build_strings(b, id);
}

bool stick_describe(struct board *b)
{
    struct usb_identity *id = &b->stick.identity;
    const char *path = quirk_text(b, QUIRK_DEVICE);
    uint64_t total = quirk(b, QUIRK_TOTAL_LENGTH);

    if (quirk(b, QUIRK_HUB_PORT) > quirk(b, QUIRK_HUB_PORTS)) {
        fprintf(stderr, "vboard: --stick-quirk hub-port: the hub has fewer ports (hub-ports)\n");
        return false;
    }
    if (path && !usb_identity_read(id, path))
        return false;
    if (!path)
        build(b, id);
    for (unsigned i = 0; total && i < id->configs; i++) {
        id->config[i].data[2] = (uint8_t)total;
        id->config[i].data[3] = (uint8_t)(total >> 8);
    }
    return true;
}
