/* SPDX-License-Identifier: MIT
 * Staging; stage.h. The stick may answer differently the second time, so nothing counts but what
 * the flash holds at the end. */
#include "boot/stage.h"

#include "boot/source.h"
#include "config/layout.h"
#include "config/limits.h"
#include "install/flash_op.h"
#include "install/progress.h"
#include "install/sink.h"
#include "port/clock.h"
#include "sys/deadline.h"
#include "sys/led.h"
#include "sys/log.h"

/* Stagings of one start, when the supply fails and comes back. */
#define SUPPLY_TRIES 3u

#define HASH_SLICE_BYTES 4096u

/* One staging; kept off the stack. */
static struct stage {
    struct source source;
    struct sink sink;
    struct pump pump;
    struct slot_hash held; /* what the flash holds */
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

static void stage_idle(void)
{
    led_tick();
    clock_idle();
}

/* Stick to flash. Leaves no flash operation pending. */
static enum bl_rc stage_transfer(uint32_t bytes)
{
    struct progress progress;
    struct pace pace;
    enum bl_rc rc = BL_PENDING;

    pump_begin(&stage.pump, source_end(&stage.source), sink_end(&stage.sink), bytes);
    progress_begin(&progress, "stage", bytes);
    pace_begin(&pace);
    while (rc == BL_PENDING) {
        rc = pump_poll(&stage.pump);
        progress_update(&progress, stage.pump.done_bytes);
        stage_idle();
        if (rc == BL_PENDING &&
            pace_lost(&pace, stage.pump.requested_bytes + stage.pump.done_bytes))
            rc = BL_E_TIMEOUT;
    }
    enum bl_rc flash_rc = flash_op_settle();

    return rc == BL_OK ? flash_rc : rc;
}

/* The flash must hold what the .md5 file names, and what the stick sent. */
static enum bl_rc verify_plain(const struct offer *offer)
{
    struct digest sent;

    slot_hash_begin(&stage.held, UPDATE_ADDR, offer->image_bytes);
    while (slot_hash_poll(&stage.held) == BL_PENDING) {
        led_tick();
        clock_tend();
    }
    digest_end(&stage.sink.hash, &sent);
    if (!digest_same(stage.held.digest.md5, offer->md5, DIGEST_MD5_BYTES) ||
        !digest_same(stage.held.digest.sha256, sent.sha256, DIGEST_SHA256_BYTES))
        return BL_E_IMG_DIGEST;
    stage.footer = (struct footer){offer->image_bytes, stage.held.digest};
    return BL_OK;
}

static enum bl_rc stage_write_footer(void)
{
    _Alignas(4) uint8_t bytes[FOOTER_BYTES];
    uint32_t image_bytes = stage.footer.image_bytes;
    uint32_t used_sectors = (image_bytes + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES;
    enum bl_rc rc = BL_OK;

    if (footer_sectors(image_bytes) > used_sectors)
        rc = flash_op_erase(UPDATE_ADDR + used_sectors * SLOT_SECTOR_BYTES);
    footer_encode(&stage.footer, bytes);
    if (rc == BL_OK)
        rc = flash_op_program(UPDATE_ADDR + footer_off(image_bytes), bytes, FOOTER_BYTES);
    return rc;
}

/* The flash must hold the very image whose signature and policy were found right on the stick, and
 * it must verify there: digest, signature, policy. */
static enum bl_rc verify_mcuboot(struct boot *boot)
{
    const struct slot_check *update = &boot->install.update;
    const struct mcuboot_image *offered = &boot->offer.image;

    install_check_update(&boot->install);
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
    enum bl_rc rc = verify_plain(&boot->offer);

    return rc == BL_OK ? stage_write_footer() : rc;
}

static enum bl_rc stage_once(struct boot *boot)
{
    enum bl_rc rc = flash_op_supply();

    if (rc != BL_OK)
        return rc;
    msc_limit(&boot->stick.msc, STAGE_TOTAL_MS);
    source_begin(&stage.source, &boot->stick, &boot->offer);
    sink_begin(&stage.sink);
    rc = stage_transfer(boot->offer.image_bytes);
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
        install_note_failure(&boot->install, &file, rc, true, boot->button);
        return rc;
    }
    log_line("stage: update area verified, %s",
             boot->offer.is_mcuboot
                 ? mcuboot_is_signed(&boot->offer.image) ? "SHA-256 and signature" : "SHA-256"
                 : "MD5 and SHA-256");
    return install_request(&boot->install, &stage.footer, &file);
}

/* One chunk of the file into the pump's memory. */
static enum bl_rc hash_read(const struct pump_end *end, uint32_t off, uint32_t len)
{
    struct pace pace;
    enum bl_rc rc = end->start(end->ctx, off, pump_memory[0], len);

    pace_begin(&pace);
    if (rc == BL_OK)
        rc = BL_PENDING;
    while (rc == BL_PENDING) {
        rc = end->poll(end->ctx);
        stage_idle();
        if (rc == BL_PENDING && pace_lost(&pace, 0))
            rc = BL_E_TIMEOUT;
    }
    return rc;
}

static void hash_chunk(struct digest_run *run, uint32_t len)
{
    for (uint32_t off = 0; off < len; off += HASH_SLICE_BYTES) {
        digest_bytes(run, pump_memory[0] + off,
                     len - off < HASH_SLICE_BYTES ? len - off : HASH_SLICE_BYTES);
        led_tick();
        clock_tend();
    }
}

enum bl_rc stage_hash_file(struct boot *boot)
{
    const struct offer *offer = &boot->offer;
    uint32_t bytes = offer->is_mcuboot ? offer->image.signed_bytes : offer->image_bytes;
    struct digest digest;
    struct deadline total = deadline_in(STAGE_TOTAL_MS);
    struct pump_end end = source_end(&stage.source);

    msc_limit(&boot->stick.msc, STAGE_TOTAL_MS);
    source_begin(&stage.source, &boot->stick, &boot->offer);
    digest_begin(&stage.sink.hash);
    for (uint32_t off = 0; off < bytes; off += PUMP_CHUNK_BYTES) {
        uint32_t left = bytes - off;
        uint32_t len = left < PUMP_CHUNK_BYTES ? left : PUMP_CHUNK_BYTES;
        enum bl_rc rc = deadline_passed(total) ? BL_E_TIMEOUT : hash_read(&end, off, len);

        if (rc != BL_OK)
            return rc;
        hash_chunk(&stage.sink.hash, len);
    }
    digest_end(&stage.sink.hash, &digest);
    bool same = offer->is_mcuboot
                    ? digest_same(digest.sha256, offer->image.sha256, DIGEST_SHA256_BYTES)
                    : digest_same(digest.md5, offer->md5, DIGEST_MD5_BYTES);

    return same ? BL_OK : BL_E_IMG_DIGEST;
}
