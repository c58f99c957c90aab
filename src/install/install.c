/* SPDX-License-Identifier: MIT
 * Steps of an install. The order of flash writes in each is what makes a cut harmless:
 * docs/boot-flow.md, "Cuts". */
#include "install/install.h"

#include <string.h>

#include "config/layout.h"
#include "install/copy.h"
#include "install/trust.h"
#include "port/clock.h"
#include "sys/led.h"
#include "sys/log.h"

static void forget_run(struct install *in)
{
    in->trust.facts.installed = NULL;
    slot_check_begin(&in->run, RUN_ADDR, POLICY_START, &in->trust);
}

static void forget_update(struct install *in)
{
    slot_check_begin(&in->update, UPDATE_ADDR, POLICY_INSTALL, &in->trust);
    in->update_image = (struct record_image){0};
}

void install_load(struct install *in, bool button)
{
    journal_load(&in->journal);
    trust_load(in, button);
    forget_run(in);
    forget_update(in);
}

enum bl_rc install_check_run_poll(struct install *in)
{
    if (in->run.kind != SLOT_UNKNOWN)
        return BL_OK;
    enum bl_rc rc = slot_check_poll(&in->run);

    if (rc == BL_OK)
        trust_run_known(in);
    return rc;
}

static void hash_slot(struct slot_hash *hash, uint32_t addr)
{
    slot_hash_begin(hash, addr, SLOT_BYTES);
    while (slot_hash_poll(hash) == BL_PENDING) {
        led_tick();
        clock_tend();
    }
}

static struct record_image image_of(enum record_kind kind, uint32_t bytes,
                                    const struct digest *digest)
{
    struct record_image image = {.kind = (uint8_t)kind, .bytes = bytes};

    memcpy(image.sha256, digest->sha256, sizeof image.sha256);
    return image;
}

static struct record_image slot_image(const struct slot_check *check)
{
    struct record_image image = image_of(check->mcuboot ? RECORD_MCUBOOT : RECORD_PLAIN,
                                         check->footer.image_bytes, &check->footer.digest);

    if (check->mcuboot && (check->header.has & MCUBOOT_HAS_TRIAL) != 0) {
        image.trial_starts = (uint8_t)check->header.trial_starts;
        image.trial_watchdog_ms = (uint16_t)check->header.trial_watchdog_ms;
    }
    return image;
}

static struct record_summary summary_of(const struct slot_check *check,
                                        const struct record_image *image)
{
    struct record_summary summary = {.bytes = image->bytes};
    const struct mcuboot_version *version = &check->header.version;

    if (image->kind == RECORD_MCUBOOT)
        summary.version = (struct record_version){version->major, version->minor, version->revision,
                                                  version->build};
    memcpy(summary.id, image->sha256, sizeof summary.id);
    return summary;
}

static bool same_image(const struct record_image *a, const struct record_image *b)
{
    return a->bytes != 0 && a->bytes == b->bytes &&
           digest_same(a->sha256, b->sha256, sizeof a->sha256);
}

void install_check_run(struct install *in)
{
    while (install_check_run_poll(in) == BL_PENDING) {
        led_tick();
        clock_tend();
    }
}

void install_check_update(struct install *in)
{
    if (in->update.kind != SLOT_UNKNOWN)
        return;
    while (slot_check_poll(&in->update) == BL_PENDING) {
        led_tick();
        clock_tend();
    }
    if (in->update.kind == SLOT_WHOLE) {
        in->update_image = slot_image(&in->update);
    } else if (in->update.kind == SLOT_BARE) {
        hash_slot(&in->update.hash, UPDATE_ADDR);
        in->update_image = image_of(RECORD_BARE, SLOT_BYTES, &in->update.hash.digest);
    }
}

static enum install_flag flag_fact(const struct journal *journal)
{
    uint32_t word = journal_flag();

