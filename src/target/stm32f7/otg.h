/* SPDX-License-Identifier: MIT
 * What the parts of the host controller driver share: otg.c has the core and the port, otg_channel.c
 * the channels, otg_xfer.c the transfers. */
#ifndef OTG_H
#define OTG_H

#include "target/stm32f7/clock_f7.h"
#include "util/err.h"

/* BL_OK while the port is enabled and the core answers, else what a transfer must end with:
 * BL_E_USB_GONE or BL_E_USB_CORE. */
BL_MUST enum bl_rc otg_port_check(void);

/* The core is in an unknown state (a halt that never came, a device gone in mid-transfer, port
 * babble). It stays silent until hc_init, or hc_connected, brings it up again. */
void otg_core_give_up(void);

/* clock_idle and clock_tend call it: takes an IN packet out of the FIFO and asks for the next one
 * at once, for the bus has room for 19 packets a frame with 1 us between them. WAKE_GOING while a
 * transfer runs in this way, WAKE_CALLER when hc_xfer_poll has something to do. */
enum wake otg_continue(void);

/* Forgets the pending transfer; the core has been or will be reset. */
void otg_channel_forget(void);

#endif
