/* SPDX-License-Identifier: MIT
 * SCSI commands of the stick (SPC-3, SBC-2): a removable direct-access device, and the units that
 * stand beside it. Next: stick_units.c. */
#include "stick_parts.h"

#include <string.h>

enum {
    SENSE_BECOMING_READY = 0x020401,
    SENSE_WRITE_FAULT = 0x030300,
    SENSE_READ_ERROR = 0x031100,
    SENSE_INVALID_COMMAND = 0x052000,
    SENSE_OUT_OF_RANGE = 0x052100,
    SENSE_INVALID_FIELD = 0x052400,
    SENSE_PROTECTED = 0x072700
};

static const struct stick_command done = {.failed = false};

struct stick_command stick_scsi_fail(struct board *b, uint32_t sense)
{
    struct stick_unit *u = &b->stick.scsi.unit[b->stick.scsi.lun];

    u->key = (uint8_t)(sense >> 16);
    u->asc = (uint8_t)(sense >> 8);
    u->ascq = (uint8_t)sense;
    return (struct stick_command){.failed = true};
}

struct stick_command stick_scsi_respond(unsigned bytes, unsigned allocation)
{
    return (struct stick_command){.to_host = true,
                                  .bytes = bytes < allocation ? bytes : allocation};
}

static uint64_t block_count(const struct board *b)
{
    return stick_unit_blocks(b, b->stick.scsi.lun);
}

static uint32_t block_bytes(const struct board *b)
{
    return stick_unit_block_bytes(b, b->stick.scsi.lun);
}

/* Only the header: device-specific parameter with the write-protect bit. */
static struct stick_command mode_sense(struct board *b, const uint8_t *cdb, bool ten)
{
    uint8_t *r = b->stick.scsi.response;
    uint8_t protect = quirk(b, QUIRK_WRITABLE) ? 0 : 0x80;

    if (quirk(b, QUIRK_MODE_SENSE_HANG))
        return (struct stick_command){.hangs = true};
    memset(r, 0, 8);
    if (ten) {
        r[1] = 6;
        r[3] = protect;
        return stick_scsi_respond(8, (unsigned)(cdb[7] << 8 | cdb[8]));
    }
    r[0] = 3;
    r[2] = protect;
    return stick_scsi_respond(4, cdb[4]);
}

static uint64_t last_block(const struct board *b)
{
    return block_count(b) - 1 + quirk(b, QUIRK_CAPACITY_PLUS_ONE);
}

static struct stick_command read_capacity_10(struct board *b)
{
    uint64_t last = last_block(b);

    if (quirk_strikes(b, QUIRK_CAPACITY_FAILS))
        return stick_scsi_fail(b, SENSE_BECOMING_READY);
    stick_put_be32(b->stick.scsi.response, last > 0xFFFFFFFF ? 0xFFFFFFFF : (uint32_t)last);
    stick_put_be32(b->stick.scsi.response + 4, block_bytes(b));
    return stick_scsi_respond(8, 8);
}

static struct stick_command read_capacity_16(struct board *b, const uint8_t *cdb)
{
    uint8_t *r = b->stick.scsi.response;
    uint64_t last = last_block(b);

    memset(r, 0, 32);
    stick_put_be32(r, (uint32_t)(last >> 32));
    stick_put_be32(r + 4, (uint32_t)last);
    stick_put_be32(r + 8, block_bytes(b));
    return stick_scsi_respond(32, stick_be32(cdb + 10));
}

static struct stick_command read_format_capacities(struct board *b, const uint8_t *cdb)
{
    uint8_t *r = b->stick.scsi.response;

    memset(r, 0, 12);
    r[3] = 8;
    stick_put_be32(r + 4, (uint32_t)block_count(b));
    stick_put_be32(r + 8, block_bytes(b));
    r[8] = 2; /* formatted medium */
    return stick_scsi_respond(12, (unsigned)(cdb[7] << 8 | cdb[8]));
}

/* READ, WRITE and VERIFY address blocks; VERIFY moves none. */
static struct stick_command blocks(struct board *b, uint64_t lba, uint64_t count, bool to_host)
{
    struct stick_scsi *s = &b->stick.scsi;

    if (lba > block_count(b) || count > block_count(b) - lba)
        return stick_scsi_fail(b, SENSE_OUT_OF_RANGE);
    s->medium = true;
    s->lba = lba;
    s->cached = 0;
    return (struct stick_command){.to_host = to_host, .bytes = count * block_bytes(b)};
}

static struct stick_command read_blocks(struct board *b, uint64_t lba, uint64_t count)
{
    uint64_t most = quirk(b, QUIRK_READ_MAX);

    if (quirk_strikes(b, QUIRK_NOT_READY))
        return stick_scsi_fail(b, SENSE_BECOMING_READY);
    if (quirk_strikes(b, QUIRK_READ_FAILS))
        return stick_scsi_fail(b, SENSE_READ_ERROR);
    if (most && count > most)
        return stick_scsi_fail(b, SENSE_INVALID_FIELD);
    return blocks(b, lba, count, true);
}

static struct stick_command write_10(struct board *b, const uint8_t *cdb)
{
    if (!quirk(b, QUIRK_WRITABLE))
        return stick_scsi_fail(b, SENSE_PROTECTED);
    return blocks(b, stick_be32(cdb + 2), (unsigned)(cdb[7] << 8 | cdb[8]), false);
}

