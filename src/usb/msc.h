/* SPDX-License-Identifier: MIT
 * The stick as a block device: SCSI over the bulk-only transport. Finds the logical units with a
 * medium, one after the other, and reads.
 *
 *   START (waits for the host) -> MAX_LUN -> INQUIRY -> TEST -> CAPACITY (-> CAPACITY_16)
 *         -> IDLE <-> READ
 *
 * TEST that is refused asks for SENSE, which decides: again, the next unit, or START STOP UNIT
 * (SPIN_UP) first. PAUSE lies between two passes over the units.
 *
 * A read that fails climbs a ladder: the same command again; after an error of the transport, which
 * has by then gone through its reset recovery (bot.h), again; then port reset, a new enumeration
 * (START), and the rest of the read once more; then the error, which sticks (FAILED). The ladder is
 * left wherever it stands when the read's time is over. */
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

/* The most that one READ asks for; longer reads take several. A unit that refuses one gets half as
 * much, down to a block: there are bridges that take 64 blocks at a time and no more. */
#define MSC_READ_BYTES_MAX 65536u

/* "Medium not present" (02/3A) is believed from this time after the attach on, as Linux does, which
 * waits as long before its first question: sticks that say it while they start do so earlier. Those
 * that take longer say "becoming ready" (02/04) or change their mind (06/3A): they are waited for.
 * Where an application waits to be started this is all that an empty card reader may cost. */
#define MSC_EMPTY_MS 1000u

/* A read ends this long after the last command that went well, whatever is being tried then. */
#define MSC_READ_MS 10000u

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
        MSC_CAPACITY_16,
        MSC_PAUSE,
        MSC_IDLE,
        MSC_READ,
        MSC_READ_SENSE,
        MSC_READ_PAUSE,
        MSC_FAILED,
    } state;
    enum bl_rc error; /* of FAILED */

    /* The search for a unit. One bit per unit in the masks. */
    uint32_t empty_ms; /* from the attach until "medium not present" is believed */
    uint8_t luns;
    uint8_t lun;
    bool lun_asked; /* GET_MAX_LUN is on its way */
    bool chosen;    /* lun is the one, and a new enumeration keeps it */
    uint16_t luns_inquired;
    uint16_t luns_out;     /* no disk, blocks of a size that is not supported, or passed over */
    uint16_t luns_started; /* START STOP UNIT has been sent */
    bool size_refused;     /* a medium was there, with blocks of another size */
    bool pass_empty;       /* this pass over the units has met nothing but "no medium" */
    uint8_t attentions;    /* unit attentions in a row */
    struct scsi_sense sense;
    struct deadline empty_limit;
    struct deadline pause;

    /* Errors since the last success. */
    uint8_t strikes;  /* of the transport */
    uint8_t resets;   /* of the port */
    uint8_t refusals; /* of a read by the unit */

    bool busy;          /* a read is pending */
    bool warm;          /* a read has succeeded */
    bool residue_bogus; /* the stick's residues mean nothing */
    enum bl_rc read_rc; /* how the last one ended */
    uint64_t read_lba;  /* of the next READ */
    uint32_t read_count;
    uint32_t command_count;
    uint32_t most_count; /* blocks of one READ; less once the unit has refused so many */
    uint8_t *read_dst;
    struct deadline read_limit; /* starts anew with each command that went well */
    struct deadline limit;      /* of the search, and of all reads together */

    struct blockdev dev;
    _Alignas(4) uint8_t buffer[64];
    char text[32];
};

/* A machine over host, which need not be READY yet. Units without a medium are asked again until
 * empty_ms after the attach (MSC_EMPTY_MS, or more when there is nothing better to do). */
void msc_init(struct msc *m, struct usb_host *host, uint32_t empty_ms);

/* Moves on, within 1 ms a call (20 ms when a transfer must be aborted); polls the host as well.
 * BL_OK: msc_blockdev can be read. BL_PENDING until the limit of msc_limit, without limit while
 * nothing is attached. BL_E_MSC_NO_MEDIUM: all units are empty; BL_E_MSC_NOT_READY;
 * BL_E_MSC_CAPACITY; the host's and the transport's errors. Errors stick. */
BL_MUST enum bl_rc msc_ready_poll(struct msc *m);

/* The unit that was found does not hold what is looked for: msc_ready_poll goes on with the others.
 * False when there is no other, or the machine has failed. No read may be pending. */
bool msc_next_unit(struct msc *m);

/* From now + limit_ms on the search fails with BL_E_MSC_NOT_READY, and reads with BL_E_TIMEOUT.
 * Without a call there is no such limit. */
void msc_limit(struct msc *m, uint32_t limit_ms);

/* The unit that was found; valid from BL_OK on, and m's. One read may be of any length; without
 * progress it ends after MSC_READ_MS. Of its errors only BL_E_MSC_READ (the stick reports a read
 * error) and BL_E_MSC_COMMAND do not stick. */
const struct blockdev *msc_blockdev(const struct msc *m);

/* What the stick gave as the reason when it last refused a command: 0x00KKAAQQ (sense key, ASC,
 * ASCQ); 0 before that. */
uint32_t msc_last_sense(const struct msc *m);

/* Vendor and product as INQUIRY gives them, "SanDisk Cruzer Blade"; empty before it is known. */
const char *msc_describe(const struct msc *m);

#endif
