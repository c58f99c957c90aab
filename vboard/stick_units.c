/* SPDX-License-Identifier: MIT
 * The logical units of the stick: what kind each is, who they say they are, why they are not ready,
 * and sense data. Next: stick_image.c. */
#include "stick_parts.h"

#include <string.h>

enum {
    SENSE_BECOMING_READY = 0x020401,
    SENSE_START_NEEDED = 0x020402,
    SENSE_NO_MEDIUM = 0x023A00,
    SENSE_INVALID_FIELD = 0x052400,
    SENSE_NO_UNIT = 0x052500,
    SENSE_MEDIUM_CHANGED = 0x062800,
    SENSE_RESET = 0x062900,
    CD_BLOCKS = 4,
    CD_BLOCK_BYTES = 2048
};

/* In the order of enum stick_kind. */
static const char *const kind_name[] = {"disk", "empty", "cd", "none"};

static enum stick_kind kind_of(const char *word, size_t length)
{
    for (unsigned k = 0; k < 4; k++)
        if (strlen(kind_name[k]) == length && memcmp(word, kind_name[k], length) == 0)
            return (enum stick_kind)k;
    return STICK_NONE;
}

unsigned stick_units(const struct board *b)
{
    const char *at = quirk_text(b, QUIRK_LUNS);
    unsigned count = 1;

    for (; at && *at; at++)
        count += *at == ',';
    return count < STICK_LUNS_MAX ? count : STICK_LUNS_MAX;
}

enum stick_kind stick_unit_kind(const struct board *b, unsigned lun)
{
    const char *at = quirk_text(b, QUIRK_LUNS);

    if (!at)
        return lun == 0 ? STICK_DISK : STICK_NONE;
    for (; lun > 0; lun--) {
        at += strcspn(at, ",");
        if (*at == 0)
            return STICK_NONE;
        at++;
    }
    return kind_of(at, strcspn(at, ","));
}

static enum stick_kind kind(const struct board *b)
{
    return stick_unit_kind(b, b->stick.scsi.lun);
}

uint64_t stick_unit_blocks(const struct board *b, unsigned lun)
{
    uint64_t said = quirk(b, QUIRK_CAPACITY_BLOCKS);

    if (stick_unit_kind(b, lun) == STICK_CD)
        return CD_BLOCKS;
    return said ? said : b->stick.image.bytes / stick_block_bytes(b);
}

uint32_t stick_unit_block_bytes(const struct board *b, unsigned lun)
{
    return stick_unit_kind(b, lun) == STICK_CD ? CD_BLOCK_BYTES : stick_block_bytes(b);
}

static uint8_t device_type(const struct board *b)
{
    switch (kind(b)) {
    case STICK_CD:
        return 5;
    case STICK_NONE:
        return 0x7F; /* not capable of supporting a unit here (SPC-3 6.4.2) */
    default:
        return 0;
    }
}

struct stick_command stick_inquiry(struct board *b, const uint8_t *cdb)
{
    static const uint8_t answer[36] = "\0\x80\x04\x02\0\0\0\0StickbotVirtual stick   1.00";
    uint64_t bytes = quirk(b, QUIRK_INQUIRY_BYTES);
    unsigned allocation = (unsigned)(cdb[3] << 8 | cdb[4]);
    uint8_t *r = b->stick.scsi.response;

    bytes = bytes < 5 ? 5 : bytes > 96 ? 96 : bytes;
    if (quirk(b, QUIRK_INQUIRY_HANG) && allocation != 36)
        return (struct stick_command){.hangs = true};
    if (cdb[1] & 1 || cdb[2]) /* no vital product data pages */
        return stick_scsi_fail(b, SENSE_INVALID_FIELD);
    if (quirk_strikes(b, QUIRK_INQUIRY_FAILS))
        return stick_scsi_fail(b, SENSE_INVALID_FIELD);
    memset(r, 0, 96);
    memcpy(r, answer, sizeof answer);
    r[0] = device_type(b);
    r[4] = (uint8_t)(bytes - 5);
    return stick_scsi_respond((unsigned)bytes, allocation);
}

static void fixed_sense(const struct stick_unit *u, uint8_t *r)
{
    r[0] = 0x70;
    r[2] = u->key;
    r[7] = 10;
    r[12] = u->asc;
    r[13] = u->ascq;
}

/* SPC-3 4.5.2. */
static void descriptor_sense(const struct stick_unit *u, uint8_t *r)
{
    r[0] = 0x72;
    r[1] = u->key;
    r[2] = u->asc;
    r[3] = u->ascq;
}

struct stick_command stick_request_sense(struct board *b, const uint8_t *cdb)
{
    struct stick_scsi *s = &b->stick.scsi;
    struct stick_unit *u = &s->unit[s->lun];
    uint64_t bytes = quirk(b, QUIRK_SENSE_BYTES);

    if (quirk_strikes(b, QUIRK_SENSE_FAILS))
        return stick_scsi_fail(b, SENSE_INVALID_FIELD);
    if (quirk(b, QUIRK_SENSE_ZERO))
        u->key = u->asc = u->ascq = 0;
    memset(s->response, 0, 18);
    if (quirk(b, QUIRK_SENSE_DESCRIPTOR)) {
        descriptor_sense(u, s->response);
        bytes = bytes > 8 ? 8 : bytes;
    } else {
        fixed_sense(u, s->response);
    }
    u->key = u->asc = u->ascq = 0;
    return stick_scsi_respond((unsigned)(bytes > 18 ? 18 : bytes), cdb[4]);
}

static bool past(const struct board *b, enum quirk_id id)
{
    uint64_t ms = quirk(b, id);

    return ms != QUIRK_NEVER && now_ps(b) >= b->stick.plug.attached_ps + ms * PS_PER_MS;
}

/* Why the medium is not ready, as sense data; 0 = it is. */
static uint32_t not_ready(const struct board *b, const struct stick_unit *u)
{
    if (kind(b) == STICK_NONE)
        return SENSE_NO_UNIT;
    if (kind(b) == STICK_EMPTY || !past(b, QUIRK_NO_MEDIUM_MS))
        return SENSE_NO_MEDIUM;
    if (!past(b, QUIRK_READY_MS))
        return SENSE_BECOMING_READY;
    if (u->stopped)
        return SENSE_START_NEEDED;
    return now_ps(b) < u->started_ps ? SENSE_BECOMING_READY : 0;
}

static uint32_t attention(struct board *b, struct stick_unit *u)
{
    if (quirk_strikes(b, QUIRK_ATTENTION))
        return SENSE_RESET;
    if (!u->attentions)
        return 0;
    u->attentions--;
    return SENSE_MEDIUM_CHANGED;
}

bool stick_unit_ready(struct board *b, const uint8_t *cdb, struct stick_command *why)
{
    struct stick_unit *u = &b->stick.scsi.unit[b->stick.scsi.lun];
    uint32_t sense = attention(b, u);
    bool start = cdb[0] == 0x1B; /* START STOP UNIT */

    if (!sense && start && kind(b) != STICK_NONE) {
        u->stopped = !(cdb[4] & 1);
        u->started_ps = quirk_deadline(b, QUIRK_START_MS, PS_PER_MS);
        *why = (struct stick_command){.failed = false};
        return false;
    }
    if (!sense)
        sense = not_ready(b, u);
    if (sense)
        *why = stick_scsi_fail(b, sense);
    return sense == 0;
}
