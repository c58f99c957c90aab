/* SPDX-License-Identifier: MIT
 * Install with backup through whole starts of the core: wear, trial, rollback, confirmation, repair.
 * The power is cut elsewhere: test_power_cut.c and test/power. */
#include <stdlib.h>
#include <string.h>

#include "config/limits.h"
#include "params/records.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_board.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/mcuboot_sample.h"
#include "util/bytes.h"
#include "util/err.h"

#define STARTED (RUN_ADDR + 0x200)
#define SMALL   3000u
#define LARGE   (SLOT_BYTES - MCUBOOT_SAMPLE_EXTRA_BYTES)

static uint8_t old_image[SLOT_BYTES];
static uint8_t new_image[SLOT_BYTES];
static uint32_t old_bytes;
static uint32_t new_bytes;

static struct mcuboot_sample old_sample(uint32_t program_bytes)
{
    return (struct mcuboot_sample){
        .seed = 1, .program_bytes = program_bytes, .major = 1, .counter = 1};
}

/* Newer, with a higher counter; asks to be confirmed within two starts. */
static struct mcuboot_sample trial_sample(uint32_t program_bytes)
{
    return (struct mcuboot_sample){.seed = 2,
                                   .program_bytes = program_bytes,
                                   .major = 2,
                                   .counter = 2,
                                   .starts = 2,
                                   .watchdog_ms = 8000};
}

/* A board as production leaves it: one record in each log. */
static void board(const struct mcuboot_sample *installed)
{
    struct record record;

    boot_rig_reset();
    flash_host.latency_polls = 0; /* a fast flash: some of the images are large */
    old_bytes = mcuboot_sample(installed, old_image);
    memcpy(flash_host_at(RUN_ADDR), old_image, old_bytes);
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        *flash_host_at(APP_PARAMS_ADDR + i) = (uint8_t)(i * 7);
    record_default(&record);
    record.seq = 1;
    record_encode(&record, flash_host_at(RECORD_LOG_P_ADDR));
    record_encode(&record, flash_host_at(RECORD_LOG_F_ADDR));
}

static void stick(const struct mcuboot_sample *file)
{
    new_bytes = mcuboot_sample(file, new_image);
    boot_rig_stick(new_image, new_bytes, NULL);
    boot_rig_plugged(true);
}

static void assert_logged(const char *text)
{
    if (strstr(fake_log_text(), text) == NULL)
        fail_msg("no \"%s\" in:\n%s", text, fake_log_text());
}

static struct record newest(void)
{
    struct record record;

    (void)record_newest(&record);
    return record;
}

static void assert_runs(const uint8_t *image, uint32_t bytes)
{
    assert_int_equal(boot_rig.started_addr, STARTED);
    assert_memory_equal(flash_host_at(RUN_ADDR), image, bytes);
    assert_int_equal(le32(flash_host_at(UPGRADE_FLAG_ADDR)), UPGRADE_FLAG_NONE);
    assert_int_equal(flash_host.rule_breaks, 0);
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        assert_int_equal(*flash_host_at(APP_PARAMS_ADDR + i), (uint8_t)(i * 7));
}

static void start(void)
{
    assert_int_equal(boot_rig_run_on(300000), RIG_STARTED);
}

static void start_new(void)
{
    start();
    assert_runs(new_image, new_bytes);
}

static void start_old(void)
{
    start();
    assert_runs(old_image, old_bytes);
}

static void assert_silent(void)
{
    uint32_t before = flash_host.operations;

    start();
    assert_int_equal(flash_host.operations, before);
}

