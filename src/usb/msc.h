/* SPDX-License-Identifier: MIT
 * The stick as a block device: SCSI over the bulk-only transport. Finds the first logical unit with
 * a medium, then reads.
 *
 * A read that fails climbs a ladder: the same command again; after an error of the transport, which
 * has by then cleared halts or gone through its reset recovery (bot.h), again; then port reset and
 * a new enumeration, and the rest of the read once more; then the error, which sticks. */
#ifndef USB_MSC_H
#define USB_MSC_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/blockdev.h"
#include "sys/deadline.h"
#include "usb/bot.h"
#include "usb/scsi.h"
#include "usb/usb_host.h"
#include "util/err.h"

/* Logical units that are looked at: BOT's own limit (bMaxLUN is 0 to 15, BOT 3.2). */
#define MSC_LUNS_MAX 16u

/* The most that one READ(10) asks for; longer reads take several. */
#define MSC_READ_BYTES_MAX 65536u

struct msc {
    struct usb_host *host;
    struct bot bot;
    enum msc_state {
        MSC_START,
        MSC_MAX_LUN,
        MSC_INQUIRY,
        MSC_TEST,
        MSC_SENSE,
        MSC_SPIN_UP,
        MSC_CAPACITY,
        MSC_PAUSE,
        MSC_IDLE, /* ready, nothing to do */
        MSC_READ,
        MSC_READ_SENSE,
        MSC_READ_PAUSE,
        MSC_ENUMERATE,
        MSC_FAILED,
    } state;
    enum bl_rc error; /* of FAILED */
    uint8_t luns;
    uint8_t lun;
    uint16_t luns_out;     /* bit per unit: no disk, or a block size that is not supported */
    bool chosen;           /* lun is the one; a new enumeration keeps it */
    bool capacity_refused; /* a medium was there, of another block size */
    uint32_t empty_passes; /* passes over all units that found no medium anywhere */
    bool pass_empty;
    bool spun_up;
    uint8_t attentions; /* unit attentions in a row */
    struct scsi_sense sense;
    struct deadline ready_limit;
    struct deadline empty_limit;
    struct deadline pause;
    uint8_t failures; /* of the current command of a read */
    uint8_t resets;   /* port resets of the current read */
    bool busy;        /* a read is pending */
    uint64_t read_lba;
    uint32_t read_count;
    uint32_t command_count;
    uint8_t *read_dst;
    struct blockdev dev;
    _Alignas(4) uint8_t buffer[64];
    char text[48];
};

/* A machine over host, which need not be READY yet. */
void msc_init(struct msc *m, struct usb_host *host);

/* Call it once usb_host_poll gives BL_OK, until it is no longer BL_PENDING; within 1 ms a call.
 * BL_OK: msc_blockdev can be read. BL_E_MSC_NO_MEDIUM: all units stay empty; BL_E_MSC_NOT_READY:
 * READINESS_MS since the attach are over; BL_E_MSC_CAPACITY; BL_E_MSC_COMMAND; errors of the host.
 */
BL_MUST enum bl_rc msc_ready_poll(struct msc *m);

/* The unit that was found; valid from BL_OK on, and m's. Its read_start takes any count. Errors of
 * a read stick, BL_E_MSC_READ (the stick reports a read error) and BL_E_MSC_COMMAND excepted. */
const struct blockdev *msc_blockdev(const struct msc *m);

/* What the stick said last when it refused: key, ASC, ASCQ in one word, 0x00KKAAQQ. */
uint32_t msc_last_sense(const struct msc *m);

/* For the log, from INQUIRY: "SanDisk Cruzer Blade". Printable ASCII; empty before it is known. */
const char *msc_describe(const struct msc *m);

#endif
