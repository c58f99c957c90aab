/* SPDX-License-Identifier: MIT
 * The loader's records in a report: what each log holds, then the newest record. */
#include "tools/records_report.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "params/records.h"
#include "util/err.h"

/* Text number `index` of a list, or "unknown". */
static const char *name_of(const char *const *names, size_t count, unsigned index)
{
    return index < count && names[index] != NULL ? names[index] : "unknown";
}

#define NAME(names, index) name_of(names, sizeof(names) / sizeof *(names), index)

static const char *const phases[] = {[RECORD_SETTLED] = "settled",
                                     [RECORD_STAGING] = "staging",
                                     [RECORD_INSTALL] = "installing",
                                     [RECORD_TRIAL] = "on trial",
                                     [RECORD_ROLLBACK] = "rolling back"};
static const char *const kinds[] = {
    [RECORD_MCUBOOT] = "MCUboot", [RECORD_PLAIN] = "plain", [RECORD_BARE] = "plain, no footer"};
static const char *const sources[] = {[RECORD_FROM_NOBODY] = "nobody",
                                      [RECORD_FROM_STICK] = "stick",
                                      [RECORD_FROM_APPLICATION] = "application"};
static const char *const results[] = {[RECORD_NOTHING] = "nothing",
                                      [RECORD_INSTALLED] = "installed",
                                      [RECORD_REFUSED] = "refused",
                                      [RECORD_FAILED] = "failed",
                                      [RECORD_ROLLED_BACK] = "rolled back"};

static void report_image(struct report *report, const char *name, const struct record_image *image)
{
    if (image->kind == RECORD_NO_IMAGE) {
        report_text(report, name, "none");
        return;
    }
    report_group(report, name);
    report_text(report, "format", "%s", NAME(kinds, image->kind));
    report_number(report, "bytes", image->bytes);
    report_hex(report, "sha256", image->sha256, sizeof image->sha256);
    if (image->trial_starts != 0)
        report_text(report, "trial", "%u starts, watchdog %u ms", image->trial_starts,
                    image->trial_watchdog_ms);
    report_close(report);
}

static void report_summary(struct report *report, const char *name,
                           const struct record_summary *image)
{
    const struct record_version *v = &image->version;

    if (image->bytes == 0) {
        report_text(report, name, "none");
        return;
    }
    report_group(report, name);
    report_number(report, "bytes", image->bytes);
    report_text(report, "version", "%u.%u.%u+%u", v->major, v->minor, v->revision, v->build);
    report_hex(report, "digest", image->id, sizeof image->id);
    report_close(report);
}

/* A letter and a number for each sector that is named suspect. */
static void report_suspects(struct report *report, uint16_t suspect)
{
    char text[8 * (RECORD_SECTORS + 2)] = "";
    size_t used = 0;

    for (unsigned i = 0; i < RECORD_SECTORS; i++) {
        if ((suspect >> i & 1) == 0)
            continue;
        if (i == 0)
            used += (size_t)snprintf(text + used, sizeof text - used, " S");
        else
            used += (size_t)snprintf(text + used, sizeof text - used, " %c%u",
                                     i % 2 == 1 ? 'R' : 'U', (i - 1) / 2);
    }
    if ((suspect & RECORD_SUSPECT_F) != 0)
        used += (size_t)snprintf(text + used, sizeof text - used, " F");
    if ((suspect & RECORD_SUSPECT_P) != 0)
        used += (size_t)snprintf(text + used, sizeof text - used, " P");
    report_text(report, "suspect_sectors", "%s", used == 0 ? "none" : text + 1);
}

static void report_log(struct report *report, const char *name, uint32_t addr, uint32_t slots)
{
    struct record_log log;

    record_log_scan(&log, addr, slots);
    if (log.valid) {
        report_text(report, name, "%u of %u places used, newest record is number %u", log.used,
                    slots, log.newest.seq);
    } else {
        report_text(report, name, "%u of %u places used, no valid record", log.used, slots);
    }
}

static void report_last(struct report *report, const struct record_result *last)
{
    report_group(report, "last_result");
    report_text(report, "what", "%s", NAME(results, last->what));
    report_text(report, "source", "%s", NAME(sources, last->source));
    report_text(report, "reason", "%s", err_text((enum bl_rc)last->rc));
    report_text(report, "stick", "%04x:%04x", last->stick_vid, last->stick_pid);
    report_summary(report, "old_image", &last->old_image);
    report_summary(report, "new_image", &last->new_image);
    report_close(report);
}

static void report_rejected(struct report *report, const struct record *record)
{
    static const uint8_t none[RECORD_ID_BYTES];

    report_list(report, "rejected_images");
    for (uint32_t i = 0; i < RECORD_REJECTED_MAX; i++) {
        if (memcmp(record->rejected[i], none, sizeof none) != 0) {
            report_item(report, "image");
            report_hex(report, "digest", record->rejected[i], RECORD_ID_BYTES);
            report_close(report);
        }
    }
    report_close_list(report);
}

static void report_revoked(struct report *report, const struct record *record)
{
    report_list(report, "revoked_keys");
    for (uint32_t i = 0; i < RECORD_REVOKED_MAX; i++) {
        if (record->revoked_ids[i] != 0) {
            report_item(report, "key");
            report_text(report, "id", "%08x", record->revoked_ids[i]);
            report_close(report);
        }
    }
    report_close_list(report);
}

static void report_state(struct report *report, const struct record *record)
{
    report_text(report, "phase", "%s", NAME(phases, record->phase));
    report_text(report, "source", "%s", NAME(sources, record->source));
    report_number(report, "trial_starts", record->boots);
    report_suspects(report, record->suspect);
    report_image(report, "run_image", &record->run);
    report_image(report, "old_image", &record->old_image);
    report_image(report, "new_image", &record->new_image);
    report_rejected(report, record);
    report_hex(report, "handled", record->handled_id, sizeof record->handled_id);
    report_number(report, "failures", record->failures);
    report_number(report, "counter_floor", record->counter_floor);
    report_revoked(report, record);
    report_last(report, &record->last);
}

void records_report(struct report *report)
{
    struct record record;

    report_group(report, "records");
    report_log(report, "log_p", RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    report_log(report, "log_f", RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS);
    if (record_newest(&record))
        report_state(report, &record);
    report_close(report);
}
