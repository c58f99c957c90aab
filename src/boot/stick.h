/* SPDX-License-Identifier: MIT
 * From VBUS to a mounted file system. Errors of USB are logged where they are born. */
#ifndef BOOT_STICK_H
#define BOOT_STICK_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/volume.h"
#include "sys/deadline.h"
#include "usb/msc.h"
#include "usb/usb_host.h"
#include "util/err.h"

struct stick {
    enum stick_state {
        STICK_OFF,
        STICK_ATTACH, /* VBUS is on, nothing seen yet */
        STICK_ENUMERATE,
        STICK_MEDIUM, /* until the medium is ready */
        STICK_READY,
    } state;
    struct deadline attach_limit;
    struct deadline ready_limit;
    struct deadline total_limit;
    uint32_t ready_ms;
    uint8_t power_cycles;
    struct usb_host host;
    struct msc msc;
    struct volume volume;
};

/* Brings up the USB core, switches VBUS on and waits for a device from now on: attach_ms for one to
 * appear, ready_ms from its last attach to a ready medium, STICK_TOTAL_MS in all. Blocks up to 250
 * ms (hc_init). BL_E_USB_CORE. */
BL_MUST enum bl_rc stick_power_on(struct stick *stick, uint32_t attach_ms, uint32_t ready_ms);

/* Switches VBUS off; blocks VBUS_CYCLE_OFF_MS. */
void stick_power_off(struct stick *stick);

/* BL_PENDING; BL_OK when the medium is ready; BL_E_TIMEOUT when nothing was plugged in (state
 * STICK_ATTACH); else what was wrong with the device. After the first failure that a power cycle
 * may cure, VBUS is cycled once. Within 1 ms, but for that. */
BL_MUST enum bl_rc stick_poll(struct stick *stick);

/* Mounts the first file system that can be read; logged. Errors of volume_mount. Blocks for single
 * block reads. */
BL_MUST enum bl_rc stick_mount(struct stick *stick);

/* A later power cycle or another port reset may cure it; a wrong file or device it will not. */
bool stick_error_is_transport(enum bl_rc rc);

#endif
