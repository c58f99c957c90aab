/* SPDX-License-Identifier: MIT
 * The parts of the host core to each other: usb_host.c has the ladder and the poll, usb_root.c the
 * root port, usb_device.c the steps of an enumeration, usb_hub.c those of hubs. Nobody else includes this. */
#ifndef USB_USB_HOST_PARTS_H
#define USB_USB_HOST_PARTS_H

#include "usb/usb_host.h"

/* usb_host.c */
void usb_host_enter(struct usb_host *h, enum usb_host_state state, uint32_t limit_ms);
void usb_host_pause(struct usb_host *h, uint32_t ms, enum usb_host_state next);
void usb_host_fail(struct usb_host *h, enum bl_rc rc);
void usb_host_begin_reset(struct usb_host *h);

/* The least time between the end of the device's present reset and the first request. */
uint32_t usb_host_recovery_ms(const struct usb_host *h);

/* Does the state's control transfer, once. BL_PENDING, BL_OK, or the error. */
BL_MUST enum bl_rc usb_host_transfer(struct usb_host *h, struct usb_request request);

/* The first request to a device that has been reset: nobody has an address but this one. */
void usb_host_enter_head(struct usb_host *h);

/* One step of the states up to RECOVERY; from HEAD to SET_INTERFACE; from HUB_DESC to HUB_DROP. BL_OK and BL_PENDING
 * go on, an error is the device's; in the states from HUB_SCAN on it is the hub's. */
BL_MUST enum bl_rc usb_root_step(struct usb_host *h);
BL_MUST enum bl_rc usb_device_step(struct usb_host *h);
BL_MUST enum bl_rc usb_hub_step(struct usb_host *h);

/* The device is a hub that can be followed. */
bool usb_hub_wanted(const struct usb_host *h);

#endif
