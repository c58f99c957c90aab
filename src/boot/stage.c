/* SPDX-License-Identifier: MIT
 * Staging; stage.h. The stick may answer differently the second time, so nothing counts but what
 * the flash holds at the end. */
#include "boot/stage.h"

#include <stddef.h>

#include "boot/plain.h"
#include "boot/source.h"
#include "config/layout.h"
#include "config/limits.h"
#include "install/flash_op.h"
#include "install/measure.h"
#include "install/progress.h"
#include "install/request.h"
#include "install/sink.h"
#include "port/clock.h"
#include "sys/deadline.h"
#include "sys/led.h"
#include "sys/log.h"

/* Stagings of one start, when the supply fails and comes back. */
#define SUPPLY_TRIES 3u

/* One staging; kept off the stack. */
static struct stage {
    struct source source;
    struct sink sink;
    struct pump pump;
    struct footer footer;
} stage;

/* Limits of a transfer: in all, and without progress. */
struct pace {
    struct deadline total;
    struct deadline stall;
    uint32_t seen;
};

static void pace_begin(struct pace *pace)
{
    pace->total = deadline_in(STAGE_TOTAL_MS);
    pace->stall = deadline_in(STAGE_STALL_MS);
    pace->seen = 0;
}

static bool pace_lost(struct pace *pace, uint32_t progress)
{
    if (progress != pace->seen) {
        pace->seen = progress;
        pace->stall = deadline_in(STAGE_STALL_MS);
    }
    return deadline_passed(pace->total) || deadline_passed(pace->stall);
}

/* The offered file's first bytes through stage.sink, which has been begun. what: named in the lines
 * of progress; NULL for none. Leaves no flash operation pending. */
static enum bl_rc stage_transfer(struct boot *boot, const char *what)
{
    struct pump *pump = &stage.pump;
    struct progress progress;
    struct pace pace;
    enum bl_rc rc = BL_PENDING;

    msc_limit(&boot->stick.msc, STAGE_TOTAL_MS);
    source_begin(&stage.source, &boot->stick, &boot->offer);
    pump_begin(pump, source_end(&stage.source), sink_end(&stage.sink), stage.sink.total_bytes);
    progress_begin(&progress, what, stage.sink.total_bytes);
    pace_begin(&pace);
    while (rc == BL_PENDING) {
        rc = pump_poll(pump);
        if (what != NULL)
            progress_update(&progress, pump->view.done_bytes);
        led_tick();
        if (pump->view.hurry)
            clock_tend();
        else
            clock_idle();
        if (rc == BL_PENDING && pace_lost(&pace, pump->requested_bytes + stage.sink.written_off +
                                                     stage.sink.hashed_off))
            rc = BL_E_TIMEOUT;
    }
    enum bl_rc flash_rc = flash_op_settle();

    return rc == BL_OK ? flash_rc : rc;
}

/* The flash must hold the very image whose signature and policy were found right on the stick, and
 * it must verify there: digest, signature, policy. */
static enum bl_rc verify_mcuboot(struct boot *boot)
{
    const struct slot_check *update = &boot->install.update;
    const struct mcuboot_image *offered = &boot->offer.image;

    measure_chains(&boot->install, 1u << CHAIN_RUN | 1u << CHAIN_UPDATE);
    if (update->kind != SLOT_WHOLE || !update->mcuboot)
        return update->kind == SLOT_NONE ? update->reason : BL_E_IMG_DIGEST;
    if (update->footer.image_bytes != offered->total_bytes ||
        !digest_same(update->footer.digest.sha256, offered->sha256, DIGEST_SHA256_BYTES))
        return BL_E_IMG_DIGEST;
    stage.footer = update->footer;
    return BL_OK;
}

static enum bl_rc stage_verify(struct boot *boot)
{
    if (boot->offer.is_mcuboot)
        return verify_mcuboot(boot);
    struct digest sent;

    digest_end(&stage.sink.hash, &sent);
    return plain_finish_staging(&boot->offer, &sent, &stage.footer);
}

static enum bl_rc stage_once(struct boot *boot)
{
    enum bl_rc rc = flash_op_supply();

    if (rc != BL_OK)
        return rc;
    sink_begin(&stage.sink, boot->offer.image_bytes, !boot->offer.is_mcuboot, true);
    rc = stage_transfer(boot, "stage");
    return rc == BL_OK ? stage_verify(boot) : rc;
}

enum bl_rc stage_run(struct boot *boot)
{
    struct install_stick_file file = offer_stick_file(&boot->offer, &boot->stick);
    enum bl_rc rc = install_prepare_staging(&boot->install);

    if (rc != BL_OK)
        return rc;
    log_line("stage: %u bytes to the update area", (unsigned)file.bytes);
    rc = BL_E_SUPPLY_LOW;
    for (uint32_t i = 0; i < SUPPLY_TRIES && rc == BL_E_SUPPLY_LOW; i++) {
        rc = stage_once(boot);
        if (rc == BL_E_SUPPLY_LOW && flash_op_supply() != BL_OK)
            break;
    }
    if (rc != BL_OK) {
        (void)log_error(rc, "stage");
        install_note_failure(&boot->install, &file, rc, true);
        return rc;
    }
    log_line("stage: update area verified, %s",
             boot->offer.is_mcuboot
                 ? mcuboot_is_signed(&boot->offer.image) ? "SHA-256 and signature" : "SHA-256"
                 : "MD5 and SHA-256");
    return install_request(&boot->install, &stage.footer, &file);
}

enum bl_rc stage_hash_file(struct boot *boot)
{
    const struct offer *offer = &boot->offer;
    uint32_t bytes = offer->is_mcuboot ? offer->image.signed_bytes : offer->image_bytes;
    struct digest digest;

    sink_begin(&stage.sink, bytes, true, false);
    if (offer->is_mcuboot)
        digest_skip_md5(&stage.sink.hash);
    enum bl_rc rc = stage_transfer(boot, NULL);

    if (rc != BL_OK)
        return rc;
    digest_end(&stage.sink.hash, &digest);
    bool same = offer->is_mcuboot
                    ? digest_same(digest.sha256, offer->image.sha256, DIGEST_SHA256_BYTES)
                    : digest_same(digest.md5, offer->md5, DIGEST_MD5_BYTES);

    return same ? BL_OK : BL_E_IMG_DIGEST;
}
