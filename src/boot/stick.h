/* SPDX-License-Identifier: MIT
 * From VBUS to "this file may be staged": finds a stick, a file system, the firmware file and its
 * .md5, and refuses what can be refused before anything is erased. Logs what it finds and why it
 * refuses; errors of USB are logged where they are born. */
#ifndef BOOT_STICK_H
#define BOOT_STICK_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/volume.h"
#include "image/digest.h"
#include "sys/deadline.h"
#include "usb/msc.h"
#include "usb/usb_host.h"
#include "util/err.h"

#define STICK_FILE_PATH  "/firmware.bin"
#define STICK_FILE_NAME  "firmware.bin"
#define STICK_MD5_PATH_1 "/firmware.md5"
#define STICK_MD5_PATH_2 "/firmware.bin.md5"

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
    uint8_t power_cycles;
    struct usb_host host;
    struct msc msc;
    struct volume volume;
    struct volume_file file; /* the firmware */
    uint32_t file_bytes;
    uint8_t md5[DIGEST_MD5_BYTES]; /* from the .md5 file; zero while not known */
};

/* Brings up the USB core, switches VBUS on and waits for a device from now on: attach_ms for one to
 * appear, STICK_TOTAL_MS in all. Blocks up to 250 ms (hc_init). BL_E_USB_CORE. */
BL_MUST enum bl_rc stick_power_on(struct stick *stick, uint32_t attach_ms);

/* Switches VBUS off; blocks VBUS_CYCLE_OFF_MS. */
void stick_power_off(struct stick *stick);

/* BL_PENDING; BL_OK when the medium is ready; BL_E_TIMEOUT when nothing was plugged in (state
 * STICK_ATTACH); else what was wrong with the device. After the first failure that a power cycle
 * may cure, VBUS is cycled once. Within 1 ms, but for that. */
BL_MUST enum bl_rc stick_poll(struct stick *stick);

/* Mounts and finds the firmware file. BL_E_FILE_NONE (logged as a fact, not an error), errors of
 * volume.h. Blocks for single block reads. */
BL_MUST enum bl_rc stick_find_file(struct stick *stick);

/* Checks size, vector table and .md5. BL_E_IMG_EMPTY, BL_E_IMG_TOO_BIG,
 * BL_E_IMG_VECTORS, BL_E_MD5_MISSING, BL_E_MD5_FORMAT, errors of volume.h; not logged. Uses
 * pump_memory. */
BL_MUST enum bl_rc stick_check_file(struct stick *stick);

/* A later power cycle or another port reset may cure it; a wrong file or device it will not. */
bool stick_error_is_transport(enum bl_rc rc);

#endif
