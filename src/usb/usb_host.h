/* SPDX-License-Identifier: MIT
 * The USB host core: from "a device is on the port" to "it is a configured mass-storage device", on
 * the root port or behind hubs. A state machine that is polled; the only thing it needs from the
 * caller is hc_init and VBUS, which the caller owns.
 *
 *   WAIT -> DEBOUNCE -> RESET -> RECOVERY -> HEAD (8 bytes) -> ADDRESS -> DEVICE
 *        -> CONFIG_HEAD -> CONFIG -> SET_CONFIG -> (SET_INTERFACE) -> READY
 *
 *   a hub: SET_CONFIG -> HUB_DESC -> HUB_POWER -> HUB_SCAN over the ports of all hubs, and again
 *   a device on one of them: HUB_RESET -> HUB_RESETTING -> HUB_ACK -> HEAD, as above
 *
 * PAUSE lies between two of them where time must pass. What fails between the reset and READY starts
 * again there with a longer reset and more time, three times in all; then the machine is FAILED. A
 * device that leaves the bus meanwhile may come back within ATTACH_WINDOW_MS (state RETURN, then
 * DEBOUNCE). FAILED is left by usb_host_init, and by usb_host_next while there is a hub. */
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

/* From the reset to READY or FAILED, all tries of one device together, at the most. */
#define USB_HOST_ENUMERATION_MS 12000u

/* Hubs that are followed: one on the root port, the others on its ports. */
#define USB_HOST_HUBS_MAX 4u

/* Addresses given out until usb_host_init, one for each try of each device: it bounds what a bus
 * full of devices can ask for. */
#define USB_HOST_ADDR_MAX 40u

struct usb_host {
    enum usb_host_state {
        USB_HOST_WAIT,
        USB_HOST_DEBOUNCE,
        USB_HOST_RESET,
        USB_HOST_RETURN,
        USB_HOST_RECOVERY,
        USB_HOST_HEAD,
        USB_HOST_ADDRESS,
        USB_HOST_DEVICE,
        USB_HOST_CONFIG_HEAD,
        USB_HOST_CONFIG,
        USB_HOST_SET_CONFIG,
        USB_HOST_SET_INTERFACE,
        USB_HOST_HUB_DESC,
        USB_HOST_HUB_POWER,
        USB_HOST_HUB_SCAN, /* from here on the hub is talked to, not the device */
        USB_HOST_HUB_RESET,
        USB_HOST_HUB_RESETTING,
        USB_HOST_HUB_ACK,
        USB_HOST_HUB_DROP,
        USB_HOST_PAUSE,
        USB_HOST_READY,
        USB_HOST_FAILED,
    } state;
    enum usb_host_state after_pause;
    enum bl_rc error; /* of FAILED */
    uint8_t tries;    /* resets since the attach of the device */
    uint8_t last_addr;
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

    struct usb_hub {
        uint8_t addr;
        uint8_t max_packet; /* of endpoint 0 */
        uint8_t ports;      /* 1-15 */
        uint8_t power_ms;   /* from power on to a good port, in units of 2 ms */
        uint16_t ports_out; /* one bit per port: dealt with */
    } hubs[USB_HOST_HUBS_MAX];
    uint8_t hub_count; /* 0 = the device is on the root port */
    uint8_t hub;       /* of the device, and its port there */
    uint8_t port;
    uint8_t powered; /* ports of a new hub; 0 again when their power is good */

    _Alignas(4) uint8_t buffer[USB_HOST_CONFIG_BYTES];
};

/* Forgets everything and waits for a device. hc_init must have succeeded and VBUS be on (or be
 * switched on afterwards). A pending transfer is aborted. */
void usb_host_init(struct usb_host *h);

/* Moves on, within 1 ms (20 ms when a transfer must be aborted, and as long as hc_init when the core
 * has stopped). BL_PENDING while nothing is attached, without limit, and while enumerating a device,
 * for at most USB_HOST_ENUMERATION_MS. BL_OK: READY. Errors stick: BL_E_USB_GONE, BL_E_USB_SPEED,
 * BL_E_USB_NOT_STICK, BL_E_USB_DESC, BL_E_USB_STALL, BL_E_USB_XACT, BL_E_USB_OVERCURRENT (of a hub's
 * port), BL_E_TIMEOUT, BL_E_USB_CORE (several starts of the core did not help). */
BL_MUST enum bl_rc usb_host_poll(struct usb_host *h);

/* A device is on the port, debounced or not, and has not been given up. A hub counts until its
 * ports are powered; from then on what is on them counts. */
bool usb_host_attached(const struct usb_host *h);

/* clock_ms of the last debounced attach. */
uint32_t usb_host_attach_ms(const struct usb_host *h);

/* Resets the device's port (the core too, if why is BL_E_USB_CORE and there is no hub) and
 * enumerates the device again; for the mass-storage layer's recovery. A device that leaves the bus
 * now is BL_E_USB_GONE. No effect on a FAILED machine. Blocks as hc_init when the core must be
 * started again. */
void usb_host_restart(struct usb_host *h, enum bl_rc why);

/* Leaves the device, whatever state it is in, for others on the hubs. False when there is no hub, or
 * it has left the bus. */
bool usb_host_next(struct usb_host *h);

/* Of the device descriptor; 0 before it has been read. */
uint16_t usb_host_vid(const struct usb_host *h);
uint16_t usb_host_pid(const struct usb_host *h);

#endif
