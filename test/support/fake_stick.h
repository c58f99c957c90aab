/* SPDX-License-Identifier: MIT
 * A mass-storage device for unit tests, transaction by transaction: control endpoint, descriptors,
 * bulk-only transport and SCSI over an image in memory, with a script of faults. It is strict: what
 * a host does wrong is counted with a text, so that a test can demand that there is nothing. */
#ifndef SUPPORT_FAKE_STICK_H
#define SUPPORT_FAKE_STICK_H

#include <stdbool.h>
#include <stdint.h>

#define FAKE_LUNS   4u
#define FAKE_FAULTS 4u

enum fake_answer { FAKE_ACK, FAKE_NAK, FAKE_STALL, FAKE_SILENCE };

enum fake_stage { FAKE_AT_SETUP, FAKE_AT_CBW, FAKE_AT_DATA, FAKE_AT_CSW };

enum fake_fault_kind {
    FAKE_FAULT_STALL,
    FAKE_FAULT_SILENCE, /* no answer on the wire */
    FAKE_FAULT_NAK,
    FAKE_FAULT_UNPLUG,
    FAKE_FAULT_BABBLE,    /* DATA, CSW: more than was asked for */
    FAKE_FAULT_SHORT,     /* DATA: half of it, then the status; CSW: 12 bytes */
    FAKE_FAULT_EMPTY,     /* CSW: a zero-length packet first */
    FAKE_FAULT_EARLY_CSW, /* DATA: the status at once, without a stall */
    FAKE_FAULT_TAG,
    FAKE_FAULT_SIGNATURE,
    FAKE_FAULT_STATUS_2, /* phase error */
    FAKE_FAULT_STATUS_9,
    FAKE_FAULT_RESIDUE,      /* 1 more than is true */
    FAKE_FAULT_RESIDUE_HUGE, /* more than the command's length */
    FAKE_FAULT_RESIDUE_NONE, /* 0, whatever is true */
    FAKE_FAULT_CORRUPT,      /* DATA: wrong bytes (answers, not blocks) */
};

/* Happens at the skip-th and the next count - 1 occasions of that stage and code. SILENCE, NAK and
 * STALL go on until the occasion is over: STALL ends with the clearing of the halt, NAK after ms (0 =
 * never), SILENCE with the next occasion. */
struct fake_fault {
    enum fake_stage stage;
    int code; /* SCSI operation code, bRequest for SETUP; -1 = any */
    uint32_t skip;
    uint32_t count;
    enum fake_fault_kind kind;
    uint32_t ms;
    uint32_t seen; /* occasions so far */
};

struct fake_lun {
    uint8_t type;         /* INQUIRY byte 0 */
    uint32_t sense;       /* 0x00KKAAQQ that TEST UNIT READY and reads are refused with */
    uint32_t refusals;    /* how often; UINT32_MAX = always */
    bool start_needed;    /* START STOP UNIT ends the refusals, and nothing else does */
    uint32_t ready_at_ms; /* refused until then, 0 = not used */
    uint8_t *image;
    uint64_t block_count;
    uint32_t block_bytes;
    uint64_t image_lba;   /* the block that the image begins with; those before it do not exist */
    uint32_t most_blocks; /* of one READ, 0 = any number */
    uint32_t bad_lba;     /* 03/11/00 from there on, bad_count blocks */
    uint32_t bad_count;
    uint32_t bad_refusals; /* how often; then it can be read */
};

struct fake_endpoint {
    uint8_t toggle;
    bool halted;
};

struct fake_stick {
    /* What it is; set by fake_stick_init, free to be changed before the plug. */
    uint8_t device_desc[18];
    uint8_t config_desc[1024];
    uint16_t config_bytes;
    uint8_t max_packet0;
    uint16_t max_packet;
    uint8_t max_lun;
    bool stall_max_lun;
    struct fake_lun luns[FAKE_LUNS];
    struct fake_fault faults[FAKE_FAULTS];
    uint32_t unplug_at;   /* transaction number, 0 = never */
    uint32_t drop_at;     /* this transaction gets no answer and has no effect */
    uint32_t lose_ack_at; /* the acknowledgement of this one gets lost, in either direction */
    bool unplugged;       /* it has happened: for the controller */
    uint32_t deaf_resets; /* no answer before so many bus resets */
    uint32_t deaf_cycles; /* no answer before its power was off so many times */
    const uint8_t *more_configs[2]; /* configurations 1 and 2; their first bytes say how long */