static struct stick_command verify_10(struct board *b, const uint8_t *cdb)
{
    struct stick_command c;

    if (cdb[1] & 2) /* BYTCHK: comparing is not supported */
        return stick_scsi_fail(b, SENSE_INVALID_FIELD);
    c = blocks(b, stick_be32(cdb + 2), (unsigned)(cdb[7] << 8 | cdb[8]), false);
    c.bytes = 0;
    return c;
}

/* The two commands with 64-bit addresses; false = it is another, or they are unknown here. */
static bool long_command(struct board *b, const uint8_t *cdb, struct stick_command *out)
{
    uint64_t lba = (uint64_t)stick_be32(cdb + 2) << 32 | stick_be32(cdb + 6);

    if (quirk(b, QUIRK_CAPACITY16_FAILS))
        return false;
    if (cdb[0] == 0x88)
        *out = read_blocks(b, lba, stick_be32(cdb + 10));
    else if (cdb[0] == 0x9E && (cdb[1] & 0x1F) == 0x10)
        *out = read_capacity_16(b, cdb);
    else
        return false;
    return true;
}

static struct stick_command needs_medium(struct board *b, const uint8_t *cdb)
{
    struct stick_command c;

    switch (cdb[0]) {
    case 0x00:
        return done; /* TEST UNIT READY */
    case 0x1A:
        return mode_sense(b, cdb, false);
    case 0x5A:
        return mode_sense(b, cdb, true);
    case 0x1E:
        return done; /* PREVENT ALLOW MEDIUM REMOVAL */
    case 0x23:
        return read_format_capacities(b, cdb);
    case 0x25:
        return read_capacity_10(b);
    case 0x28:
        return read_blocks(b, stick_be32(cdb + 2), (unsigned)(cdb[7] << 8 | cdb[8]));
    case 0x2A:
        return write_10(b, cdb);
    case 0x2F:
        return verify_10(b, cdb);
    case 0x35:
        return done; /* SYNCHRONIZE CACHE: nothing is cached */
    default:
        break;
    }
    return long_command(b, cdb, &c) ? c : stick_scsi_fail(b, SENSE_INVALID_COMMAND);
}

static void trace_command(struct board *b, const uint8_t *cdb)
{
    bool ten = cdb[0] == 0x28 || cdb[0] == 0x2A || cdb[0] == 0x2F;

    if (ten)
        trace_event(b, "usb", "\"what\":\"scsi\",\"op\":%u,\"lba\":%u,\"blocks\":%u", cdb[0],
                    stick_be32(cdb + 2), (unsigned)(cdb[7] << 8 | cdb[8]));
    else
        trace_event(b, "usb", "\"what\":\"scsi\",\"op\":%u", cdb[0]);
}

struct stick_command stick_scsi_start(struct board *b, const uint8_t *cbwcb, unsigned cdb_bytes)
{
    struct stick_scsi *s = &b->stick.scsi;
    struct stick_command c = done;
    uint8_t cdb[16] = {0};

    memcpy(cdb, cbwcb, cdb_bytes <= 16 ? cdb_bytes : 16);
    trace_command(b, cdb);
    s->medium = false;
    if (cdb[0] == 0x03)
        return stick_request_sense(b, cdb);
    stick_scsi_fail(b, 0); /* sense data is that of the last command */
    if (cdb[0] == 0x12)
        return stick_inquiry(b, cdb);
    return stick_unit_ready(b, cdb, &c) ? needs_medium(b, cdb) : c;
}

static bool load_block(struct board *b, uint64_t lba)
{
    struct stick_scsi *s = &b->stick.scsi;
    bool disk = stick_unit_kind(b, s->lun) == STICK_DISK;

    if (!disk || (lba + 1) * block_bytes(b) > b->stick.image.bytes) {
        memset(s->block, 0, sizeof s->block);
    } else if (lba == quirk(b, QUIRK_ERROR_LBA) || !stick_image_read(b, lba, s->block)) {
        s->cached = 0;
        stick_scsi_fail(b, SENSE_READ_ERROR);
        return false;
    }
    s->cached = lba + 1;
    return true;
}

/* Packets never cross a block: both lengths are powers of two, the block's is the larger. */
bool stick_scsi_read(struct board *b, uint32_t off, uint8_t *data, unsigned bytes)
{
    struct stick_scsi *s = &b->stick.scsi;
    uint32_t size = block_bytes(b);
    uint64_t lba = s->lba + off / size;

    if (!s->medium) {
        memset(data, 0, bytes);
        if (off < sizeof s->response)
            memcpy(data, s->response + off,
                   bytes < sizeof s->response - off ? bytes : sizeof s->response - off);
        return true;
    }
    if (s->cached != lba + 1 && !load_block(b, lba))
        return false;
    memcpy(data, s->block + off % size, bytes);
    return true;
}

bool stick_scsi_write(struct board *b, uint32_t off, const uint8_t *data, unsigned bytes)
{
    struct stick_scsi *s = &b->stick.scsi;
    uint64_t at = s->lba * block_bytes(b) + off;

    s->cached = 0;
    if (stick_image_write(b, at, data, bytes))
        return true;
    stick_scsi_fail(b, SENSE_WRITE_FAULT);
    return false;
}
