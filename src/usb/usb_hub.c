/* SPDX-License-Identifier: MIT
 * Hubs (USB 2.0 chapter 11), at full speed. Their ports are asked one after the other with
 * GetPortStatus; the interrupt endpoint, which says the same, is not needed. One device is looked at
 * at a time: its port is disabled when it is left, so that nobody but the next device answers at
 * address 0. A low-speed port is never enabled: the controller cannot send the PRE packets that a
 * low-speed device behind a hub needs. */
#include "port/clock.h"
#include "sys/log.h"
#include "usb/usb_host_parts.h"
#include "util/bytes.h"

enum {
    FROM_HUB = 0xA0, /* bmRequestType, USB 2.0 table 11-15 */
    FROM_PORT = 0xA3,
    TO_PORT = 0x23,
    GET_STATUS = 0, /* bRequest, table 11-16 */
    CLEAR_FEATURE = 1,
    SET_FEATURE = 3,
    GET_DESCRIPTOR = 6,
    PORT_ENABLE = 1, /* table 11-17 */
    PORT_RESET = 4,
    PORT_POWER = 8,
    C_PORT_RESET = 20,

    IS_CONNECTED = 1u << 0, /* wPortStatus, table 11-21 */
    IS_ENABLED = 1u << 1,
    IS_OVER_CURRENT = 1u << 3,
    IS_RESETTING = 1u << 4,
    IS_LOW_SPEED = 1u << 9,
    HAS_BEEN_RESET = 1u << 20, /* wPortChange, the upper half, table 11-22 */
    STATUS_BYTES = 4,

    REQUEST_LIMIT_MS = 500,
    PORT_DEBOUNCE_MS = 105, /* as on the root port */
    RESET_LIMIT_MS = 500,   /* 20 ms in the specification (11.5.1.5) */
    SCAN_PAUSE_MS = 20,
};

static enum bl_rc hub_transfer(struct usb_host *h, uint8_t type, uint8_t code, uint16_t value,
                               uint16_t length)
{
    const struct usb_hub *hub = &h->hubs[h->hub];

    if (!h->started) {
        h->try_limit = deadline_in(REQUEST_LIMIT_MS);
        h->control.pipe.device_addr = hub->addr;
        h->control.pipe.max_packet = hub->max_packet;
    }
    return usb_host_transfer(h, (struct usb_request){type, code, value, h->port, length});
}

bool usb_hub_wanted(const struct usb_host *h)
{
    /* The first hub is the one on the root port; a device of any other is on the second level. */
    return h->hub_count == 0 || (h->hub == 0 && h->hub_count < USB_HOST_HUBS_MAX);
}

/* The device is a hub, and becomes one of the hubs once its ports have power. */
static enum bl_rc s_desc(struct usb_host *h)
{
    struct usb_hub *hub = &h->hubs[h->hub_count];
    enum bl_rc rc = usb_host_transfer(h, (struct usb_request){.type = FROM_HUB,
                                                              .code = GET_DESCRIPTOR,
                                                              .value = USB_DESC_HUB << 8,
                                                              .length = USB_DESC_HUB_BYTES});

    if (rc != BL_OK)
        return rc;
    *hub = (struct usb_hub){.addr = h->control.pipe.device_addr,
                            .max_packet = (uint8_t)h->control.pipe.max_packet};
    rc = usb_desc_hub(h->buffer, h->control.received_bytes, &hub->ports, &hub->power_ms);
    if (rc != BL_OK)
        return rc;
    log_line("USB: a hub of %u ports", hub->ports);
    h->powered = 0;
    usb_host_enter(h, USB_HOST_HUB_POWER, 0);
    return BL_OK;
}

static enum bl_rc s_power(struct usb_host *h)
{
    const struct usb_hub *hub = &h->hubs[h->hub_count];
    enum bl_rc rc = usb_host_transfer(h, (struct usb_request){.type = TO_PORT,
                                                              .code = SET_FEATURE,
                                                              .value = PORT_POWER,
                                                              .index = h->powered + 1u});

    if (rc != BL_OK)
        return rc;
    h->powered++;
    if (h->powered < hub->ports) {
        usb_host_enter(h, USB_HOST_HUB_POWER, 0);
        return BL_OK;
    }
    if (h->hub_count > 0)
        h->hubs[h->hub].ports_out |= (uint16_t)(1u << h->port);
    h->hub_count++;
    h->hub = 0;
    h->port = 1;
    usb_host_pause(h, hub->power_ms * 2u, USB_HOST_HUB_SCAN);
    return BL_OK;
}

