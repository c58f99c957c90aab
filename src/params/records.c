/* SPDX-License-Identifier: MIT
 * Encoding and search of the loader's records; layout in records.h. Writing them is
 * install/journal.c's work. */
#include "params/records.h"

#include <string.h>

#include "port/flash.h"
#include "util/bytes.h"
#include "util/crc.h"

#define RECORD_MAGIC 0x32524253u
#define CRC_OFF      (RECORD_BYTES - 4u)

enum record_type { TYPE_STATE = 1, TYPE_CONFIRMED = 2 };

/* Where `run` has its SHA-256. */
#define RUN_SHA256_OFF 24u

void record_default(struct record *out)
{
    *out = (struct record){.phase = RECORD_SETTLED};
}

static void image_encode(const struct record_image *image, uint8_t *out)
{
    out[0] = image->kind;
    out[1] = image->trial_starts;
    put_le16(out + 2, image->trial_watchdog_ms);
    put_le32(out + 4, image->bytes);
    memcpy(out + 8, image->sha256, sizeof image->sha256);
}

static void image_decode(const uint8_t *in, struct record_image *out)
{
    out->kind = in[0];
    out->trial_starts = in[1];
    out->trial_watchdog_ms = le16(in + 2);
    out->bytes = le32(in + 4);
    memcpy(out->sha256, in + 8, sizeof out->sha256);
}

static void summary_encode(const struct record_summary *image, uint8_t *out)
{
    put_le32(out, image->bytes);
    out[4] = image->version.major;
    out[5] = image->version.minor;
    put_le16(out + 6, image->version.revision);
    put_le32(out + 8, image->version.build);
    memcpy(out + 12, image->id, sizeof image->id);
}

static void summary_decode(const uint8_t *in, struct record_summary *out)
{
    out->bytes = le32(in);
    out->version = (struct record_version){
        .major = in[4], .minor = in[5], .revision = le16(in + 6), .build = le32(in + 8)};
    memcpy(out->id, in + 12, sizeof out->id);
}

static void result_encode(const struct record_result *last, uint8_t *out)
{
    out[15] = last->what;
    put_le32(out + 176, (uint32_t)last->rc);
    put_le16(out + 180, last->stick_vid);
    put_le16(out + 182, last->stick_pid);
    summary_encode(&last->old_image, out + 184);
    summary_encode(&last->new_image, out + 204);
    out[244] = last->source;
}

static void result_decode(const uint8_t *in, struct record_result *out)
{
    out->what = in[15];
    out->rc = (int32_t)le32(in + 176);
    out->stick_vid = le16(in + 180);
    out->stick_pid = le16(in + 182);
    summary_decode(in + 184, &out->old_image);
    summary_decode(in + 204, &out->new_image);
    out->source = in[244];
}

static void seal(enum record_type type, uint8_t out[RECORD_BYTES])
{
    put_le32(out, RECORD_MAGIC);
    out[4] = (uint8_t)type;
    put_le32(out + CRC_OFF, crc32_bytes(0, out, CRC_OFF));
}

void record_encode(const struct record *record, uint8_t out[RECORD_BYTES])
{
    memset(out, 0, RECORD_BYTES);
    out[5] = record->phase;
    out[6] = record->source;
    out[7] = record->boots;
    put_le32(out + 8, record->seq);
    put_le16(out + 12, record->suspect);
    out[14] = record->failures;
    image_encode(&record->run, out + 16);
    image_encode(&record->old_image, out + 56);
    image_encode(&record->new_image, out + 96);
    memcpy(out + 136, record->rejected, sizeof record->rejected);
    memcpy(out + 168, record->handled_id, sizeof record->handled_id);
    result_encode(&record->last, out);
    put_le32(out + 224, record->counter_floor);
    for (uint32_t i = 0; i < RECORD_REVOKED_MAX; i++)
        put_le32(out + 228 + 4 * i, record->revoked_ids[i]);
    seal(TYPE_STATE, out);
}

void record_encode_confirmed(const uint8_t sha256[RECORD_SHA256_BYTES], uint8_t out[RECORD_BYTES])
{
    memset(out, 0, RECORD_BYTES);
    memcpy(out + RUN_SHA256_OFF, sha256, RECORD_SHA256_BYTES);
    seal(TYPE_CONFIRMED, out);
}

static bool is_record(const uint8_t in[RECORD_BYTES], enum record_type type)
{
    return le32(in) == RECORD_MAGIC && in[4] == (uint8_t)type &&
           le32(in + CRC_OFF) == crc32_bytes(0, in, CRC_OFF);
}

bool record_decode(const uint8_t in[RECORD_BYTES], struct record *out)
{
    if (!is_record(in, TYPE_STATE))
        return false;
    out->phase = in[5];
    out->source = in[6];
    out->boots = in[7];
    out->seq = le32(in + 8);
    out->suspect = le16(in + 12);
    out->failures = in[14];
    image_decode(in + 16, &out->run);
    image_decode(in + 56, &out->old_image);
    image_decode(in + 96, &out->new_image);
    memcpy(out->rejected, in + 136, sizeof out->rejected);
    memcpy(out->handled_id, in + 168, sizeof out->handled_id);
    result_decode(in, &out->last);
    out->counter_floor = le32(in + 224);
    for (uint32_t i = 0; i < RECORD_REVOKED_MAX; i++)
        out->revoked_ids[i] = le32(in + 228 + 4 * i);
    return out->seq != 0 && out->phase >= RECORD_SETTLED && out->phase <= RECORD_ROLLBACK;
}

static bool slot_blank(const uint8_t slot[RECORD_BYTES])
{
    uint8_t all = 0xFF;

    for (uint32_t i = 0; i < RECORD_BYTES; i++)
        all &= slot[i];
    return all == 0xFF;
}

/* A later state of the same trial keeps the confirmation; any other ends it. */
static void log_state(struct record_log *log, const struct record *found)
{
    bool same_trial = log->valid && found->phase == RECORD_TRIAL && found->boots != 0 &&
                      memcmp(found->run.sha256, log->newest.run.sha256, RECORD_SHA256_BYTES) == 0;

    log->confirmed = log->confirmed && same_trial;
    log->valid = true;
    log->newest = *found;
}

/* Without a state before it: an application has erased sector 3 since its trial began. */
static void log_confirmed(struct record_log *log, const uint8_t sha256[RECORD_SHA256_BYTES])
{
    if (!log->valid)
        memcpy(log->newest.run.sha256, sha256, RECORD_SHA256_BYTES);
    log->confirmed = log->confirmed || !log->valid ||
                     (log->newest.phase == RECORD_TRIAL &&
                      memcmp(sha256, log->newest.run.sha256, RECORD_SHA256_BYTES) == 0);
}

static void log_slot(struct record_log *log, const uint8_t slot[RECORD_BYTES])
{
    struct record found;

    if (record_decode(slot, &found))
        log_state(log, &found);
    else if (is_record(slot, TYPE_CONFIRMED))
        log_confirmed(log, slot + RUN_SHA256_OFF);
}

void record_log_scan(struct record_log *log, uint32_t addr, uint32_t slots)
{
    uint8_t slot[RECORD_BYTES];

    *log = (struct record_log){.addr = addr, .slots = slots};
    for (uint32_t i = 0; i < slots; i++) {
        flash_read(addr + i * RECORD_BYTES, slot, RECORD_BYTES);
        if (slot_blank(slot))
            continue;
        log->used = i + 1;
        log_slot(log, slot);
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
