/* SPDX-License-Identifier: MIT
 * SCSI commands of the stick (SPC-3, SBC-2): a removable direct-access device with one LUN.
 * Next: stick_image.c. */
#include "stick_parts.h"

#include <string.h>

enum sense { NOT_READY = 2, MEDIUM_ERROR = 3, ILLEGAL_REQUEST = 5, ATTENTION = 6, PROTECTED = 7 };

static const struct stick_command done = {.failed = false};

static struct stick_command fail(struct board *b, enum sense key, uint8_t asc, uint8_t ascq)
{
    b->stick.scsi.key = (uint8_t)key;
    b->stick.scsi.asc = asc;
    b->stick.scsi.ascq = ascq;
    return (struct stick_command){.failed = true};
}

static uint64_t block_count(const struct board *b)
{
    return b->stick.image.bytes / stick_block_bytes(b);
}

/* The response buffer goes to the host, cut to the allocation length. */
static struct stick_command respond(unsigned bytes, unsigned allocation)
{
    return (struct stick_command){.to_host = true,
                                  .bytes = bytes < allocation ? bytes : allocation};
}

static struct stick_command inquiry(struct board *b, const uint8_t *cdb)
{
    static const uint8_t data[36] = "\0\x80\x04\x02\x1F\0\0\0StickbotVirtual stick   1.00";

    if (cdb[1] & 1 || cdb[2])
        return fail(b, ILLEGAL_REQUEST, 0x24, 0); /* no vital product data pages */
    memcpy(b->stick.scsi.response, data, sizeof data);
    return respond(sizeof data, (unsigned)(cdb[3] << 8 | cdb[4]));
}

static struct stick_command request_sense(struct board *b, const uint8_t *cdb)
{
    struct stick_scsi *s = &b->stick.scsi;

    memset(s->response, 0, 18);
    s->response[0] = 0x70;
    s->response[2] = s->key;
    s->response[7] = 10;
    s->response[12] = s->asc;
    s->response[13] = s->ascq;
    s->key = s->asc = s->ascq = 0;
    return respond(18, cdb[4]);
}

/* Only the header: device-specific parameter with the write-protect bit. */
static struct stick_command mode_sense(struct board *b, const uint8_t *cdb, bool ten)
{
    uint8_t *r = b->stick.scsi.response;
    uint8_t protect = quirk(b, QUIRK_WRITABLE) ? 0 : 0x80;

    memset(r, 0, 8);
    if (ten) {
        r[1] = 6;
        r[3] = protect;
        return respond(8, (unsigned)(cdb[7] << 8 | cdb[8]));
    }
    r[0] = 3;
    r[2] = protect;
    return respond(4, cdb[4]);
}

static struct stick_command read_capacity_10(struct board *b)
{
    uint64_t last = block_count(b) - 1;

    stick_put_be32(b->stick.scsi.response, last > 0xFFFFFFFF ? 0xFFFFFFFF : (uint32_t)last);
    stick_put_be32(b->stick.scsi.response + 4, stick_block_bytes(b));
    return respond(8, 8);
}

static struct stick_command read_capacity_16(struct board *b, const uint8_t *cdb)
{
    uint8_t *r = b->stick.scsi.response;
    uint64_t last = block_count(b) - 1;

    memset(r, 0, 32);
    stick_put_be32(r, (uint32_t)(last >> 32));
    stick_put_be32(r + 4, (uint32_t)last);
    stick_put_be32(r + 8, stick_block_bytes(b));
    return respond(32, stick_be32(cdb + 10));
}

static struct stick_command read_format_capacities(struct board *b, const uint8_t *cdb)
{
    uint8_t *r = b->stick.scsi.response;

    memset(r, 0, 12);
    r[3] = 8;
    stick_put_be32(r + 4, (uint32_t)block_count(b));
    stick_put_be32(r + 8, stick_block_bytes(b));
    r[8] = 2; /* formatted medium */
    return respond(12, (unsigned)(cdb[7] << 8 | cdb[8]));
}

/* READ, WRITE and VERIFY address blocks; VERIFY moves none. */
static struct stick_command blocks(struct board *b, uint64_t lba, uint64_t count, bool to_host)
{
    struct stick_scsi *s = &b->stick.scsi;

    if (lba > block_count(b) || count > block_count(b) - lba)
        return fail(b, ILLEGAL_REQUEST, 0x21, 0);
    s->medium = true;
    s->lba = lba;
    s->cached = 0;
    return (struct stick_command){.to_host = to_host, .bytes = count * stick_block_bytes(b)};
}

