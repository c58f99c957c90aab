/* SPDX-License-Identifier: MIT
 * The root port: attach, debounce, reset, and the way back of a device that left. */
#include "port/clock.h"
#include "usb/usb_host_parts.h"

enum {
    DEBOUNCE_MS = 105, /* USB 2.0 7.1.7.3, TATTDB: 100 ms, and a margin for the clock */
    ENABLE_LIMIT_MS =
        200, /* from the end of the reset to an enabled port; 0 in the specification */
};

static void s_wait(struct usb_host *h)
{
    if (!hc_connected())
        return;
    (void)hc_was_disconnected(); /* what was before this attach */
    usb_host_enter(h, USB_HOST_DEBOUNCE, DEBOUNCE_MS);
}

static void s_debounce(struct usb_host *h)
{
    if (!deadline_passed(h->state_limit))
        return;
    h->attach_ms = clock_ms();
    usb_host_begin_reset(h);
}

static void s_reset(struct usb_host *h)
{
    if (!deadline_passed(h->state_limit))
        return;
    hc_reset_signal(false);
    /* Whatever the line did during the reset: what answers now has been reset. */
    (void)hc_was_disconnected();
    usb_host_enter(h, USB_HOST_RECOVERY, usb_host_recovery_ms(h) + ENABLE_LIMIT_MS);
}

static enum bl_rc s_recovery(struct usb_host *h)
{
    uint32_t left_ms = deadline_left_ms(h->state_limit);

    switch (hc_port_speed()) {
    case HC_SPEED_FULL:
        if (left_ms <= ENABLE_LIMIT_MS)
            usb_host_enter_head(h);
        return BL_OK;
    case HC_SPEED_LOW:
        usb_host_fail(h, BL_E_USB_SPEED);
        return BL_OK;
    case HC_SPEED_NONE:
        break;
    }
    return left_ms == 0 ? BL_E_TIMEOUT : BL_OK;
}

static void s_return(struct usb_host *h)
{
    if (hc_connected()) {
        (void)hc_was_disconnected();
        usb_host_enter(h, USB_HOST_DEBOUNCE, DEBOUNCE_MS);
    } else if (deadline_passed(h->state_limit)) {
        usb_host_fail(h, BL_E_USB_GONE);
    }
}

enum bl_rc usb_root_step(struct usb_host *h)
{
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
    default:
        return s_recovery(h);
    }
    return BL_OK;
}
