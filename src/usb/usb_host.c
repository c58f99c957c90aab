/* SPDX-License-Identifier: MIT
 * The USB host core: attach, reset, enumeration. */
#include "usb/usb_host.h"

#include <stddef.h>

#include "config/limits.h"
#include "port/clock.h"
#include "sys/log.h"

enum {
    DEBOUNCE_MS = 105, /* USB 2.0 7.1.7.3, TATTDB: 100 ms, and a margin for the clock */
    ENABLE_LIMIT_MS =
        200,       /* from the end of the reset to an enabled port; 0 in the specification */
    SETTLE_MS = 4, /* USB 2.0 9.2.6.3: 2 ms after SET_ADDRESS, and a margin */
    DEVICE_ADDR = 1,
    CONFIGURATIONS_MAX = 4, /* that are looked at */

    TO_DEVICE = 0x00, /* bmRequestType, USB 2.0 table 9-2 */
    TO_INTERFACE = 0x01,
    FROM_DEVICE = 0x80,
    SET_ADDRESS = 5, /* bRequest, USB 2.0 table 9-4 */
    GET_DESCRIPTOR = 6,
    SET_CONFIGURATION = 9,
    SET_INTERFACE = 11,
    CLASS_HUB = 9,
};

/* One row per try. 50 ms is the least for a root port (USB 2.0 7.1.7.5, TDRSTR), 10 ms the least
 * recovery (TRSTRCY); a wait may last up to 1 ms less than its number, so one is added. Some sticks
 * want more of either. limit_ms: from the reset to READY. */
static const struct {
    uint16_t reset_ms;
    uint16_t recovery_ms;
    uint16_t limit_ms;
} ladder[] = {{51, 11, 1500}, {100, 50, 3000}, {200, 100, 5000}};

enum { TRIES_MAX = sizeof ladder / sizeof ladder[0] };

static void enter(struct usb_host *h, enum usb_host_state state, uint32_t limit_ms)
{
    h->state = state;
    h->started = false;
    h->state_limit = deadline_in(limit_ms);
}

static void fail(struct usb_host *h, enum bl_rc rc)
{
    (void)log_error(rc, "USB");
    h->error = rc;
    enter(h, USB_HOST_FAILED, 0);
}

static void begin_reset(struct usb_host *h)
{
    usb_control_init(&h->control);
    h->config_index = 0;
    h->try_limit = deadline_in(ladder[h->tries].limit_ms);
    enter(h, USB_HOST_RESET, ladder[h->tries].reset_ms);
    h->tries++;
    hc_reset_signal(true);
}

/* The device has left the bus, or seems to. */
static void gone(struct usb_host *h)
{
    bool stuck = usb_control_cancel(&h->control) != BL_OK;

    hc_reset_signal(false);
    if (stuck)
        log_line("USB: core stuck at the disconnect");
    if (h->state == USB_HOST_READY || !h->may_return || h->tries >= TRIES_MAX)
        fail(h, BL_E_USB_GONE);
    else
        enter(h, USB_HOST_RETURN, ATTACH_WINDOW_MS);
}

/* The core has stopped: start it again, and wait for the device to be seen again. */
static void revive(struct usb_host *h)
{
    enum bl_rc rc = hc_init();

    if (rc != BL_OK) {
        fail(h, rc);
        return;
    }
    hc_vbus(true);
    enter(h, USB_HOST_RETURN, ATTACH_WINDOW_MS);
}

/* Starts again from the reset, if there is a try left. */
static void try_again(struct usb_host *h, enum bl_rc rc)
{
    if (rc == BL_E_USB_GONE) {
        gone(h);
        return;
    }
    if (h->tries >= TRIES_MAX) {
        fail(h, rc);
        return;
    }
    log_line("USB: %s, next try", err_text(rc));
    if (rc == BL_E_USB_CORE)
        revive(h);
    else
        begin_reset(h);
}

/* Does the state's control transfer, once. BL_PENDING, BL_OK, or the error. */
static enum bl_rc transfer(struct usb_host *h, struct usb_request request)
{
    void *data = request.length != 0 ? h->buffer : NULL;
    enum bl_rc rc;

    if (h->started)
        return usb_control_poll(&h->control);
    rc = usb_control_start(&h->control, &request, data, deadline_left_ms(h->try_limit));
    h->started = rc == BL_OK;
    return rc == BL_OK ? BL_PENDING : rc;
}