static struct stick_command write_10(struct board *b, const uint8_t *cdb)
{
    if (!quirk(b, QUIRK_WRITABLE))
        return fail(b, PROTECTED, 0x27, 0);
    return blocks(b, stick_be32(cdb + 2), (unsigned)(cdb[7] << 8 | cdb[8]), false);
}

static struct stick_command verify_10(struct board *b, const uint8_t *cdb)
{
    struct stick_command c;

    if (cdb[1] & 2)
        return fail(b, ILLEGAL_REQUEST, 0x24, 0); /* BYTCHK: comparing is not supported */
    c = blocks(b, stick_be32(cdb + 2), (unsigned)(cdb[7] << 8 | cdb[8]), false);
    c.bytes = 0;
    return c;
}

/* Commands that work without a ready medium; false = not one of them. */
static bool always_works(struct board *b, const uint8_t *cdb, struct stick_command *out)
{
    switch (cdb[0]) {
    case 0x03:
        *out = request_sense(b, cdb);
        return true;
    case 0x12:
        *out = inquiry(b, cdb);
        return true;
    default:
        return false;
    }
}

static struct stick_command needs_medium(struct board *b, const uint8_t *cdb)
{
    uint64_t lba = stick_be32(cdb + 2);
    unsigned count = (unsigned)(cdb[7] << 8 | cdb[8]);

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
        return blocks(b, lba, count, true);
    case 0x2A:
        return write_10(b, cdb);
    case 0x2F:
        return verify_10(b, cdb);
    case 0x35:
        return done; /* SYNCHRONIZE CACHE: nothing is cached */
    case 0x88:
        return blocks(b, lba << 32 | stick_be32(cdb + 6), stick_be32(cdb + 10), true);
    case 0x9E:
        if ((cdb[1] & 0x1F) == 0x10)
            return read_capacity_16(b, cdb);
        break;
    default:
        break;
    }
    return fail(b, ILLEGAL_REQUEST, 0x20, 0); /* invalid command operation code */
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

static bool medium_ready(const struct board *b)
{
    uint64_t ms = quirk(b, QUIRK_READY_MS);

    return ms != QUIRK_NEVER && now_ps(b) >= b->stick.attached_ps + ms * PS_PER_MS;
}

struct stick_command stick_scsi_start(struct board *b, const uint8_t *cbwcb, unsigned cdb_bytes)
{
    struct stick_scsi *s = &b->stick.scsi;
    uint8_t cdb[16] = {0};
    struct stick_command c;

    memcpy(cdb, cbwcb, cdb_bytes <= 16 ? cdb_bytes : 16);
    trace_command(b, cdb);
    s->medium = false;
    if (always_works(b, cdb, &c))
        return c;
    s->key = s->asc = s->ascq = 0;
    if (s->attentions) {
        s->attentions--;
        return fail(b, ATTENTION, 0x28, 0); /* not ready to ready change */
    }
    if (cdb[0] == 0x1B) { /* START STOP UNIT */
        s->stopped = !(cdb[4] & 1);
        return done;
    }
    if (!medium_ready(b))
        return fail(b, NOT_READY, 0x04, 0x01); /* becoming ready */
    if (s->stopped)
        return fail(b, NOT_READY, 0x04, 0x02); /* initializing command required */
    return needs_medium(b, cdb);
}

static bool load_block(struct board *b, uint64_t lba)
{
    struct stick_scsi *s = &b->stick.scsi;

    if (lba == quirk(b, QUIRK_ERROR_LBA) || !stick_image_read(b, lba, s->block)) {
        s->cached = 0;
        fail(b, MEDIUM_ERROR, 0x11, 0); /* unrecovered read error */
        return false;
    }
    s->cached = lba + 1;
    return true;
}

/* Packets never cross a block: both lengths are powers of two, the block's is the larger. */
bool stick_scsi_read(struct board *b, uint32_t off, uint8_t *data, unsigned bytes)
{
    struct stick_scsi *s = &b->stick.scsi;
    uint32_t block_bytes = stick_block_bytes(b);
    uint64_t lba = s->lba + off / block_bytes;

    if (!s->medium) {
        memcpy(data, s->response + off, bytes);
        return true;
    }
    if (s->cached != lba + 1 && !load_block(b, lba))
        return false;
    memcpy(data, s->block + off % block_bytes, bytes);
    return true;
}

bool stick_scsi_write(struct board *b, uint32_t off, const uint8_t *data, unsigned bytes)
{
    struct stick_scsi *s = &b->stick.scsi;
    uint64_t at = s->lba * stick_block_bytes(b) + off;

    s->cached = 0;
    if (stick_image_write(b, at, data, bytes))
        return true;
    fail(b, MEDIUM_ERROR, 0x03, 0); /* peripheral device write fault */
    return false;
}
