/* SPDX-License-Identifier: MIT
 * The loader's records: one record is its whole state. Records are appended to two logs, P (upper
 * part of sector 3) and F (sector 4 after the flag word); the newest valid one wins. The decoder is
 * total: any bit pattern is either a record that its CRC-32 vouches for, or none.
 *
 *   offset  bytes  content of a record, integers little-endian
 *        0      4  magic 0x31524253 ("SBR1")
 *        4      4  sequence number, from 1
 *        8      1  phase (enum record_phase)
 *        9      1  source of `new` (enum record_source)
 *       10      2  suspect logs (RECORD_SUSPECT_*)
 *       12     52  run: image in the run area: size (4), SHA-256 (32), MD5 (16); size 0 = none known
 *       64     52  new: image being staged or installed, the same way
 *      116     16  handled: the file last handled from a stick: MD5 of a plain image, the first 16
 *                  bytes of a signed one's SHA-256
 *      132      4  failures: failed stagings of that file
 *      136      4  last result: what (enum record_what), source, 2 zero bytes
 *      140      4  last result: error code (enum bl_rc), signed
 *      144      4  stick: vendor id (2), product id (2)
 *      148     36  old image of the last result: size (4), SHA-256 (32)
 *      184     36  new image of the last result, the same way
 *      220      4  counter floor: the highest security counter of an image that was installed
 *      224     16  revoked keys: the first 4 bytes of up to four key hashes, 0 = none
 *      240     12  zero
 *      252      4  CRC-32 of the 252 bytes before */
#ifndef PARAMS_RECORDS_H
#define PARAMS_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/layout.h"

#define RECORD_BYTES       256u
#define RECORD_REVOKED_MAX 4u

/* Log P: sector 3 behind the application's own part. */
#define RECORD_LOG_P_ADDR  ((uint32_t)APP_PARAMS_ADDR + APP_PARAMS_USED_BYTES)
#define RECORD_LOG_P_SLOTS ((APP_PARAMS_SECTOR_BYTES - APP_PARAMS_USED_BYTES) / RECORD_BYTES)

/* Log F: sector 4 behind the flag word, up to the place where the application's parameters are
 * kept while log P is erased: the copy, then one slot for its mark. */
#define RECORD_LOG_F_ADDR ((uint32_t)UPGRADE_FLAG_ADDR + RECORD_BYTES)
#define RECORD_KEEP_BYTES (APP_PARAMS_USED_BYTES + RECORD_BYTES)
#define RECORD_KEEP_ADDR                                                                           \
    ((uint32_t)UPGRADE_FLAG_ADDR + UPGRADE_FLAG_SECTOR_BYTES - RECORD_KEEP_BYTES)
#define RECORD_LOG_F_SLOTS ((RECORD_KEEP_ADDR - RECORD_LOG_F_ADDR) / RECORD_BYTES)

/* On flash: never renumber. */
enum record_phase {
    RECORD_SETTLED = 1, /* the run area is what it should be */
    RECORD_STAGED = 2,  /* `new` is verified in the update area, the flag is being set */
    RECORD_INSTALL = 3, /* `new` is being copied over the run area: believe nothing there */
};
enum record_source { RECORD_FROM_NOBODY = 0, RECORD_FROM_STICK = 1, RECORD_FROM_APPLICATION = 2 };
enum record_what {
    RECORD_NOTHING = 0,
    RECORD_INSTALLED = 1, /* new image verified in the run area */
    RECORD_REFUSED = 2,   /* nothing in the run area was touched; the error code says why */
    RECORD_FAILED = 3,    /* the run area could not be written */
};

#define RECORD_SUSPECT_F 1u /* sector 4 was being erased: erase it again */

struct record_image {
    uint32_t bytes; /* 0 = none */
    uint8_t sha256[32];
    uint8_t md5[16]; /* in the last result: not kept, zero */
};

struct record_result {
    uint8_t what;   /* enum record_what */
    uint8_t source; /* enum record_source */
    int32_t rc;     /* enum bl_rc */
    uint16_t stick_vid;
    uint16_t stick_pid;
    struct record_image old_image;
    struct record_image new_image;
};

struct record {
    uint32_t seq;
    uint8_t phase;    /* enum record_phase */
    uint8_t source;   /* enum record_source */
    uint16_t suspect; /* RECORD_SUSPECT_* */
    struct record_image run;
    struct record_image new_image;
    uint8_t handled_id[16];
    uint32_t failures;
    struct record_result last;
    uint32_t counter_floor;
    uint32_t revoked_ids[RECORD_REVOKED_MAX];
};

/* What holds when no log has a valid record: settled, nothing known, sequence number 0. */
void record_default(struct record *out);

void record_encode(const struct record *record, uint8_t out[RECORD_BYTES]);

/* False for anything but a whole record; *out is then undefined. */
bool record_decode(const uint8_t in[RECORD_BYTES], struct record *out);

/* One log as it lies in flash. */
struct record_log {
    uint32_t addr;
    uint32_t slots;
    uint32_t used;        /* slots up to and with the last one that is not blank */
    bool valid;           /* it holds at least one valid record */
    struct record newest; /* if valid: the one in the highest slot */
};

/* Reads a whole log, about 3 ms for F. Between flash operations only. */
void record_log_scan(struct record_log *log, uint32_t addr, uint32_t slots);

/* The newest record of both logs. False when there is none: *out is then the default. */
bool record_newest(struct record *out);

#endif