    /* A device of another kind (fake_hub.h): does the request in setup, or returns false; is told
     * of a bus reset and of the loss of power; finds who has an address, behind it. */
    bool (*request)(struct fake_stick *s);
    void (*on_reset)(struct fake_stick *s);
    struct fake_stick *(*find)(struct fake_stick *s, uint8_t addr);

    /* Where it stands. */
    uint32_t transactions;
    uint32_t resets; /* of the bus */
    uint32_t cycles; /* of its power */
    uint8_t addr, next_addr;
    uint8_t configuration;
    uint8_t setup[8];
    enum { EP0_IDLE, EP0_DATA, EP0_STATUS_IN, EP0_STATUS_OUT, EP0_STALLED } ep0;
    uint8_t ep0_toggle;
    uint8_t ep0_data[1024];
    uint32_t ep0_bytes, ep0_sent;
    struct fake_endpoint in, out;
    enum { BOT_WANTS_CBW, BOT_SENDS_DATA, BOT_SENDS_CSW, BOT_INVALID } bot;
    uint8_t cbw[31];
    uint32_t cbw_bytes; /* received so far */
    uint32_t last_tag;
    bool has_tag;
    uint8_t data[65536];
    uint32_t data_bytes, data_sent;
    uint8_t csw[13];
    uint32_t csw_sent;
    uint32_t sense;
    struct fake_fault *ep0_fault; /* of the present request */
    struct fake_fault *active;    /* of the present occasion on the bulk endpoints */
    bool occasion_open;
    bool csw_unacked; /* sent, but the host's acknowledgement has not arrived */
    bool stale;       /* a command has come all the same: that CSW goes out once more */
    uint8_t stale_csw[13];
    uint32_t packet_bytes; /* of the IN packet that is not acknowledged yet */
    uint32_t active_from_ms, active_ms;
    uint32_t class_resets;
    uint32_t reads, tests;
    uint32_t capacities_16, reads_16;
    uint32_t violations;
    const char *violation; /* the first */
};

/* A sane stick: one unit, EP0 and bulk endpoints of 64 bytes, over an image (the caller's). */
void fake_stick_init(struct fake_stick *s, uint8_t *image, uint32_t block_count,
                     uint32_t block_bytes);

/* Bus reset; its power goes off and comes again. */
void fake_stick_reset(struct fake_stick *s);
void fake_stick_cycle(struct fake_stick *s);

/* One transaction each. pid: 0 = DATA0, 1 = DATA1. The controller acknowledges a good IN packet
 * with fake_stick_in_ack. */
enum fake_answer fake_stick_setup(struct fake_stick *s, uint8_t addr, const uint8_t *bytes,
                                  uint32_t len);
enum fake_answer fake_stick_out(struct fake_stick *s, uint8_t addr, uint8_t ep, uint8_t pid,
                                const uint8_t *bytes, uint32_t len);
enum fake_answer fake_stick_in(struct fake_stick *s, uint8_t addr, uint8_t ep, uint8_t *pid,
                               uint8_t *bytes, uint32_t *len);
void fake_stick_in_ack(struct fake_stick *s, uint8_t ep);

/* For a request of a device of another kind: the answer of its data stage. */
void fake_stick_answer(struct fake_stick *s, const uint8_t *bytes, uint32_t len);

/* For fake_stick_scsi.c and fake_stick_bot.c. */
void fake_stick_violation(struct fake_stick *s, const char *what);
struct fake_fault *fake_stick_fault(struct fake_stick *s, enum fake_stage stage, int code);
bool fake_stick_still(const struct fake_stick *s); /* a NAK that lasts */
void fake_stick_bot_reset(struct fake_stick *s);
void fake_stick_bot_clear_halt(struct fake_stick *s, uint8_t ep);
enum fake_answer fake_stick_bot_out(struct fake_stick *s, uint8_t pid, const uint8_t *bytes,
                                    uint32_t len);
enum fake_answer fake_stick_bot_in(struct fake_stick *s, uint8_t *pid, uint8_t *bytes,
                                   uint32_t *len);
void fake_stick_bot_in_ack(struct fake_stick *s);

/* Does the command in cbw: fills data and data_bytes; returns the status, 0 or 1. */
uint8_t fake_stick_scsi(struct fake_stick *s);

#endif