    if ((journal->state.suspect & RECORD_SUSPECT_F) != 0)
        return INSTALL_FLAG_GARBAGE;
    if (word == UPGRADE_FLAG_PENDING)
        return INSTALL_FLAG_PENDING;
    return word == UPGRADE_FLAG_NONE ? INSTALL_FLAG_NONE : INSTALL_FLAG_GARBAGE;
}

void install_facts(const struct install *in, struct install_facts *out)
{
    const struct record *state = &in->journal.state;

    out->parameters_moved = in->journal.keep != KEEP_NONE;
    out->flag = flag_fact(&in->journal);
    out->phase = (enum record_phase)state->phase;
    out->run = in->run.kind;
    out->update = in->update.kind;
    out->update_is_new = same_image(&in->update_image, &state->new_image);
    out->update_is_run = in->run.kind == SLOT_WHOLE && in->update.kind == SLOT_WHOLE &&
                         in->run.footer.image_bytes == in->update.footer.image_bytes &&
                         digest_same(in->run.footer.digest.sha256, in->update.footer.digest.sha256,
                                     DIGEST_SHA256_BYTES);
}

/* What is known about the image that runs, for the record. */
static struct record_image run_image(const struct install *in)
{
    if (in->run.kind == SLOT_WHOLE)
        return slot_image(&in->run);
    return (struct record_image){0};
}

/* The record that must be in both logs before the run area is touched. */
static enum bl_rc record_install(struct install *in)
{
    struct record next = in->journal.state;
    bool resumed = next.phase != RECORD_SETTLED && same_image(&in->update_image, &next.new_image);

    if (next.phase != RECORD_INSTALL)
        next.run = run_image(in);
    if (!resumed) {
        next.source = RECORD_FROM_APPLICATION;
        next.last = (struct record_result){.source = RECORD_FROM_APPLICATION};
    }
    next.phase = RECORD_INSTALL;
    next.new_image = in->update_image;
    return journal_write_again(&in->journal, &next);
}

/* The run area must now be what the update area was when it was looked at. */
static enum bl_rc verify_run(struct install *in)
{
    forget_run(in);
    install_check_run(in);
    struct record_image image = run_image(in);

    if (in->update.kind == SLOT_BARE) {
        hash_slot(&in->run.hash, RUN_ADDR);
        image = image_of(RECORD_BARE, SLOT_BYTES, &in->run.hash.digest);
    }
    return same_image(&image, &in->update_image) ? BL_OK : BL_E_IMG_DIGEST;
}

enum bl_rc install_copy(struct install *in)
{
    bool whole = in->update.kind == SLOT_WHOLE;
    uint32_t sectors = whole ? slot_sectors(&in->update) : SLOT_SECTORS;
    struct progress progress;
    enum bl_rc rc;

    log_line("install: %u bytes%s, %u sectors", (unsigned)in->update_image.bytes,
             whole ? "" : " (whole area, no digest on record)", (unsigned)sectors);
    rc = record_install(in);
    if (rc != BL_OK)
        return rc;
    progress_begin(&progress, "install", sectors * SLOT_SECTOR_BYTES);
    rc = copy_sectors(UPDATE_ADDR, RUN_ADDR, sectors, &progress);
    if (rc != BL_OK) {
        forget_run(in);
        return rc;
    }
    rc = verify_run(in);
    if (rc != BL_OK)
        return log_error(rc, "install: run area");
    log_line("install: run area verified");
    return BL_OK;
}

enum bl_rc install_finish(struct install *in, enum record_source *from)
{
    struct record next = in->journal.state;

    *from = (enum record_source)next.source;
    next.last.what = RECORD_INSTALLED;
    next.last.rc = BL_OK;
    next.last.old_image = (struct record_summary){.bytes = next.run.bytes};
    memcpy(next.last.old_image.id, next.run.sha256, sizeof next.last.old_image.id);
    next.last.new_image = summary_of(&in->run, &next.new_image);
    next.run = next.new_image;
    next.new_image = (struct record_image){0};
    next.phase = RECORD_SETTLED;
    trust_accept(in, &next);
    if (*from == RECORD_FROM_STICK)
        next.failures = 0;
    return journal_clear_flag(&in->journal, &next);
}

