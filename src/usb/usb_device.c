/* SPDX-License-Identifier: MIT
 * The enumeration of a device that has been reset, step by step (USB 2.0 9.1.2), until it is
 * configured: as a stick, or as a hub. */
#include "sys/log.h"
#include "usb/usb_host_parts.h"

enum {
    SETTLE_MS = 4,          /* USB 2.0 9.2.6.3: 2 ms after SET_ADDRESS, and a margin */
    CONFIGURATIONS_MAX = 4, /* that are looked at */

    /* A stick's configuration cannot be shorter. One that says so is read with the length that
     * other hosts ask for at first, which devices are used to. */
    CONFIG_LEAST_BYTES = 32,
    CONFIG_ASKED_BYTES = 255,

    TO_DEVICE = 0x00, /* bmRequestType, USB 2.0 table 9-2 */
    TO_INTERFACE = 0x01,
    FROM_DEVICE = 0x80,
    SET_ADDRESS = 5, /* bRequest, USB 2.0 table 9-4 */
    GET_DESCRIPTOR = 6,
    SET_CONFIGURATION = 9,
    SET_INTERFACE = 11,
    CLASS_HUB = 9,
};

static enum bl_rc get_descriptor(struct usb_host *h, uint8_t type, uint8_t index, uint32_t length)
{
    return usb_host_transfer(h, (struct usb_request){.type = FROM_DEVICE,
                                                     .code = GET_DESCRIPTOR,
                                                     .value = (uint16_t)(type << 8 | index),
                                                     .length = (uint16_t)length});
}

static enum bl_rc s_head(struct usb_host *h)
{
    uint8_t max_packet = 0;
    enum bl_rc rc = get_descriptor(h, USB_DESC_DEVICE, 0, USB_DESC_HEAD_BYTES);

    if (rc == BL_OK)
        rc = usb_desc_max_packet0(h->buffer, h->control.received_bytes, &max_packet);
    if (rc != BL_OK)
        return rc;
    if (h->last_addr >= USB_HOST_ADDR_MAX) {
        usb_host_fail(h, BL_E_USB_DEVICES);
        return BL_OK;
    }
    h->control.pipe.max_packet = max_packet;
    h->last_addr++;
    usb_host_enter(h, USB_HOST_ADDRESS, 0);
    return BL_OK;
}

static enum bl_rc s_address(struct usb_host *h)
{
    enum bl_rc rc = usb_host_transfer(
        h, (struct usb_request){.type = TO_DEVICE, .code = SET_ADDRESS, .value = h->last_addr});

    if (rc != BL_OK)
        return rc;
    h->control.pipe.device_addr = h->last_addr;
    usb_host_pause(h, SETTLE_MS, USB_HOST_DEVICE);
    return BL_OK;
}

static enum bl_rc s_device(struct usb_host *h)
{
    enum bl_rc rc = get_descriptor(h, USB_DESC_DEVICE, 0, USB_DESC_DEVICE_BYTES);

    if (rc == BL_OK)
        rc = usb_desc_device(h->buffer, h->control.received_bytes, &h->device);
    if (rc != BL_OK)
        return rc;
    log_line("USB device %04x:%04x", h->device.vid, h->device.pid);
    if (h->device.device_class == CLASS_HUB && !usb_hub_wanted(h)) {
        log_line("USB: a hub, one too many");
        usb_host_fail(h, BL_E_USB_NOT_STICK);
        return BL_OK;
    }
    usb_host_enter(h, USB_HOST_CONFIG_HEAD, 0);
    return BL_OK;
}

static enum bl_rc s_config_head(struct usb_host *h)
{
    uint16_t total = 0;
    enum bl_rc rc =
        get_descriptor(h, USB_DESC_CONFIGURATION, h->config_index, USB_DESC_CONFIGURATION_BYTES);

    if (rc == BL_OK)
        rc = usb_desc_total_bytes(h->buffer, h->control.received_bytes, &total);
    if (rc != BL_OK)
        return rc;
    if (total < CONFIG_LEAST_BYTES)
        total = CONFIG_ASKED_BYTES;
    h->config_bytes = total < USB_HOST_CONFIG_BYTES ? total : USB_HOST_CONFIG_BYTES;
    h->msc.configuration = usb_desc_configuration(h->buffer);
    usb_host_enter(h, h->device.device_class == CLASS_HUB ? USB_HOST_SET_CONFIG : USB_HOST_CONFIG,
                   0);
    return BL_OK;
}

static enum bl_rc s_config(struct usb_host *h)
{
    enum bl_rc rc = get_descriptor(h, USB_DESC_CONFIGURATION, h->config_index, h->config_bytes);

    if (rc == BL_OK)
        rc = usb_desc_find_msc(h->buffer, h->control.received_bytes, &h->msc);
    if (rc == BL_OK) {
        usb_host_enter(h, USB_HOST_SET_CONFIG, 0);
    } else if (rc == BL_E_USB_NOT_STICK) {
        h->config_index++;
        if (h->config_index >= h->device.configurations || h->config_index >= CONFIGURATIONS_MAX)
            usb_host_fail(h, rc);
        else
            usb_host_enter(h, USB_HOST_CONFIG_HEAD, 0);
        rc = BL_OK;
    }
    return rc;
}

static enum bl_rc s_set_config(struct usb_host *h)
{
    enum usb_host_state next = USB_HOST_READY;
    enum bl_rc rc = usb_host_transfer(h, (struct usb_request){.type = TO_DEVICE,
                                                              .code = SET_CONFIGURATION,
                                                              .value = h->msc.configuration});

    if (rc != BL_OK)
        return rc;
    if (h->device.device_class == CLASS_HUB)
        next = USB_HOST_HUB_DESC;
    else if (h->msc.alternate != 0)
        next = USB_HOST_SET_INTERFACE;
    usb_host_enter(h, next, 0);
    return BL_OK;
}

static enum bl_rc s_set_interface(struct usb_host *h)
{
    enum bl_rc rc = usb_host_transfer(h, (struct usb_request){.type = TO_INTERFACE,
                                                              .code = SET_INTERFACE,
                                                              .value = h->msc.alternate,
                                                              .index = h->msc.interface});

    if (rc == BL_OK)
        usb_host_enter(h, USB_HOST_READY, 0);
    return rc;
}

enum bl_rc usb_device_step(struct usb_host *h)
{
    switch (h->state) {
    case USB_HOST_HEAD:
        return s_head(h);
    case USB_HOST_ADDRESS:
        return s_address(h);
    case USB_HOST_DEVICE:
        return s_device(h);
    case USB_HOST_CONFIG_HEAD:
        return s_config_head(h);
    case USB_HOST_CONFIG:
        return s_config(h);
    case USB_HOST_SET_CONFIG:
        return s_set_config(h);
    default:
        return s_set_interface(h);
    }
}