static enum bl_rc get_descriptor(struct usb_host *h, uint8_t type, uint8_t index, uint32_t length)
{
    return transfer(h, (struct usb_request){.type = FROM_DEVICE,
                                            .code = GET_DESCRIPTOR,
                                            .value = (uint16_t)(type << 8 | index),
                                            .length = (uint16_t)length});
}

static void s_wait(struct usb_host *h)
{
    if (!hc_connected())
        return;
    (void)hc_was_disconnected(); /* what was before this attach */
    enter(h, USB_HOST_DEBOUNCE, DEBOUNCE_MS);
}

static void s_debounce(struct usb_host *h)
{
    if (!deadline_passed(h->state_limit))
        return;
    h->attach_ms = clock_ms();
    begin_reset(h);
}

static void s_reset(struct usb_host *h)
{
    if (!deadline_passed(h->state_limit))
        return;
    hc_reset_signal(false);
    /* Whatever the line did during the reset: what answers now has been reset. */
    (void)hc_was_disconnected();
    enter(h, USB_HOST_RECOVERY, ladder[h->tries - 1].recovery_ms + ENABLE_LIMIT_MS);
}

static enum bl_rc s_recovery(struct usb_host *h)
{
    uint32_t left_ms = deadline_left_ms(h->state_limit);

    switch (hc_port_speed()) {
    case HC_SPEED_FULL:
        if (left_ms <= ENABLE_LIMIT_MS)
            enter(h, USB_HOST_HEAD, 0);
        return BL_OK;
    case HC_SPEED_LOW:
        fail(h, BL_E_USB_SPEED);
        return BL_OK;
    case HC_SPEED_NONE:
        break;
    }
    return left_ms == 0 ? BL_E_TIMEOUT : BL_OK;
}

static enum bl_rc s_head(struct usb_host *h)
{
    uint8_t max_packet = 0;
    enum bl_rc rc = get_descriptor(h, USB_DESC_DEVICE, 0, USB_DESC_HEAD_BYTES);

    if (rc == BL_OK)
        rc = usb_desc_max_packet0(h->buffer, h->control.received_bytes, &max_packet);
    if (rc != BL_OK)
        return rc;
    h->control.pipe.max_packet = max_packet;
    enter(h, USB_HOST_ADDRESS, 0);
    return BL_OK;
}

static enum bl_rc s_address(struct usb_host *h)
{
    enum bl_rc rc = transfer(
        h, (struct usb_request){.type = TO_DEVICE, .code = SET_ADDRESS, .value = DEVICE_ADDR});

    if (rc != BL_OK)
        return rc;
    h->control.pipe.device_addr = DEVICE_ADDR;
    enter(h, USB_HOST_SETTLE, SETTLE_MS);
    return BL_OK;
}

static enum bl_rc s_settle(struct usb_host *h)
{
    if (deadline_passed(h->state_limit))
        enter(h, USB_HOST_DEVICE, 0);
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
    if (h->device.device_class == CLASS_HUB) {
        log_line("USB: a hub is not supported, plug the stick in directly");
        fail(h, BL_E_USB_NOT_STICK);
        return BL_OK;
    }
    enter(h, USB_HOST_CONFIG_HEAD, 0);
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
    h->config_bytes = total < USB_HOST_CONFIG_BYTES ? total : USB_HOST_CONFIG_BYTES;
    enter(h, USB_HOST_CONFIG, 0);
    return BL_OK;
}

static enum bl_rc s_config(struct usb_host *h)
{
    enum bl_rc rc = get_descriptor(h, USB_DESC_CONFIGURATION, h->config_index, h->config_bytes);

    if (rc == BL_OK)
        rc = usb_desc_find_msc(h->buffer, h->control.received_bytes, &h->msc);
    if (rc == BL_OK) {
        enter(h, USB_HOST_SET_CONFIG, 0);
    } else if (rc == BL_E_USB_NOT_STICK) {
        h->config_index++;
        if (h->config_index >= h->device.configurations || h->config_index >= CONFIGURATIONS_MAX)
            fail(h, rc);
        else
            enter(h, USB_HOST_CONFIG_HEAD, 0);
        rc = BL_OK;
    }
    return rc;
}

