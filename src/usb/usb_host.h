/* SPDX-License-Identifier: MIT
 * The USB host core: from "a device is on the port" to "it is a configured mass-storage device".
 * One device, no hub. A state machine that is polled; the only thing it needs from the caller is
 * hc_init and VBUS, which the caller owns.
 *
 *   WAIT -> DEBOUNCE -> RESET -> RECOVERY -> HEAD (8 bytes) -> ADDRESS -> SETTLE -> DEVICE
 *        -> CONFIG_HEAD -> CONFIG -> SET_CONFIG -> (SET_INTERFACE) -> READY
 *
 * What fails between RESET and READY starts again at RESET with a longer reset and more time, three
 * times in all; then the machine is FAILED. A device that leaves the bus meanwhile may come back
 * within ATTACH_WINDOW_MS (state RETURN, then DEBOUNCE). FAILED is left by usb_host_init only.
 */
#ifndef USB_USB_HOST_H
#define USB_USB_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "port/hc.h"
#include "sys/deadline.h"
#include "usb/usb_control.h"
#include "usb/usb_desc.h"
#include "util/err.h"

/* A configuration longer than this is read up to here: a stick's has 32 bytes, composite devices
 * stay below 300. A multiple of 64. */
#define USB_HOST_CONFIG_BYTES 512u

/* From RESET to READY or FAILED, all tries together, at the most. */
#define USB_HOST_ENUMERATION_MS 12000u

struct usb_host {
    enum usb_host_state {
        USB_HOST_WAIT,
        USB_HOST_DEBOUNCE,
        USB_HOST_RESET,
        USB_HOST_RECOVERY,
        USB_HOST_HEAD,
        USB_HOST_ADDRESS,
        USB_HOST_SETTLE,
        USB_HOST_DEVICE,
        USB_HOST_CONFIG_HEAD,
        USB_HOST_CONFIG,
        USB_HOST_SET_CONFIG,
        USB_HOST_SET_INTERFACE,
        USB_HOST_READY,
        USB_HOST_RETURN,
        USB_HOST_FAILED,
    } state;
    enum bl_rc error; /* of FAILED */
    uint8_t tries;    /* resets since the attach */
    uint8_t config_index;
    uint16_t config_bytes; /* of that configuration, what is read of it */
    bool may_return;
    bool started; /* the state's control transfer is on its way */
    uint32_t attach_ms;
    struct deadline state_limit;
    struct deadline try_limit;
    struct usb_control control;
    struct usb_device_desc device;
    struct usb_msc_desc msc;
    _Alignas(4) uint8_t buffer[USB_HOST_CONFIG_BYTES];
};

/* Forgets everything and waits for a device. hc_init must have succeeded and VBUS be on (or be
 * switched on afterwards). A pending transfer is aborted. */
void usb_host_init(struct usb_host *h);

/* Moves on, within 1 ms (20 ms when a transfer must be aborted, and as long as hc_init when the core
 * has stopped). BL_PENDING while nothing is
 * attached, without limit, and while enumerating, for at most USB_HOST_ENUMERATION_MS. BL_OK:
 * READY. Errors stick: BL_E_USB_GONE, BL_E_USB_SPEED, BL_E_USB_NOT_STICK, BL_E_USB_DESC,
 * BL_E_USB_STALL, BL_E_USB_XACT, BL_E_TIMEOUT, BL_E_USB_CORE (several starts of the core did not help). */
BL_MUST enum bl_rc usb_host_poll(struct usb_host *h);

/* A device is on the port, debounced or not, and has not been given up. */
bool usb_host_attached(const struct usb_host *h);

/* clock_ms of the last debounced attach. */
uint32_t usb_host_attach_ms(const struct usb_host *h);

/* Resets the port (the core too, if why is BL_E_USB_CORE) and enumerates the device again; for the
 * mass-storage layer's recovery. A device that leaves the bus now is BL_E_USB_GONE. No effect on a
 * FAILED machine. Blocks as hc_init when the core must be started again. */
void usb_host_restart(struct usb_host *h, enum bl_rc why);

/* Of the device descriptor; 0 before it has been read. */
uint16_t usb_host_vid(const struct usb_host *h);
uint16_t usb_host_pid(const struct usb_host *h);

#endif
