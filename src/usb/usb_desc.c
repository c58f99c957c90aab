/* SPDX-License-Identifier: MIT
 * USB descriptors: the few fields that a mass-storage host needs. */
#include "usb/usb_desc.h"

#include <stdbool.h>

#include "util/bytes.h"

/* USB 2.0 tables 9-8, 9-10, 9-12, 9-13. */
enum {
    LENGTH_OFF = 0,
    TYPE_OFF = 1,
    HEAD_BYTES = 2,

    DEVICE_CLASS_OFF = 4,
    DEVICE_MAX_PACKET_OFF = 7,
    DEVICE_VID_OFF = 8,
    DEVICE_PID_OFF = 10,
    DEVICE_CONFIGURATIONS_OFF = 17,

    CONFIG_TOTAL_OFF = 2,
    CONFIG_VALUE_OFF = 5,

    HUB_PORTS_OFF = 2, /* table 11-13 */
    HUB_POWER_OFF = 5,

    INTERFACE_BYTES = 9,
    INTERFACE_NUMBER_OFF = 2,
    INTERFACE_ALTERNATE_OFF = 3,
    INTERFACE_CLASS_OFF = 5,
    INTERFACE_SUBCLASS_OFF = 6,
    INTERFACE_PROTOCOL_OFF = 7,

    ENDPOINT_BYTES = 7,
    ENDPOINT_ADDRESS_OFF = 2,
    ENDPOINT_ATTRIBUTES_OFF = 3,
    ENDPOINT_MAX_PACKET_OFF = 4,
    ENDPOINT_IN = 0x80,
    ENDPOINT_TYPE_MASK = 3,
    ENDPOINT_BULK = 2,

    CLASS_MASS_STORAGE = 0x08,
    SUBCLASS_SCSI = 0x06,
    PROTOCOL_BULK_ONLY = 0x50,
    BULK_MAX_PACKET = 64, /* full speed */
};

static bool is_packet_size(uint32_t size)
{
    return size == 8 || size == 16 || size == 32 || size == 64;
}

enum bl_rc usb_desc_max_packet0(const uint8_t *bytes, uint32_t len, uint8_t *out)
{
    if (len < USB_DESC_HEAD_BYTES || bytes[TYPE_OFF] != USB_DESC_DEVICE ||
        !is_packet_size(bytes[DEVICE_MAX_PACKET_OFF]))
        return BL_E_USB_DESC;
    *out = bytes[DEVICE_MAX_PACKET_OFF];
    return BL_OK;
}

enum bl_rc usb_desc_device(const uint8_t *bytes, uint32_t len, struct usb_device_desc *out)
{
    if (len < USB_DESC_DEVICE_BYTES || bytes[LENGTH_OFF] < USB_DESC_DEVICE_BYTES ||
        bytes[TYPE_OFF] != USB_DESC_DEVICE || bytes[DEVICE_CONFIGURATIONS_OFF] == 0)
        return BL_E_USB_DESC;
    out->vid = le16(bytes + DEVICE_VID_OFF);
    out->pid = le16(bytes + DEVICE_PID_OFF);
    out->device_class = bytes[DEVICE_CLASS_OFF];
    out->configurations = bytes[DEVICE_CONFIGURATIONS_OFF];
    return BL_OK;
}

static bool is_configuration(const uint8_t *bytes, uint32_t len)
{
    return len >= USB_DESC_CONFIGURATION_BYTES &&
           bytes[LENGTH_OFF] >= USB_DESC_CONFIGURATION_BYTES &&
           bytes[TYPE_OFF] == USB_DESC_CONFIGURATION;
}

enum bl_rc usb_desc_total_bytes(const uint8_t *bytes, uint32_t len, uint16_t *out)
{
    if (!is_configuration(bytes, len) ||
        le16(bytes + CONFIG_TOTAL_OFF) < USB_DESC_CONFIGURATION_BYTES)
        return BL_E_USB_DESC;
    *out = le16(bytes + CONFIG_TOTAL_OFF);
    return BL_OK;
}

uint8_t usb_desc_configuration(const uint8_t *bytes)
{
    return bytes[CONFIG_VALUE_OFF];
}

enum bl_rc usb_desc_hub(const uint8_t *bytes, uint32_t len, uint8_t *ports, uint8_t *power_ms)
{
    if (len <= HUB_POWER_OFF || bytes[TYPE_OFF] != USB_DESC_HUB || bytes[HUB_PORTS_OFF] == 0)
        return BL_E_USB_DESC;
    *ports = bytes[HUB_PORTS_OFF] < USB_DESC_HUB_PORTS_MAX ? bytes[HUB_PORTS_OFF]
                                                           : USB_DESC_HUB_PORTS_MAX;
    *power_ms = bytes[HUB_POWER_OFF];
    return BL_OK;
}

static bool is_msc_interface(const uint8_t *d)
{
    return d[INTERFACE_CLASS_OFF] == CLASS_MASS_STORAGE &&
           d[INTERFACE_SUBCLASS_OFF] == SUBCLASS_SCSI &&
           d[INTERFACE_PROTOCOL_OFF] == PROTOCOL_BULK_ONLY;
}

/* Takes an endpoint descriptor of the interface in out. A size that full speed does not allow (some
 * devices give their high-speed one) counts as the largest. */
static void take_endpoint(const uint8_t *d, struct usb_msc_desc *out)
{
    uint8_t number = d[ENDPOINT_ADDRESS_OFF] & 0x0F;
    uint16_t size = le16(d + ENDPOINT_MAX_PACKET_OFF);

    if ((d[ENDPOINT_ATTRIBUTES_OFF] & ENDPOINT_TYPE_MASK) != ENDPOINT_BULK || number == 0)
        return;
    if (!is_packet_size(size))
        size = BULK_MAX_PACKET;
    if ((d[ENDPOINT_ADDRESS_OFF] & ENDPOINT_IN) != 0 && out->in_ep == 0) {
        out->in_ep = number;
        out->in_max_packet = size;
    } else if ((d[ENDPOINT_ADDRESS_OFF] & ENDPOINT_IN) == 0 && out->out_ep == 0) {
        out->out_ep = number;
        out->out_max_packet = size;
    }
}

enum bl_rc usb_desc_find_msc(const uint8_t *bytes, uint32_t len, struct usb_msc_desc *out)
{
    bool inside = false;
    uint32_t off = 0;

    if (!is_configuration(bytes, len))
        return BL_E_USB_DESC;
    *out = (struct usb_msc_desc){0};
    while (off + HEAD_BYTES <= len) {
        const uint8_t *d = bytes + off;
        uint32_t size = d[LENGTH_OFF];

        if (size < HEAD_BYTES)
            return BL_E_USB_DESC; /* 0 would never end */
        if (off + size > len)
            break; /* cut off: what came before counts */
        if (d[TYPE_OFF] == USB_DESC_INTERFACE && size >= INTERFACE_BYTES) {
            inside = is_msc_interface(d);
            *out = (struct usb_msc_desc){.configuration = bytes[CONFIG_VALUE_OFF],
                                         .interface = d[INTERFACE_NUMBER_OFF],
                                         .alternate = d[INTERFACE_ALTERNATE_OFF]};
        } else if (d[TYPE_OFF] == USB_DESC_ENDPOINT && size >= ENDPOINT_BYTES && inside) {
            take_endpoint(d, out);
        }
        if (inside && out->in_ep != 0 && out->out_ep != 0)
            return BL_OK;
        off += size;
    }
    return BL_E_USB_NOT_STICK;
}
