/* SPDX-License-Identifier: MIT
 * The USB host core: the poll, and what fails and is tried again. */
#include "usb/usb_host.h"

#include <stddef.h>

#include "config/limits.h"
#include "sys/log.h"
#include "usb/usb_host_parts.h"

/* One row per try. 50 ms is the least for a root port (USB 2.0 7.1.7.5, TDRSTR), 10 ms the least
 * recovery (TRSTRCY); a wait may last up to 1 ms less than its number, so one is added. Some sticks
 * want more of either. A hub times the reset of its ports itself. limit_ms: from there to READY. */
static const struct {
    uint16_t reset_ms;
    uint16_t recovery_ms;
    uint16_t limit_ms;
} ladder[] = {{51, 11, 1500}, {100, 50, 3000}, {200, 100, 5000}};

enum { TRIES_MAX = sizeof ladder / sizeof ladder[0] };

void usb_host_enter(struct usb_host *h, enum usb_host_state state, uint32_t limit_ms)
{
    h->state = state;
    h->started = false;
    h->state_limit = deadline_in(limit_ms);
}

void usb_host_pause(struct usb_host *h, uint32_t ms, enum usb_host_state next)
{
    usb_host_enter(h, USB_HOST_PAUSE, ms);
    h->after_pause = next;
}

void usb_host_fail(struct usb_host *h, enum bl_rc rc)
{
    if (h->hub_count > 0)
        log_line("USB hub, port %u: %s", h->port, err_text(rc));
    else
        (void)log_error(rc, "USB");
    h->error = rc;
    usb_host_enter(h, USB_HOST_FAILED, 0);
}

uint32_t usb_host_recovery_ms(const struct usb_host *h)
{
    return ladder[h->tries - 1].recovery_ms;
}

void usb_host_begin_reset(struct usb_host *h)
{
    h->config_index = 0;
    if (h->hub_count > 0) {
        usb_host_enter(h, USB_HOST_HUB_RESET, 0);
    } else {
        usb_host_enter(h, USB_HOST_RESET, ladder[h->tries].reset_ms);
        hc_reset_signal(true);
    }
    h->tries++;
}

void usb_host_enter_head(struct usb_host *h)
{
    usb_control_init(&h->control);
    h->try_limit = deadline_in(ladder[h->tries - 1].limit_ms);
    usb_host_enter(h, USB_HOST_HEAD, 0);
}

/* What is on the root port has left the bus, or seems to. */
static void gone(struct usb_host *h)
{
    bool stuck = usb_control_cancel(&h->control) != BL_OK;

    hc_reset_signal(false);
    if (stuck)
        log_line("USB: core stuck at the disconnect");
    h->hub_count = 0;
    if (h->state == USB_HOST_READY || !h->may_return || h->tries >= TRIES_MAX)
        usb_host_fail(h, BL_E_USB_GONE);
    else
        usb_host_enter(h, USB_HOST_RETURN, ATTACH_WINDOW_MS);
}

/* The core has stopped: start it again, and wait for the device to be seen again. */
static void revive(struct usb_host *h)
{
    enum bl_rc rc = hc_init();

    if (rc != BL_OK) {
        usb_host_fail(h, rc);
        return;
    }
    hc_vbus(true);
    usb_host_enter(h, USB_HOST_RETURN, ATTACH_WINDOW_MS);
}

/* Starts again from the reset, if there is a try left. A hub that fails is not tried again with
 * all that is on it: fresh power is what is left. */
static void try_again(struct usb_host *h, enum bl_rc rc)
{
    bool hub_failed =
        h->hub_count > 0 &&
        (rc == BL_E_USB_CORE || (h->state >= USB_HOST_HUB_SCAN && h->state < USB_HOST_READY));

    if (rc == BL_E_USB_GONE) {
        gone(h);
    } else if (hub_failed) {
        h->hub_count = 0;
        usb_host_fail(h, rc);
    } else if (h->tries >= TRIES_MAX) {
        usb_host_fail(h, rc);
    } else {
        log_line("USB: %s, next try", err_text(rc));
        if (rc == BL_E_USB_CORE)
            revive(h);
        else
            usb_host_begin_reset(h);
    }
}

enum bl_rc usb_host_transfer(struct usb_host *h, struct usb_request request)
{
    void *data = request.length != 0 ? h->buffer : NULL;
    enum bl_rc rc;

    if (h->started)
        return usb_control_poll(&h->control);
    rc = usb_control_start(&h->control, &request, data, deadline_left_ms(h->try_limit));
    h->started = rc == BL_OK;
    return rc == BL_OK ? BL_PENDING : rc;
}

static void s_pause(struct usb_host *h)
{
    if (!deadline_passed(h->state_limit))
        return;
    if (h->after_pause == USB_HOST_HEAD)
        usb_host_enter_head(h);
    else
        usb_host_enter(h, h->after_pause, 0);
}

static bool left_the_bus(const struct usb_host *h)
{
    bool watched = h->state != USB_HOST_WAIT && h->state != USB_HOST_RETURN &&
                   h->state != USB_HOST_RESET && h->state != USB_HOST_FAILED;

    return watched && (hc_was_disconnected() || !hc_connected());
}

/* The states that wait for the port, or ask the device or a hub. */
static enum bl_rc step_of_device(struct usb_host *h)
{
    if (h->state <= USB_HOST_RECOVERY)
        return usb_root_step(h);
    return h->state < USB_HOST_HUB_DESC ? usb_device_step(h) : usb_hub_step(h);
}

static void step(struct usb_host *h)
{
    enum bl_rc rc;

    switch (h->state) {
    case USB_HOST_PAUSE:
        s_pause(h);
        break;
    case USB_HOST_READY:
    case USB_HOST_FAILED:
        break;
    default:
        rc = step_of_device(h);
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
        usb_host_fail(h, rc);
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
    case USB_HOST_HUB_SCAN:
        return false;
    case USB_HOST_PAUSE:
        return h->after_pause != USB_HOST_HUB_SCAN || h->powered != 0;
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

bool usb_host_next(struct usb_host *h)
{
    enum bl_rc rc = usb_control_cancel(&h->control);

    if (rc == BL_OK)
        rc = hc_xfer_abort(); /* what a class driver left */
    if (rc != BL_OK || h->hub_count == 0 || left_the_bus(h))
        return false;
    h->may_return = true;
    h->hubs[h->hub].ports_out |= (uint16_t)(1u << h->port);
    usb_host_enter(h, USB_HOST_HUB_DROP, 0);
    return true;
}

uint16_t usb_host_vid(const struct usb_host *h)
{
    return h->device.vid;
}

uint16_t usb_host_pid(const struct usb_host *h)
{
    return h->device.pid;
}
