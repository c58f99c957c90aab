/* SPDX-License-Identifier: MIT
 * USB Mass Storage Class Bulk-Only Transport 1.0: one command at a time, reads only.
 *
 *   COMMAND (CBW out) -> DATA (in) -> STATUS (CSW in) -> done
 *
 * A stall of DATA is cleared and STATUS follows; a stall of STATUS is cleared and STATUS read once
 * more; everything else that is out of order, and a stall of COMMAND (BOT 6.6.1), goes through the
 * reset recovery of BOT 5.3.4 and ends the command with its error, ready for the next one.
 *
 * A device may have another signature than BOT's in its CSWs, if it is the same in all of them. */
#ifndef USB_BOT_H
#define USB_BOT_H

#include <stdbool.h>
#include <stdint.h>

#include "port/hc.h"
#include "sys/deadline.h"
#include "usb/usb_host.h"
#include "util/err.h"

#define BOT_CBW_BYTES     31u
#define BOT_CSW_BYTES     13u
#define BOT_CDB_BYTES_MAX 16u

struct bot_command {
    uint8_t lun;
    uint8_t cdb_bytes; /* 6 to 16 */
    uint8_t cdb[BOT_CDB_BYTES_MAX];
    void *data; /* word-aligned; data_bytes rounded up to 64. NULL without a data stage */
    uint32_t data_bytes;
    bool residue_bogus; /* devices are known to answer this command with a wrong residue */
    uint32_t stall_ms;  /* longest time without a packet, per stage */
};

struct bot {
    struct usb_host *host;
    enum bot_state {
        BOT_IDLE,
        BOT_COMMAND,
        BOT_DATA,
        BOT_DATA_CLEAR,
        BOT_STATUS,
        BOT_STATUS_CLEAR,
        BOT_RECOVER_RESET,
        BOT_RECOVER_IN,
        BOT_RECOVER_OUT,
        BOT_BROKEN, /* recovery failed: the port must be reset */
    } state;
    struct hc_pipe in;
    struct hc_pipe out;
    struct bot_command command;
    uint32_t signature; /* of this device's CSWs, as its first one has it */
    bool answered;      /* there was one */
    uint32_t tag;
    uint32_t moved_bytes;   /* seen so far of the stage on its way */
    uint32_t got_bytes;     /* in the data stage */
    uint32_t residue_bytes; /* from the last good CSW */
    uint8_t status_tries;
    enum bl_rc failure; /* what the recovery ends with */
    struct deadline quiet;
    _Alignas(4) uint8_t cbw[32];
    _Alignas(4) uint8_t csw[64];
};

/* A transport over the device that host has configured. Endpoint toggles start at DATA0, as after
 * SET_CONFIGURATION. */
void bot_init(struct bot *b, struct usb_host *host);

/* Begins a command. BL_E_BUSY while one is pending, BL_E_USB_XACT in state BROKEN. */
BL_MUST enum bl_rc bot_start(struct bot *b, const struct bot_command *command);

/* BL_PENDING; BL_OK (status 0; got_bytes, residue_bytes valid); BL_E_MSC_COMMAND (status 1: ask for
 * sense); after a recovery BL_E_MSC_CSW, BL_E_USB_STALL, BL_E_USB_XACT, BL_E_USB_BABBLE or
 * BL_E_TIMEOUT; without one BL_E_USB_GONE and BL_E_USB_CORE. bot_broken tells if the recovery
 * failed. */
BL_MUST enum bl_rc bot_poll(struct bot *b);

/* The recovery failed: only a port reset and a new enumeration help now. */
bool bot_broken(const struct bot *b);

#endif
