/* SPDX-License-Identifier: MIT
 * Descriptors as a device may send them: whatever is taken from them is in its range. */
#include "fuzz/fuzz.h"
#include "usb/usb_desc.h"

static void hold_packet_size(uint32_t size)
{
    HOLDS(size == 8 || size == 16 || size == 32 || size == 64);
}

static void fuzz_small(const uint8_t *data, uint32_t len)
{
    struct usb_device_desc device;
    uint8_t max_packet = 0, ports = 0, power_ms = 0;
    uint16_t total = 0;

    if (usb_desc_max_packet0(data, len, &max_packet) == BL_OK)
        hold_packet_size(max_packet);
    if (usb_desc_device(data, len, &device) == BL_OK)
        HOLDS(len >= USB_DESC_DEVICE_BYTES && device.configurations > 0);
    if (usb_desc_total_bytes(data, len, &total) == BL_OK) {
        HOLDS(len >= USB_DESC_CONFIGURATION_BYTES && total >= USB_DESC_CONFIGURATION_BYTES);
        (void)usb_desc_configuration(data);
    }
    if (usb_desc_hub(data, len, &ports, &power_ms) == BL_OK)
        HOLDS(ports >= 1 && ports <= USB_DESC_HUB_PORTS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct usb_msc_desc msc;

    fuzz_small(data, (uint32_t)len);
    if (usb_desc_find_msc(data, (uint32_t)len, &msc) == BL_OK) {
        HOLDS(msc.in_ep >= 1 && msc.in_ep <= 15 && msc.out_ep >= 1 && msc.out_ep <= 15);
        HOLDS(len >= USB_DESC_CONFIGURATION_BYTES + 9 + 2 * 7);
        hold_packet_size(msc.in_max_packet);
        hold_packet_size(msc.out_max_packet);
    }
    return 0;
}