/* What the application appends to log P when it is content: one place given up, then the record. */
static void confirm(void)
{
    struct record_log log;

    record_log_scan(&log, RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    assert_true(log.slots - log.used >= RECORD_FREE_SLOTS);
    memset(flash_host_at(log.addr + log.used * RECORD_BYTES), 0, RECORD_BYTES);
    record_encode_confirmed(log.newest.run.sha256,
                            flash_host_at(log.addr + (log.used + 1) * RECORD_BYTES));
}

static void wear_of_a_full_upgrade(void **state)
{
    struct mcuboot_sample what = old_sample(LARGE);

    (void)state;
    board(&what);
    for (uint8_t n = 1; n <= 15; n++) {
        uint32_t before[12];

        what.seed = n + 1u;
        what.major = n + 1;
        memcpy(before, flash_host.erases, sizeof before);
        stick(&what);
        start_new();
        assert_logged("upgrade finished");
        assert_int_equal(flash_host.erases[4] - before[4], 1);
        for (unsigned sector = 5; sector < 12; sector++)
            assert_int_equal(flash_host.erases[sector] - before[sector],
                             sector == 8 || sector == 9 ? 2 : 1); /* staged, then kept there */
        assert_silent();
    }
    assert_in_range(flash_host.erases[3], 1, 15 / 5);
}

/* Two of three sectors are the same in both images. */
static void same_sectors_cost_no_put(void **state)
{
    struct mcuboot_sample what = old_sample(LARGE);

    (void)state;
    board(&what);
    what.major = 2;
    stick(&what); /* differs in header and digest: the first and the last sector */
    memcpy(new_image + SLOT_SECTOR_BYTES, old_image + SLOT_SECTOR_BYTES, SLOT_SECTOR_BYTES);
    start_new();
    assert_logged("sector 2 written, it was the same");
    assert_int_equal(flash_host.erases[5], 1);
    assert_int_equal(flash_host.erases[6], 0);
    assert_int_equal(flash_host.erases[7], 1);
}

static void first_install(void **state)
{
    struct mcuboot_sample what = old_sample(SMALL);

    (void)state;
    board(&what);
    memset(flash_host_at(RUN_ADDR), 0xFF, SLOT_BYTES);
    what = trial_sample(SMALL);
    stick(&what);
    start_new();
    assert_int_equal(flash_host.erases[11], 0);       /* nothing to keep, */
    assert_int_equal(newest().phase, RECORD_SETTLED); /* nothing to go back to */
    assert_int_equal(boot_rig.watchdog_ms, 0);
    assert_int_equal(newest().counter_floor, 2);
}

/* The new image is on trial. */
static void begin_trial(uint32_t old_program, uint32_t new_program)
{
    struct mcuboot_sample old = old_sample(old_program);
    struct mcuboot_sample trial = trial_sample(new_program);

    board(&old);
    stick(&trial);
    start_new();
    assert_logged("trial: start 1 of 2");
    assert_int_equal(boot_rig.watchdog_ms, 8000);
    assert_int_equal(newest().phase, RECORD_TRIAL);
    assert_int_equal(newest().counter_floor, 0); /* not before it is confirmed */
}

static void assert_rolled_back(void)
{
    struct record record = newest();

    assert_int_equal(record.phase, RECORD_SETTLED);
    assert_int_equal(record.last.what, RECORD_ROLLED_BACK);
    assert_int_equal(record.last.rc, BL_E_NOT_CONFIRMED);
    assert_int_equal(record.last.old_image.version.major, 2);
    assert_int_equal(record.last.new_image.version.major, 1);
    assert_memory_equal(record.rejected[0], record.last.old_image.id, RECORD_ID_BYTES);
}

static void rolled_back(uint32_t old_program, uint32_t new_program)
{
    begin_trial(old_program, new_program);
    start_new();
    assert_logged("trial: start 2 of 2");
    start_old();
    assert_logged("application was not confirmed: the old image is put back");
    assert_rolled_back();
    assert_logged("this image was rolled back"); /* the stick is still in */
    assert_int_equal(boot_rig.blinks[1], 5);
    assert_silent();
    fake_board.button = true; /* now it may try again */
    start_new();
    assert_int_equal(newest().phase, RECORD_TRIAL);
}

static void never_confirmed(void **state)
{
    (void)state;
    rolled_back(SMALL, SMALL);
    rolled_back(LARGE, LARGE);
    rolled_back(LARGE, SMALL);
    rolled_back(SMALL, LARGE);
}

static void confirmed(void **state)
{
    (void)state;
    begin_trial(LARGE, LARGE);
    start_new();
    confirm(); /* in the last start */
    start_new();
    assert_logged("application confirmed");
    assert_int_equal(newest().phase, RECORD_SETTLED);
    assert_int_equal(newest().counter_floor, 2);
    assert_int_equal(boot_rig.watchdog_ms, 0);
    assert_silent();
}

/* Another file on the stick: the old image goes back first, then the file is staged. */
static void other_stick_ends_a_trial(void **state)
{
    struct mcuboot_sample other = trial_sample(SMALL);

    (void)state;
    begin_trial(LARGE, LARGE);
    other.seed = 3;
    other.major = 3;
    other.starts = 0;
    stick(&other);
    new_image[2000] ^= 1; /* not what it claims: the trial goes on */
    boot_rig_stick(new_image, new_bytes, NULL);
    start();
    assert_logged("digest differs");
    assert_logged("trial: start 2 of 2");
    begin_trial(LARGE, LARGE);
    stick(&other);
    start_new();
    assert_logged("trial ended by a stick");
    assert_logged("rollback: sector 3 put back");
    assert_logged("stage: ");
    assert_int_equal(newest().rejected[0][0], 0); /* it did not fail */
    assert_int_equal(newest().last.old_image.version.major, 1);
    assert_int_equal(newest().last.new_image.version.major, 3);
}

static void request_during_a_trial(void **state)
{
    struct mcuboot_sample other = trial_sample(SMALL);

    (void)state;
    begin_trial(SMALL, SMALL);
    other.seed = 3;
    other.major = 3;
    memset(flash_host_at(UPDATE_ADDR), 0xFF, SLOT_BYTES);
    (void)mcuboot_sample(&other, flash_host_at(UPDATE_ADDR));
    put_le32(flash_host_at(UPGRADE_FLAG_ADDR), UPGRADE_FLAG_PENDING);
    start_new();
    assert_logged("upgrade request refused: application on trial");
    assert_int_equal(newest().last.rc, BL_E_ON_TRIAL);
    assert_int_equal(newest().phase, RECORD_TRIAL);
}

/* The application has overwritten what was kept: it stays. */
static void nothing_to_go_back_to(void **state)
{
    (void)state;
    begin_trial(LARGE, LARGE);
    memset(flash_host_at(UPDATE_ADDR), 0x77, SLOT_SECTOR_BYTES);
    start_new();
    assert_logged("there is no old image to go back to");
    assert_int_equal(newest().phase, RECORD_SETTLED);
}

static void rejected_request(void **state)
{
    (void)state;
    begin_trial(SMALL, SMALL);
    start_new();
    boot_rig_plugged(false);
    start_old();
    assert_rolled_back();
    put_le32(flash_host_at(UPGRADE_FLAG_ADDR), UPGRADE_FLAG_PENDING); /* it is still in U */
    start_old();
    assert_logged("upgrade request refused: this image was rolled back");
    assert_silent();
}

/* The new image is accepted; a sector of the run area gets damaged later. */
static void damaged_run(uint32_t old_program, uint32_t new_program, uint32_t counter)
{
    struct mcuboot_sample old = old_sample(old_program);
    struct mcuboot_sample new = old_sample(new_program);

    board(&old);
    new.seed = 2;
    new.major = 2;
    new.counter = counter;
    stick(&new);
    start_new();
    boot_rig_plugged(false);
    *flash_host_at(RUN_ADDR + 2000) ^= 4;
}

static void repair(void **state)
{
    (void)state;
    damaged_run(SMALL, SMALL, 1);
    start_new(); /* of one sector: its copy in the update area is not needed for what is kept */
    assert_logged("run area: digest differs");
    assert_logged("the image in the update area is installed");
    assert_silent();
    damaged_run(LARGE, LARGE, 1);
    start_old();
    assert_logged("the kept image is put back");
    assert_int_equal(newest().last.what, RECORD_ROLLED_BACK);
    assert_int_equal(newest().last.rc, BL_E_IMG_DIGEST);
    assert_silent();
}

static void repair_keeps_to_the_counter(void **state)
{
    (void)state;
    damaged_run(LARGE, LARGE, 2);
    assert_int_equal(boot_rig_run_on(300000), RIG_WAITING);
    assert_logged("no valid application: waiting for a stick");
}

/* Downloaded and not asked for; older than what is on record. */
static void adopts_no_older_image(void **state)
{
    struct mcuboot_sample older = old_sample(SMALL);

    (void)state;
    damaged_run(LARGE, LARGE, 1);
    memset(flash_host_at(UPDATE_ADDR), 0xFF, SLOT_BYTES);
    older.seed = 5;
    (void)mcuboot_sample(&older, flash_host_at(UPDATE_ADDR));
    assert_int_equal(boot_rig_run_on(300000), RIG_WAITING);
    older.major = 2; /* `open` takes another image of the same version */
    new_bytes = mcuboot_sample(&older, new_image);
    memcpy(flash_host_at(UPDATE_ADDR), new_image, new_bytes);
    start_new();
    assert_logged("the image in the update area is installed");
}

/* A debugger wrote another image: it runs, on trial or not. */
static void debugger(void **state)
{
    struct mcuboot_sample other = old_sample(SMALL);

    (void)state;
    begin_trial(SMALL, SMALL);
    other.seed = 9;
    new_bytes = mcuboot_sample(&other, new_image);
    memset(flash_host_at(RUN_ADDR), 0xFF, SLOT_SECTOR_BYTES);
    memcpy(flash_host_at(RUN_ADDR), new_image, new_bytes);
    boot_rig_plugged(false);
    start_new();
    assert_logged("another image was written to the run area");
    assert_silent();
}

/* Both logs lost on trial: it begins again, and what is kept is found. */
static void trial_without_records(void **state)
{
    (void)state;
    begin_trial(LARGE, LARGE);
    boot_rig_plugged(false);
    memset(flash_host_at(RECORD_LOG_P_ADDR), 0xFF, RECORD_LOG_P_SLOTS * RECORD_BYTES);
    memset(flash_host_at(UPGRADE_FLAG_ADDR), 0x5A, UPGRADE_FLAG_SECTOR_BYTES);
    start_new();
    assert_logged("the trial begins again");
    start_new();
    start_old();
    assert_logged("application was not confirmed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wear_of_a_full_upgrade),
        cmocka_unit_test(same_sectors_cost_no_put),
        cmocka_unit_test(first_install),
        cmocka_unit_test(never_confirmed),
        cmocka_unit_test(confirmed),
        cmocka_unit_test(other_stick_ends_a_trial),
        cmocka_unit_test(request_during_a_trial),
        cmocka_unit_test(nothing_to_go_back_to),
        cmocka_unit_test(rejected_request),
        cmocka_unit_test(repair),
        cmocka_unit_test(repair_keeps_to_the_counter),
        cmocka_unit_test(adopts_no_older_image),
        cmocka_unit_test(debugger),
        cmocka_unit_test(trial_without_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
