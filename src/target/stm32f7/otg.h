/* SPDX-License-Identifier: MIT
 * What the two halves of the host controller driver share: otg.c has the core and the port,
 * otg_channel.c the transfers. */
#ifndef OTG_H
#define OTG_H

#include "util/err.h"

/* BL_OK while the port is enabled and the core answers, else what a transfer must end with:
 * BL_E_USB_GONE or BL_E_USB_CORE. */
BL_MUST enum bl_rc otg_port_check(void);

/* The core is in an unknown state (a halt that never came, a device gone in mid-transfer, port
 * babble). It stays silent until hc_init, or hc_connected, brings it up again. */
void otg_core_give_up(void);

/* Forgets the pending transfer; the core has been or will be reset. */
void otg_channel_forget(void);

#endif