static enum bl_rc refusal_reason(const struct slot_check *update)
{
    return update->kind == SLOT_NONE ? update->reason : BL_E_IMG_DIGEST;
}

/* Ends a phase that nothing in the update area backs any more. A run area that was being written
 * stays disbelieved unless it verifies. */
static void settle(const struct install *in, struct record *next)
{
    if (next->phase == RECORD_STAGING || in->run.kind == SLOT_WHOLE) {
        next->phase = RECORD_SETTLED;
        next->new_image = (struct record_image){0};
    }
}

enum bl_rc install_refuse(struct install *in)
{
    struct record next = in->journal.state;
    enum bl_rc reason = log_error(refusal_reason(&in->update), "upgrade request refused");
    struct record_image running = run_image(in);

    settle(in, &next);
    next.last = (struct record_result){.what = RECORD_REFUSED,
                                       .source = RECORD_FROM_APPLICATION,
                                       .rc = reason,
                                       .old_image = summary_of(&in->run, &running),
                                       .new_image = summary_of(&in->update, &in->update_image)};
    return journal_clear_flag(&in->journal, &next);
}

enum bl_rc install_clear(struct install *in)
{
    struct record next = in->journal.state;
    uint32_t word = journal_flag();

    if (word == UPGRADE_FLAG_PENDING)
        log_line("upgrade request: this image is installed already");
    else if (word != UPGRADE_FLAG_NONE)
        log_line("upgrade flag: %08x means nothing, cleared", (unsigned)word);
    else
        log_line("upgrade flag: an interrupted erase is repeated");
    settle(in, &next);
    return journal_clear_flag(&in->journal, &next);
}

enum bl_rc install_prepare_staging(struct install *in)
{
    forget_update(in);
    if (flag_fact(&in->journal) == INSTALL_FLAG_NONE)
        return BL_OK;
    return journal_clear_flag(&in->journal, &in->journal.state);
}

enum bl_rc install_request(struct install *in, const struct footer *staged,
                           const struct install_stick_file *file)
{
    struct record next = in->journal.state;
    enum bl_rc rc;

    if (memcmp(next.handled_id, file->id, sizeof next.handled_id) != 0)
        next.failures = 0;
    memcpy(next.handled_id, file->id, sizeof next.handled_id);
    if (next.phase != RECORD_INSTALL)
        next.phase = RECORD_STAGING;
    next.source = RECORD_FROM_STICK;
    next.new_image = in->update.kind == SLOT_WHOLE
                         ? slot_image(&in->update)
                         : image_of(RECORD_PLAIN, staged->image_bytes, &staged->digest);
    next.last = (struct record_result){
        .source = RECORD_FROM_STICK, .stick_vid = file->stick_vid, .stick_pid = file->stick_pid};
    rc = journal_write_again(&in->journal, &next);
    return rc == BL_OK ? journal_set_flag(&in->journal) : rc;
}

void install_note_failure(struct install *in, const struct install_stick_file *file, enum bl_rc rc,
                          bool failed_staging, bool forget)
{
    struct record next = in->journal.state;
    struct record_image running = run_image(in);
    bool again = !forget && memcmp(next.handled_id, file->id, sizeof next.handled_id) == 0;

    if (rc == BL_E_SUPPLY_LOW)
        return;
    if (failed_staging) {
        next.failures = (uint8_t)((again ? next.failures : 0) + 1);
        memcpy(next.handled_id, file->id, sizeof next.handled_id);
    }
    next.last = (struct record_result){.what = RECORD_REFUSED,
                                       .source = RECORD_FROM_STICK,
                                       .rc = rc,
                                       .stick_vid = file->stick_vid,
                                       .stick_pid = file->stick_pid,
                                       .old_image = summary_of(&in->run, &running)};
    next.last.new_image.bytes = file->bytes;
    if (journal_write(&in->journal, &next) != BL_OK)
        log_line("records: the failure is not on record");
}