static enum bl_rc s_set_config(struct usb_host *h)
{
    enum bl_rc rc = transfer(h, (struct usb_request){.type = TO_DEVICE,
                                                     .code = SET_CONFIGURATION,
                                                     .value = h->msc.configuration});

    if (rc == BL_OK)
        enter(h, h->msc.alternate != 0 ? USB_HOST_SET_INTERFACE : USB_HOST_READY, 0);
    return rc;
}

static enum bl_rc s_set_interface(struct usb_host *h)
{
    enum bl_rc rc = transfer(h, (struct usb_request){.type = TO_INTERFACE,
                                                     .code = SET_INTERFACE,
                                                     .value = h->msc.alternate,
                                                     .index = h->msc.interface});

    if (rc == BL_OK)
        enter(h, USB_HOST_READY, 0);
    return rc;
}

static void s_return(struct usb_host *h)
{
    if (hc_connected()) {
        (void)hc_was_disconnected();
        enter(h, USB_HOST_DEBOUNCE, DEBOUNCE_MS);
    } else if (deadline_passed(h->state_limit)) {
        fail(h, BL_E_USB_GONE);
    }
}

/* The states between the reset and READY. BL_PENDING and BL_OK go on, an error is tried again. */
static enum bl_rc enumerate(struct usb_host *h)
{
    switch (h->state) {
    case USB_HOST_RECOVERY:
        return s_recovery(h);
    case USB_HOST_HEAD:
        return s_head(h);
    case USB_HOST_ADDRESS:
        return s_address(h);
    case USB_HOST_SETTLE:
        return s_settle(h);
    case USB_HOST_DEVICE:
        return s_device(h);
    case USB_HOST_CONFIG_HEAD:
        return s_config_head(h);
    case USB_HOST_CONFIG:
        return s_config(h);
    case USB_HOST_SET_CONFIG:
        return s_set_config(h);
    case USB_HOST_SET_INTERFACE:
        return s_set_interface(h);
    default:
        return BL_E_BUG;
    }
}

static bool left_the_bus(const struct usb_host *h)
{
    bool watched = h->state != USB_HOST_WAIT && h->state != USB_HOST_RETURN &&
                   h->state != USB_HOST_RESET && h->state != USB_HOST_FAILED;

    return watched && (hc_was_disconnected() || !hc_connected());
}

static void step(struct usb_host *h)
{
    enum bl_rc rc;

    switch (h->state) {
    case USB_HOST_WAIT:
        s_wait(h);
        break;
    case USB_HOST_DEBOUNCE:
        s_debounce(h);
        break;
    case USB_HOST_RESET:
        s_reset(h);
        break;
    case USB_HOST_RETURN:
        s_return(h);
        break;
    case USB_HOST_READY:
    case USB_HOST_FAILED:
        break;
    default:
        rc = enumerate(h);
        if (rc < 0)
            try_again(h, rc);
        break;
    }
}

void usb_host_init(struct usb_host *h)
{
    enum bl_rc rc = hc_xfer_abort();

    *h = (struct usb_host){.state = USB_HOST_WAIT, .may_return = true};
    usb_control_init(&h->control);
    if (rc != BL_OK)
        fail(h, rc);
}

enum bl_rc usb_host_poll(struct usb_host *h)
{
    if (left_the_bus(h))
        gone(h);
    else
        step(h);
    if (h->state == USB_HOST_FAILED)
        return h->error;
    return h->state == USB_HOST_READY ? BL_OK : BL_PENDING;
}

bool usb_host_attached(const struct usb_host *h)
{
    switch (h->state) {
    case USB_HOST_FAILED:
        return false;
    case USB_HOST_WAIT:
    case USB_HOST_DEBOUNCE:
        return hc_connected();
    default:
        return true;
    }
}

uint32_t usb_host_attach_ms(const struct usb_host *h)
{
    return h->attach_ms;
}

void usb_host_restart(struct usb_host *h, enum bl_rc why)
{
    enum bl_rc rc;

    if (h->state == USB_HOST_FAILED)
        return;
    rc = usb_control_cancel(&h->control);
    h->may_return = false;
    h->tries = 0;
    try_again(h, rc != BL_OK ? rc : why);
}

uint16_t usb_host_vid(const struct usb_host *h)
{
    return h->device.vid;
}

uint16_t usb_host_pid(const struct usb_host *h)
{
    return h->device.pid;
}
