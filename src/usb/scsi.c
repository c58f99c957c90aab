/* SPDX-License-Identifier: MIT
 * SCSI command blocks and answers. */
#include "usb/scsi.h"

#include <string.h>

#include "fs/blockdev.h"
#include "util/bytes.h"

enum {
    TEST_UNIT_READY = 0x00, /* operation codes, SPC-2 and SBC-2 */
    REQUEST_SENSE = 0x03,
    INQUIRY = 0x12,
    START_STOP_UNIT = 0x1B,
    READ_CAPACITY_10 = 0x25,
    READ_10 = 0x28,
    READ_16 = 0x88,
    SERVICE_ACTION_IN_16 = 0x9E,
    READ_CAPACITY_16 = 0x10, /* its service action */

    INQUIRY_TYPE_OFF = 0, /* bits 7:5 qualifier (0 = connected), 4:0 type (0 = disk) */
    INQUIRY_VENDOR_OFF = 8,
    INQUIRY_VENDOR_BYTES = 8,
    INQUIRY_PRODUCT_OFF = 16,
    INQUIRY_PRODUCT_BYTES = 16,

    SENSE_FORMAT_MASK = 0x7F,
    SENSE_KEY_OFF = 2, /* fixed format, 0x70 and 0x71 */
    SENSE_ASC_OFF = 12,
    SENSE_DESCRIPTORS = 0x72, /* and 0x73: descriptor format */
    SENSE_D_KEY_OFF = 1,
    SENSE_D_ASC_OFF = 2,
};

static void command(struct bot_command *c, uint8_t opcode, uint8_t cdb_bytes, uint32_t data_bytes)
{
    memset(c->cdb, 0, sizeof c->cdb);
    c->cdb[0] = opcode;
    c->cdb_bytes = cdb_bytes;
    c->data_bytes = data_bytes;
    c->residue_bogus =
        opcode == INQUIRY || opcode == READ_CAPACITY_10 || opcode == SERVICE_ACTION_IN_16;
}

void scsi_test_unit_ready(struct bot_command *c)
{
    command(c, TEST_UNIT_READY, 6, 0);
}

void scsi_request_sense(struct bot_command *c)
{
    command(c, REQUEST_SENSE, 6, SCSI_SENSE_BYTES);
    c->cdb[4] = SCSI_SENSE_BYTES;
}

void scsi_inquiry(struct bot_command *c)
{
    command(c, INQUIRY, 6, SCSI_INQUIRY_BYTES);
    c->cdb[4] = SCSI_INQUIRY_BYTES;
}

void scsi_start_unit(struct bot_command *c)
{
    command(c, START_STOP_UNIT, 6, 0);
    c->cdb[4] = 1; /* START */
}

void scsi_read_capacity(struct bot_command *c)
{
    command(c, READ_CAPACITY_10, 10, SCSI_CAPACITY_BYTES);
}

void scsi_read_capacity_16(struct bot_command *c)
{
    command(c, SERVICE_ACTION_IN_16, 16, SCSI_CAPACITY_16_BYTES);
    c->cdb[1] = READ_CAPACITY_16;
    c->cdb[13] = SCSI_CAPACITY_16_BYTES;
}

void scsi_read(struct bot_command *c, uint64_t lba, uint16_t count, uint32_t block_bytes)
{
    if ((lba + count - 1) >> 32 == 0) {
        command(c, READ_10, 10, count * block_bytes);
        put_be32(c->cdb + 2, (uint32_t)lba);
        put_be16(c->cdb + 7, count);
    } else {
        command(c, READ_16, 16, count * block_bytes);
        put_be32(c->cdb + 2, (uint32_t)(lba >> 32));
        put_be32(c->cdb + 6, (uint32_t)lba);
        put_be16(c->cdb + 12, count);
    }
}

struct scsi_sense scsi_sense_parse(const uint8_t *bytes, uint32_t len)
{
    struct scsi_sense sense = {0};
    bool fixed = len == 0 || (bytes[0] & SENSE_FORMAT_MASK) < SENSE_DESCRIPTORS;
    uint32_t key_off = fixed ? SENSE_KEY_OFF : SENSE_D_KEY_OFF;
    uint32_t asc_off = fixed ? SENSE_ASC_OFF : SENSE_D_ASC_OFF;

    if (len > key_off)
        sense.key = bytes[key_off] & 0x0F;
    if (len > asc_off + 1) {
        sense.asc = bytes[asc_off];
        sense.ascq = bytes[asc_off + 1];
    }
    return sense;
}

bool scsi_is_disk(const uint8_t *inquiry, uint32_t len)
{
    return len > INQUIRY_TYPE_OFF && inquiry[INQUIRY_TYPE_OFF] == 0;
}

/* Appends a blank-padded field to text, with one blank between it and what is there. */
static uint32_t append(char *text, uint32_t at, uint32_t size, const uint8_t *field, uint32_t bytes)
{
    while (bytes > 0 && (field[bytes - 1] == ' ' || field[bytes - 1] == 0))
        bytes--;
    if (at > 0 && bytes > 0 && at + 1 < size)
        text[at++] = ' ';
    for (uint32_t i = 0; i < bytes && at + 1 < size; i++)
        text[at++] = field[i] >= ' ' && field[i] <= '~' ? (char)field[i] : '?';
    return at;
}

void scsi_name(const uint8_t *inquiry, uint32_t len, char *text, uint32_t size)
{
    uint32_t at = 0;

    if (len >= INQUIRY_PRODUCT_OFF + INQUIRY_PRODUCT_BYTES) {
        at = append(text, at, size, inquiry + INQUIRY_VENDOR_OFF, INQUIRY_VENDOR_BYTES);
        at = append(text, at, size, inquiry + INQUIRY_PRODUCT_OFF, INQUIRY_PRODUCT_BYTES);
    }
    text[at] = '\0';
}

bool scsi_capacity_is_large(const uint8_t *bytes)
{
    return be32(bytes) == UINT32_MAX;
}

bool scsi_capacity_parse(const uint8_t *bytes, bool large, struct scsi_capacity *out)
{
    uint64_t last = be32(bytes);

    if (large) {
        last = last << 32 | be32(bytes + 4);
        bytes += 4;
    }
    out->block_count = last + 1;
    out->block_bytes = be32(bytes + 4);
    return out->block_count != 0 && out->block_bytes >= BLOCKDEV_BLOCK_BYTES_MIN &&
           out->block_bytes <= BLOCKDEV_BLOCK_BYTES_MAX &&
           (out->block_bytes & (out->block_bytes - 1)) == 0;
}