/* To the next port, of the next hub after the last; a pause when all have been asked. */
static void next_port(struct usb_host *h)
{
    h->port++;
    if (h->port <= h->hubs[h->hub].ports) {
        usb_host_enter(h, USB_HOST_HUB_SCAN, 0);
        return;
    }
    h->port = 1;
    h->hub = (uint8_t)((h->hub + 1u) % h->hub_count);
    usb_host_pause(h, SCAN_PAUSE_MS, USB_HOST_HUB_SCAN);
}

static enum bl_rc get_port_status(struct usb_host *h, uint32_t *status)
{
    enum bl_rc rc = hub_transfer(h, FROM_PORT, GET_STATUS, 0, STATUS_BYTES);

    if (rc != BL_OK)
        return rc;
    if (h->control.received_bytes < STATUS_BYTES)
        return BL_E_USB_DESC;
    *status = le32(h->buffer);
    return BL_OK;
}

static enum bl_rc s_scan(struct usb_host *h)
{
    uint32_t status = 0;
    enum bl_rc rc;

    h->powered = 0;
    if ((h->hubs[h->hub].ports_out >> h->port & 1) != 0) {
        next_port(h);
        return BL_OK;
    }
    rc = get_port_status(h, &status);
    if (rc != BL_OK)
        return rc;
    if ((status & IS_OVER_CURRENT) != 0) {
        usb_host_fail(h, BL_E_USB_OVERCURRENT);
    } else if ((status & IS_CONNECTED) == 0) {
        next_port(h);
    } else if ((status & IS_LOW_SPEED) != 0) {
        usb_host_fail(h, BL_E_USB_SPEED);
    } else {
        h->attach_ms = clock_ms();
        h->tries = 0;
        usb_host_begin_reset(h);
        usb_host_pause(h, PORT_DEBOUNCE_MS, USB_HOST_HUB_RESET);
    }
    return BL_OK;
}

static enum bl_rc s_reset(struct usb_host *h)
{
    enum bl_rc rc = hub_transfer(h, TO_PORT, SET_FEATURE, PORT_RESET, 0);

    if (rc == BL_OK)
        usb_host_enter(h, USB_HOST_HUB_RESETTING, RESET_LIMIT_MS);
    return rc;
}

/* Asked again and again until the hub says that the reset is over. */
static enum bl_rc s_resetting(struct usb_host *h)
{
    uint32_t status = 0;
    enum bl_rc rc = get_port_status(h, &status);

    if (rc != BL_OK)
        return rc;
    if ((status & IS_CONNECTED) == 0 && !h->may_return)
        usb_host_fail(h, BL_E_USB_GONE);
    else if ((status & IS_CONNECTED) == 0)
        next_port(h);
    else if ((status & (HAS_BEEN_RESET | IS_RESETTING)) == HAS_BEEN_RESET)
        usb_host_enter(h, USB_HOST_HUB_ACK, 0);
    else if (deadline_passed(h->state_limit))
        usb_host_fail(h, BL_E_TIMEOUT);
    else
        h->started = false;
    return BL_OK;
}

/* The status of s_resetting is in the buffer still. */
static enum bl_rc s_ack(struct usb_host *h)
{
    enum bl_rc rc = hub_transfer(h, TO_PORT, CLEAR_FEATURE, C_PORT_RESET, 0);
    uint32_t status = le32(h->buffer);

    if (rc != BL_OK)
        return rc;
    if ((status & IS_LOW_SPEED) != 0)
        usb_host_fail(h, BL_E_USB_SPEED);
    else if ((status & IS_ENABLED) == 0)
        usb_host_fail(h, BL_E_TIMEOUT);
    else
        usb_host_pause(h, usb_host_recovery_ms(h), USB_HOST_HEAD);
    return BL_OK;
}

static enum bl_rc s_drop(struct usb_host *h)
{
    enum bl_rc rc = hub_transfer(h, TO_PORT, CLEAR_FEATURE, PORT_ENABLE, 0);

    if (rc == BL_OK)
        next_port(h);
    return rc;
}

enum bl_rc usb_hub_step(struct usb_host *h)
{
    switch (h->state) {
    case USB_HOST_HUB_DESC:
        return s_desc(h);
    case USB_HOST_HUB_POWER:
        return s_power(h);
    case USB_HOST_HUB_SCAN:
        return s_scan(h);
    case USB_HOST_HUB_RESET:
        return s_reset(h);
    case USB_HOST_HUB_RESETTING:
        return s_resetting(h);
    case USB_HOST_HUB_ACK:
        return s_ack(h);
    default:
        return s_drop(h);
    }
}
