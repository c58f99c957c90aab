/* SPDX-License-Identifier: MIT
 * A USB host controller with one root port: one transfer at a time, started and then polled. */
#ifndef PORT_HC_H
#define PORT_HC_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

enum hc_speed { HC_SPEED_NONE, HC_SPEED_LOW, HC_SPEED_FULL };

enum hc_token { HC_SETUP, HC_OUT, HC_IN };

/* One endpoint of a device, owned by the caller. toggle is the data PID of the next packet, kept
 * up to date by the controller (0 = DATA0); the caller resets it where the USB specification does
 * (SET_CONFIGURATION, CLEAR_FEATURE(ENDPOINT_HALT)). */
struct hc_pipe {
    uint8_t device_addr;
    uint8_t ep_num;      /* 0-15, without the direction bit */
    bool bulk;           /* else control */
    uint16_t max_packet; /* 8-64 */
    uint8_t toggle;      /* 0, 1 */
};

/* Brings the core into host mode with the port powered, VBUS as it was. Blocks up to 250 ms.
 * BL_E_USB_CORE when the core's clock or the mode switch never comes. Also the way back from any
 * state in which the core stopped answering. */
BL_MUST enum bl_rc hc_init(void);

/* VBUS off; undoes hc_init as if the core had never been touched (RCC reset, clock off). The pins go
 * back with board_deinit. */
void hc_deinit(void);

/* Switches the stick's 5 V. */
void hc_vbus(bool on);

/* The switch of the 5 V reports too much current now; a plug-in alone may make it do so for a few
 * milliseconds. Meaningful while VBUS is on; false on boards whose switch does not say. */
bool hc_overcurrent(void);

/* A device's pull-up is seen on the port. Not debounced. Also visible as BL_E_USB_GONE from
 * hc_xfer_poll when it vanishes during a transfer; the core is then brought up anew by the next
 * call of this function, which takes up to 250 ms that one time. */
bool hc_connected(void);

/* True once after each disconnect since the last call, also a short one between two calls. */
bool hc_was_disconnected(void);

/* Drives or releases bus reset; the caller times it (USB 2.0 7.1.7.5: 50 ms for a root port). */
void hc_reset_signal(bool asserted);

/* The port is enabled (after reset): its speed; HC_SPEED_NONE while it is not. */
enum hc_speed hc_port_speed(void);

/* Starts one stage: SETUP (len 8), OUT or IN of len bytes (0 = a zero-length packet; OUT data is
 * split into packets, IN ends at len or at a short packet). mem must be word-aligned and stays the
 * controller's until hc_xfer_poll is no longer BL_PENDING; for IN its size is len rounded up to
 * max_packet. */
BL_MUST enum bl_rc hc_xfer_start(struct hc_pipe *pipe, enum hc_token token, void *mem,
                                 uint32_t len);

/* BL_PENDING, BL_OK, BL_E_USB_STALL, BL_E_USB_XACT (three transaction errors in a row),
 * BL_E_USB_BABBLE, BL_E_USB_GONE, BL_E_USB_CORE. *moved = bytes moved so far, also on error and
 * while pending. A NAK is no error and has no limit here: the caller's deadline ends it, with
 * hc_xfer_abort. */
BL_MUST enum bl_rc hc_xfer_poll(uint32_t *moved);

/* Ends a pending transfer: halts the channel (10 ms at the most, then the core is reset and must
 * be brought back by hc_init: BL_E_USB_CORE). pipe->toggle is right afterwards for what was
 * received. BL_OK when nothing is pending. */
BL_MUST enum bl_rc hc_xfer_abort(void);

#endif
