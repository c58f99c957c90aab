/* SPDX-License-Identifier: MIT
 * The SCSI commands that a reader needs (SPC-2, SBC-2): command blocks and answers as bytes. Pure.
 */
#ifndef USB_SCSI_H
#define USB_SCSI_H

#include <stdbool.h>
#include <stdint.h>

#include "usb/bot.h"

enum {
    SCSI_INQUIRY_BYTES = 36, /* more makes some sticks fail */
    SCSI_SENSE_BYTES = 18,
    SCSI_CAPACITY_BYTES = 8,
    SCSI_CAPACITY_16_BYTES = 32,
    SCSI_CAPACITY_16_LEAST = 12, /* what is looked at */
};

enum scsi_key {
    SCSI_KEY_NONE = 0,
    SCSI_KEY_RECOVERED = 1,
    SCSI_KEY_NOT_READY = 2,
    SCSI_KEY_MEDIUM_ERROR = 3,
    SCSI_KEY_HARDWARE_ERROR = 4,
    SCSI_KEY_ILLEGAL_REQUEST = 5,
    SCSI_KEY_UNIT_ATTENTION = 6,
};

enum {
    SCSI_ASC_NOT_READY = 0x04, /* with NOT READY: becoming ready */
    SCSI_ASCQ_START_NEEDED = 0x02,
    SCSI_ASC_NO_MEDIUM = 0x3A,
};

struct scsi_sense {
    uint8_t key;
    uint8_t asc;
    uint8_t ascq;
};

/* Each fills cdb, cdb_bytes, data_bytes and residue_bogus; the other fields are the caller's. */
void scsi_test_unit_ready(struct bot_command *c);
void scsi_request_sense(struct bot_command *c);
void scsi_inquiry(struct bot_command *c);
void scsi_start_unit(struct bot_command *c);
void scsi_read_capacity(struct bot_command *c);
void scsi_read_capacity_16(struct bot_command *c);

/* READ(10) while it can name the last of the blocks, else READ(16). */
void scsi_read(struct bot_command *c, uint64_t lba, uint16_t count, uint32_t block_bytes);

/* Sense data of either format; 0 for what has too few bytes. */
struct scsi_sense scsi_sense_parse(const uint8_t *bytes, uint32_t len);

/* An INQUIRY answer of a connected direct-access device (type 0): not a CD-ROM drive (5). */
bool scsi_is_disk(const uint8_t *inquiry, uint32_t len);

/* Vendor and product of an INQUIRY answer, joined, without trailing blanks; other characters than
 * printable ASCII become '?'. text gets at most size bytes with the zero. */
void scsi_name(const uint8_t *inquiry, uint32_t len, char *text, uint32_t size);

struct scsi_capacity {
    uint64_t block_count;
    uint32_t block_bytes;
};

/* The READ CAPACITY(10) answer says that there are more blocks than it can name, or as many. */
bool scsi_capacity_is_large(const uint8_t *bytes);

/* An answer of SCSI_CAPACITY_BYTES, or one of SCSI_CAPACITY_16_LEAST when large. False for a size
 * of blocks that is not supported (blockdev.h). */
bool scsi_capacity_parse(const uint8_t *bytes, bool large, struct scsi_capacity *out);

#endif
