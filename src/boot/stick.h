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
        STICK_ATTACH, /* VBUS is on, nothing seen yet, or a hub with nothing on it */
        STICK_ENUMERATE,
        STICK_MEDIUM, /* until the medium is ready */
        STICK_READY,
    } state;
    struct deadline attach_limit;
    struct deadline ready_limit;
    struct deadline total_limit;
    struct deadline fault_limit; /* of an over-current that is nothing yet */
    uint32_t attach_ms;
    uint32_t ready_ms;
    uint32_t empty_ms;
    uint8_t power_cycles;
    bool transport_failed; /* of a unit: worth a power cycle at the end */
    bool mount_next;       /* another file system of the unit comes next */
    /* What became of the units so far: the first that a stick is to blame for, and whose it is. */
    enum bl_rc outcome;
    uint16_t outcome_vid, outcome_pid;
    struct usb_host host;
    struct msc msc;
    struct volume volume;
};

/* How long is waited: for a device to appear; from its attach for a ready medium, and 15 s more in
 * all; from its attach for a medium that is not there. */
struct stick_waits {
    uint32_t attach_ms;
    uint32_t ready_ms;
    uint32_t empty_ms;
};

/* Brings up the USB core, switches VBUS on and waits for a device from now on. Blocks up to 250 ms
 * (hc_init). BL_E_USB_CORE. */
BL_MUST enum bl_rc stick_power_on(struct stick *stick, struct stick_waits waits);

/* Switches VBUS off; blocks VBUS_CYCLE_OFF_MS. */
void stick_power_off(struct stick *stick);

/* BL_PENDING; BL_OK when a medium is ready; BL_E_USB_NONE when nothing was plugged in for attach_ms,
 * or nothing more into a hub; else what was wrong with the device. Within 1 ms. */
BL_MUST enum bl_rc stick_poll(struct stick *stick);

/* What was looked at is not it, for the reason rc: true = there is more to wait for with
 * stick_poll, which is another file system, another unit, another device on a hub, or all of it once
 * more with fresh power (once, after an error that this may cure; blocks VBUS_CYCLE_OFF_MS and as
 * hc_init). False = that was all: the outcome holds the reason. */
bool stick_next(struct stick *stick, enum bl_rc rc);

/* The file was found, and reading it failed with rc: true = all of it is looked at once more with
 * fresh power, as in stick_next, from stick_poll on. False = rc is none that this may cure, the power
 * was cycled before, or the time to find the file is over. */
bool stick_again(struct stick *stick, enum bl_rc rc);

/* Mounts the first file system that can be read, or the next; logged. Errors of volume_mount_next.
 * Blocks for single block reads, which end with STICK_TOTAL_MS. */
BL_MUST enum bl_rc stick_mount(struct stick *stick);

/* A later power cycle or another port reset may cure it; a wrong file or device it will not. */
bool stick_error_is_transport(enum bl_rc rc);

#endif
