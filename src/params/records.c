/* SPDX-License-Identifier: MIT
 * Encoding and search of the loader's records; layout in records.h. Writing them is
 * install/journal.c's work. */
#include "params/records.h"

#include <string.h>

#include "port/flash.h"
#include "util/bytes.h"
#include "util/crc.h"

#define RECORD_MAGIC 0x31524253u

void record_default(struct record *out)
{
    *out = (struct record){.phase = RECORD_SETTLED};
}

static void image_encode(const struct record_image *image, uint8_t *out)
{
    put_le32(out, image->bytes);
    memcpy(out + 4, image->sha256, sizeof image->sha256);
    memcpy(out + 36, image->md5, sizeof image->md5);
}

static void image_decode(const uint8_t *in, struct record_image *out)
{
    out->bytes = le32(in);
    memcpy(out->sha256, in + 4, sizeof out->sha256);
    memcpy(out->md5, in + 36, sizeof out->md5);
}

static void result_encode(const struct record_result *last, uint8_t *out)
{
    out[0] = last->what;
    out[1] = last->source;
    put_le32(out + 4, (uint32_t)last->rc);
    put_le16(out + 8, last->stick_vid);
    put_le16(out + 10, last->stick_pid);
    put_le32(out + 12, last->old_image.bytes);
    memcpy(out + 16, last->old_image.sha256, sizeof last->old_image.sha256);
    put_le32(out + 48, last->new_image.bytes);
    memcpy(out + 52, last->new_image.sha256, sizeof last->new_image.sha256);
}

static void result_decode(const uint8_t *in, struct record_result *out)
{
    *out = (struct record_result){.what = in[0], .source = in[1], .rc = (int32_t)le32(in + 4)};
    out->stick_vid = le16(in + 8);
    out->stick_pid = le16(in + 10);
    out->old_image.bytes = le32(in + 12);
    memcpy(out->old_image.sha256, in + 16, sizeof out->old_image.sha256);
    out->new_image.bytes = le32(in + 48);
    memcpy(out->new_image.sha256, in + 52, sizeof out->new_image.sha256);
}

void record_encode(const struct record *record, uint8_t out[RECORD_BYTES])
{
    memset(out, 0, RECORD_BYTES);
    put_le32(out, RECORD_MAGIC);
    put_le32(out + 4, record->seq);
    out[8] = record->phase;
    out[9] = record->source;
    put_le16(out + 10, record->suspect);
    image_encode(&record->run, out + 12);
    image_encode(&record->new_image, out + 64);
    memcpy(out + 116, record->handled_id, sizeof record->handled_id);
    put_le32(out + 132, record->failures);
    result_encode(&record->last, out + 136);
    put_le32(out + 220, record->counter_floor);
    for (uint32_t i = 0; i < RECORD_REVOKED_MAX; i++)
        put_le32(out + 224 + 4 * i, record->revoked_ids[i]);
    put_le32(out + 252, crc32_bytes(0, out, 252));
}

bool record_decode(const uint8_t in[RECORD_BYTES], struct record *out)
{
    if (le32(in) != RECORD_MAGIC || le32(in + 252) != crc32_bytes(0, in, 252))
        return false;
    out->seq = le32(in + 4);
    out->phase = in[8];
    out->source = in[9];
    out->suspect = le16(in + 10);
    image_decode(in + 12, &out->run);
    image_decode(in + 64, &out->new_image);
    memcpy(out->handled_id, in + 116, sizeof out->handled_id);
    out->failures = le32(in + 132);
    result_decode(in + 136, &out->last);
    out->counter_floor = le32(in + 220);
    for (uint32_t i = 0; i < RECORD_REVOKED_MAX; i++)
        out->revoked_ids[i] = le32(in + 224 + 4 * i);
    return out->seq != 0 && out->phase >= RECORD_SETTLED && out->phase <= RECORD_INSTALL;
}

static bool slot_blank(const uint8_t slot[RECORD_BYTES])
{
    uint8_t all = 0xFF;

    for (uint32_t i = 0; i < RECORD_BYTES; i++)
        all &= slot[i];
    return all == 0xFF;
}

void record_log_scan(struct record_log *log, uint32_t addr, uint32_t slots)
{
    uint8_t slot[RECORD_BYTES];
    struct record found;

    *log = (struct record_log){.addr = addr, .slots = slots};
    for (uint32_t i = 0; i < slots; i++) {
        flash_read(addr + i * RECORD_BYTES, slot, RECORD_BYTES);
        if (slot_blank(slot))
            continue;
        log->used = i + 1;
        if (record_decode(slot, &found)) {
            log->valid = true;
            log->newest = found;
        }
    }
}

bool record_newest(struct record *out)
{
    struct record_log p;
    struct record_log f;

    record_log_scan(&p, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    record_log_scan(&f, RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
    if (!p.valid && !f.valid) {
        record_default(out);
        return false;
    }
    *out = f.valid && (!p.valid || f.newest.seq > p.newest.seq) ? f.newest : p.newest;
    return true;
}
