/* SPDX-License-Identifier: MIT
 * The loader's records: one record is its whole state. Records are appended to two logs, P (upper
 * part of sector 3) and F (sector 4 after the flag word); in a log the last valid one counts,
 * between the logs the one with the higher sequence number. The application appends one kind of
 * its own, to P: "confirmed". The decoder is total: any bit pattern is either a record that its
 * CRC-32 vouches for, or none. What the states mean: docs/install.md.
 *
 *   offset  bytes  content of a state, integers little-endian
 *        0      4  magic 0x32524253 ("SBR2")
 *        4      1  type: 1 state, 2 confirmed
 *        5      1  phase (enum record_phase)
 *        6      1  source of `new` (enum record_source)
 *        7      1  starts of the image on trial so far
 *        8      4  sequence number, from 1
 *       12      2  suspect sectors, a bit each (RECORD_SUSPECT_*)
 *       14      1  failures: failed attempts with the handled file
 *       15      1  last result: what (enum record_what)
 *       16     40  run: what the run area is to hold (image)
 *       56     40  old: the image before it (image)
 *       96     40  new: the image being staged or installed (image)
 *      136     32  rejected: the first 8 bytes of the SHA-256 of the last four images that were
 *                  rolled back, the latest first; 0 = none
 *      168      8  handled: the file last handled from a stick: the first 8 bytes of a plain image's
 *                  MD5, of a signed one's SHA-256
 *      176      4  last result: error code (enum bl_rc), signed
 *      180      4  last result: the stick's vendor id (2), product id (2)
 *      184     20  last result: old image (summary)
 *      204     20  last result: new image (summary)
 *      224      4  counter floor: the highest security counter of an image that was accepted
 *      228     16  revoked keys: the first 4 bytes of up to four key hashes, 0 = none
 *      244      1  last result: source (enum record_source)
 *      245      7  zero
 *      252      4  CRC-32 of the 252 bytes before
 *
 *   image: kind (1, enum record_kind), starts of a trial (1; 0 = it does not ask to be confirmed),
 *   watchdog of a trial in ms (2; 0 = none), size (4), SHA-256 (32)
 *   summary: size (4), version (major 1, minor 1, revision 2, build 4), SHA-256's first 8 bytes
 *
 *   "confirmed": magic, type, zeros but for the SHA-256 of the confirmed image at 24 (where a state
 *   has that of `run`), and the CRC-32 */
#ifndef PARAMS_RECORDS_H
#define PARAMS_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/layout.h"

#define RECORD_BYTES        256u
#define RECORD_REVOKED_MAX  4u
#define RECORD_REJECTED_MAX 4u
#define RECORD_ID_BYTES     8u
#define RECORD_SHA256_BYTES 32u

/* Log P: sector 3 behind the application's own part. */
#define RECORD_LOG_P_ADDR  ((uint32_t)APP_PARAMS_ADDR + APP_PARAMS_USED_BYTES)
#define RECORD_LOG_P_SLOTS ((APP_PARAMS_SECTOR_BYTES - APP_PARAMS_USED_BYTES) / RECORD_BYTES)

/* Log F: sector 4 behind the flag word, up to the place where the application's parameters are
 * kept while log P is erased. */
#define RECORD_LOG_F_ADDR ((uint32_t)UPGRADE_FLAG_ADDR + RECORD_BYTES)
#define RECORD_KEEP_BYTES APP_PARAMS_USED_BYTES
#define RECORD_KEEP_ADDR                                                                           \
    ((uint32_t)UPGRADE_FLAG_ADDR + UPGRADE_FLAG_SECTOR_BYTES - RECORD_KEEP_BYTES)
#define RECORD_LOG_F_SLOTS ((RECORD_KEEP_ADDR - RECORD_LOG_F_ADDR) / RECORD_BYTES)

/* Places in P that are free whenever the application is started: what it appends goes there. */
#define RECORD_FREE_SLOTS 4u

