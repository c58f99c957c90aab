/* SPDX-License-Identifier: MIT
 * The virtual stick's SCSI commands. */
#include <string.h>

#include "port/clock.h"
#include "support/fake_stick.h"
#include "util/bytes.h"

enum {
    GOOD = 0,
    REFUSED = 1,
    SENSE_MEDIUM_ERROR = 0x031100,
    SENSE_BECOMING_READY = 0x020401,
    SENSE_BAD_LBA = 0x052100,
    SENSE_BAD_FIELD = 0x052400,
    SENSE_NO_UNIT = 0x052500,
    SENSE_BAD_OPCODE = 0x052000,
};

static uint8_t refuse(struct fake_stick *s, uint32_t sense)
{
    s->sense = sense;
    return REFUSED;
}

/* What comes before a command that needs the medium. */
static uint8_t check_ready(struct fake_stick *s, struct fake_lun *u)
{
    if ((int32_t)(clock_ms() - u->ready_at_ms) < 0 && u->ready_at_ms != 0)
        return refuse(s, SENSE_BECOMING_READY);
    if (u->refusals == 0)
        return GOOD;
    if (u->refusals != UINT32_MAX)
        u->refusals--;
    return refuse(s, u->sense);
}

static uint8_t inquiry(struct fake_stick *s, const struct fake_lun *u)
{
    memset(s->data, 0, 36);
    s->data[0] = u != NULL ? u->type : 0x7F;
    s->data[1] = 0x80;
    s->data[4] = 31;
    memcpy(s->data + 8, "ACME    Fake Stick      1.00", 28);
    s->data_bytes = s->cbw[15 + 4];
    if (s->data_bytes > 36) {
        fake_stick_violation(s, "INQUIRY for more than 36 bytes");
        s->data_bytes = 36;
    }
    return GOOD;
}

static uint8_t request_sense(struct fake_stick *s)
{
    memset(s->data, 0, 18);
    s->data[0] = 0x70;
    s->data[2] = (uint8_t)(s->sense >> 16);
    s->data[7] = 10;
    s->data[12] = (uint8_t)(s->sense >> 8);
    s->data[13] = (uint8_t)s->sense;
    s->data_bytes = 18;
    s->sense = 0;
    return GOOD;
}

static uint8_t read_capacity(struct fake_stick *s, struct fake_lun *u)
{
    bool large = u->block_count > UINT32_MAX;

    if (check_ready(s, u) != GOOD)
        return REFUSED;
    put_be32(s->data, large ? UINT32_MAX : (uint32_t)u->block_count - 1);
    put_be32(s->data + 4, u->block_bytes);
    s->data_bytes = 8;
    return GOOD;
}

static uint8_t read_capacity_16(struct fake_stick *s, struct fake_lun *u)
{
    s->capacities_16++;
    if (check_ready(s, u) != GOOD)
        return REFUSED;
    if (s->cbw[15 + 1] != 0x10 || be32(s->cbw + 15 + 10) != 32)
        fake_stick_violation(s, "not READ CAPACITY(16), or not for 32 bytes");
    memset(s->data, 0, 32);
    put_be32(s->data, (uint32_t)((u->block_count - 1) >> 32));
    put_be32(s->data + 4, (uint32_t)(u->block_count - 1));
    put_be32(s->data + 8, u->block_bytes);
    s->data_bytes = 32;
    return GOOD;
}

static bool meets_bad_block(const struct fake_lun *u, uint64_t lba, uint32_t count)
{
    return u->bad_count != 0 && u->bad_refusals != 0 && lba < u->bad_lba + u->bad_count &&
           u->bad_lba < lba + count;
}

static uint8_t read_blocks(struct fake_stick *s, struct fake_lun *u, uint64_t lba, uint32_t count)
{
    s->reads++;
    if (check_ready(s, u) != GOOD)
        return REFUSED;
    if (u->most_blocks != 0 && count > u->most_blocks)
        return refuse(s, SENSE_BAD_FIELD);
    if (lba >= u->block_count || count > u->block_count - lba || lba < u->image_lba)
        return refuse(s, SENSE_BAD_LBA);
    if (count * u->block_bytes != le32(s->cbw + 8) || count * u->block_bytes > sizeof s->data) {
        fake_stick_violation(s, "READ of a length that its CBW does not have, or over 64 KB");
        return refuse(s, SENSE_BAD_LBA);
    }
    if (meets_bad_block(u, lba, count)) {
        if (u->bad_refusals != UINT32_MAX)
            u->bad_refusals--;
        count = u->bad_lba > lba ? (uint32_t)(u->bad_lba - lba) : 0;
        refuse(s, SENSE_MEDIUM_ERROR);
    } else {
        s->sense = 0;
    }
    s->data_bytes = count * u->block_bytes;
    memcpy(s->data, u->image + (lba - u->image_lba) * u->block_bytes, s->data_bytes);
    return s->sense == 0 ? GOOD : REFUSED;
}

static uint8_t read_10(struct fake_stick *s, struct fake_lun *u)
{
    return read_blocks(s, u, be32(s->cbw + 15 + 2),
                       (uint32_t)(s->cbw[15 + 7] << 8 | s->cbw[15 + 8]));
}

static uint8_t read_16(struct fake_stick *s, struct fake_lun *u)
{
    const uint8_t *cdb = s->cbw + 15;

    s->reads_16++;
    return read_blocks(s, u, (uint64_t)be32(cdb + 2) << 32 | be32(cdb + 6), be32(cdb + 10));
}

static uint8_t start_stop(struct fake_stick *s, struct fake_lun *u)
{
    if (u->start_needed && (s->cbw[15 + 4] & 1) != 0)
        u->refusals = 0;
    return GOOD;
}

uint8_t fake_stick_scsi(struct fake_stick *s)
{
    uint8_t lun = s->cbw[13];
    struct fake_lun *u = lun <= s->max_lun && lun < FAKE_LUNS ? &s->luns[lun] : NULL;
    uint8_t opcode = s->cbw[15];

    if (opcode == 0x12)
        return inquiry(s, u);
    if (opcode == 0x03)
        return request_sense(s);
    if (u == NULL)
        return refuse(s, SENSE_NO_UNIT);
    switch (opcode) {
    case 0x00:
        s->tests++;
        return check_ready(s, u);
    case 0x1B:
        return start_stop(s, u);
    case 0x25:
        return read_capacity(s, u);
    case 0x28:
        return read_10(s, u);
    case 0x88:
        return read_16(s, u);
    case 0x9E:
        return read_capacity_16(s, u);
    default:
        fake_stick_violation(s, "a command that no reader needs");
        return refuse(s, SENSE_BAD_OPCODE);
    }
}