/* On flash: never renumber. */
enum record_phase {
    RECORD_SETTLED = 1,  /* `run` is accepted */
    RECORD_STAGING = 2,  /* the same, and the update area is being written for a stick's file */
    RECORD_INSTALL = 3,  /* `run` makes way for `new`, sector by sector */
    RECORD_TRIAL = 4,    /* `run` is to be confirmed, else `old` comes back */
    RECORD_ROLLBACK = 5, /* `old` comes back, sector by sector */
};
enum record_source { RECORD_FROM_NOBODY = 0, RECORD_FROM_STICK = 1, RECORD_FROM_APPLICATION = 2 };
enum record_what {
    RECORD_NOTHING = 0,
    RECORD_INSTALLED = 1,   /* new image verified in the run area */
    RECORD_REFUSED = 2,     /* nothing in the run area was touched; the error code says why */
    RECORD_FAILED = 3,      /* the new image could not be written; the error code says why */
    RECORD_ROLLED_BACK = 4, /* the old image was put back; the error code says why */
};
enum record_kind {
    RECORD_NO_IMAGE = 0,
    RECORD_MCUBOOT = 1,
    RECORD_PLAIN = 2, /* with a footer */
    RECORD_BARE = 3,  /* plain without a footer: size and digest of the whole area */
};

/* Suspect sectors: S U0 R0 and so on are counted along the line S R0 U0 R1 U1 R2 U2, from bit 0;
 * then the two logs. A suspect sector may be half erased or half written, whatever it reads. */
#define RECORD_SECTORS   (2u * SLOT_SECTORS + 1u)
#define RECORD_SUSPECT_F (1u << 14) /* sector 4: erase it again */
#define RECORD_SUSPECT_P (1u << 15) /* sector 3; the application's parameters are in the keep */

struct record_image {
    uint8_t kind; /* enum record_kind */
    uint8_t trial_starts;
    uint16_t trial_watchdog_ms;
    uint32_t bytes; /* of an MCUboot image with its TLVs, of a plain one without its footer */
    uint8_t sha256[RECORD_SHA256_BYTES];
};

struct record_version {
    uint8_t major;
    uint8_t minor;
    uint16_t revision;
    uint32_t build;
};

struct record_summary {
    uint32_t bytes; /* 0 = not known */
    struct record_version version;
    uint8_t id[RECORD_ID_BYTES];
};

struct record_result {
    uint8_t what;   /* enum record_what */
    uint8_t source; /* enum record_source */
    int32_t rc;     /* enum bl_rc */
    uint16_t stick_vid;
    uint16_t stick_pid;
    struct record_summary old_image;
    struct record_summary new_image;
};

struct record {
    uint32_t seq;
    uint8_t phase;  /* enum record_phase */
    uint8_t source; /* enum record_source */
    uint8_t boots;
    uint8_t failures;
    uint16_t suspect; /* RECORD_SUSPECT_* and sectors */
    struct record_image run;
    struct record_image old_image;
    struct record_image new_image;
    uint8_t rejected[RECORD_REJECTED_MAX][RECORD_ID_BYTES];
    uint8_t handled_id[RECORD_ID_BYTES];
    struct record_result last;
    uint32_t counter_floor;
    uint32_t revoked_ids[RECORD_REVOKED_MAX];
};

/* What holds when no log has a valid record: settled, nothing known, sequence number 0. */
void record_default(struct record *out);

void record_encode(const struct record *record, uint8_t out[RECORD_BYTES]);

/* False for anything but a whole state; *out is then undefined. */
bool record_decode(const uint8_t in[RECORD_BYTES], struct record *out);

/* What the application appends to P: the image with this SHA-256, which is on trial, is good. */
void record_encode_confirmed(const uint8_t sha256[RECORD_SHA256_BYTES], uint8_t out[RECORD_BYTES]);

/* One log as it lies in flash. */
struct record_log {
    uint32_t addr;
    uint32_t slots;
    uint32_t used;        /* slots up to and with the last one that is not blank */
    bool valid;           /* it holds at least one valid state */
    bool confirmed;       /* `newest` is a trial, and its image was confirmed since it began; in a
                             log without a state: the image with newest.run.sha256 was */
    struct record newest; /* if valid: the state in the highest slot */
};

/* Reads a whole log, about 3 ms for F. Between flash operations only. */
void record_log_scan(struct record_log *log, uint32_t addr, uint32_t slots);

/* The newest state of both logs. False when there is none: *out is then the default. */
bool record_newest(struct record *out);

#endif
