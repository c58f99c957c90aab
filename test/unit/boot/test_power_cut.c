/* SPDX-License-Identifier: MIT
 * The power is cut at every flash operation of an upgrade. Whatever is started
 * afterwards must be the whole old or the whole new image; with the stick left in its socket the
 * upgrade must end; the application's parameters must survive. */
#include <stdlib.h>
#include <string.h>

#include "params/records.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/image_sample.h"
#include "util/bytes.h"

#define OLD_BYTES 500u
#define NEW_BYTES 602u

/* Starts after the cut until everything has settled. */
#define STARTS 3u

static uint8_t old_image[OLD_BYTES];
static uint8_t new_image[NEW_BYTES];
static struct flash_host baseline;

/* What else is lost at the cut. */
enum loss { LOSS_NONE, LOSS_SECTOR_4_BLANK, LOSS_SECTOR_4_GARBAGE, LOSS_SECTOR_3 };

static enum loss loss;

/* Three kinds of cut, with and without the stick afterwards: each operation gets one of them, or
 * all with POWER_CUT_EVERY_WAY in the environment (some minutes). */
#define WAYS 6u

static bool every_way;

/* The new image comes as a package without a footer. */
static bool new_is_bare;

static bool with_records;

static void fail_here(const char *what)
{
    fail_msg("%s: cut %u, kind %d\n%s", what, (unsigned)baseline.cut_at, (int)baseline.cut_kind,
             fake_log_text());
}

/* Records of earlier starts. */
static void fill_log(uint32_t addr, uint32_t slots)
{
    struct record record;

    record_default(&record);
    for (uint32_t i = 0; i < slots; i++) {
        record.seq = i + 1;
        record_encode(&record, flash_host_at(addr + i * RECORD_BYTES));
    }
}

static void prepare(bool with_old)
{
    char md5_text[33];

    boot_rig_reset();
    image_sample(old_image, OLD_BYTES, 1);
    image_sample(new_image, NEW_BYTES, 2);
    image_sample_md5_text(new_image, NEW_BYTES, md5_text);
    boot_rig_stick(new_image, NEW_BYTES, md5_text);
    if (with_old)
        image_sample_slot(RUN_ADDR, old_image, OLD_BYTES);
    for (uint32_t i = 0; i < APP_PARAMS_USED_BYTES; i++)
        *flash_host_at(APP_PARAMS_ADDR + i) = (uint8_t)(i * 7);
    /* As production leaves them; without them the first upgrade makes both logs new. */
    fill_log(RECORD_LOG_P_ADDR, with_records ? 1 : 0);
    fill_log(RECORD_LOG_F_ADDR, with_records ? 1 : 0);
}

static bool runs(const uint8_t *image, uint32_t bytes)
{
    struct footer footer = image_sample_footer(image, bytes);
    uint8_t expected[FOOTER_BYTES];

    footer_encode(&footer, expected);
    return boot_rig.started_addr == RUN_ADDR &&
           memcmp(flash_host_at(RUN_ADDR), image, bytes) == 0 &&
           memcmp(flash_host_at(RUN_ADDR + footer_off(bytes)), expected, FOOTER_BYTES) == 0;
}

static bool runs_new(void)
{
    if (new_is_bare) {
        return boot_rig.started_addr == RUN_ADDR &&
               memcmp(flash_host_at(RUN_ADDR), new_image, NEW_BYTES) == 0;
    }
    return runs(new_image, NEW_BYTES);
}

static void check_always(void)
{
    if (flash_host.rule_breaks != 0)
        fail_here("a word was programmed that was not erased");
    for (uint32_t i = 0; loss != LOSS_SECTOR_3 && i < APP_PARAMS_USED_BYTES; i++)
        if (*flash_host_at(APP_PARAMS_ADDR + i) != (uint8_t)(i * 7))
            fail_here("the application's parameters are lost");
}

/* Something whole must run, unless nothing was installed and nothing could be. */
static void check_start(enum rig_end end, bool may_wait)
{
    if (end == RIG_WAITING && may_wait)
        return;
    if (end != RIG_STARTED || (!runs(old_image, OLD_BYTES) && !runs_new()))
        fail_here("nothing whole runs");
    check_always();
}

static void check_settled(void)
{
    uint32_t before = flash_host.operations;

    if (!runs_new() || le32(flash_host_at(UPGRADE_FLAG_ADDR)) != UPGRADE_FLAG_NONE)
        fail_here("the upgrade did not end");
    flash_host_power_up();
    (void)boot_rig_run_on(20000);
    if (flash_host.operations != before || !runs_new())
        fail_here("not settled");
}

static void lose(void)
{
    switch (loss) {
    case LOSS_NONE:
        break;
    case LOSS_SECTOR_4_BLANK:
        memset(flash_host_at(UPGRADE_FLAG_ADDR), 0xFF, UPGRADE_FLAG_SECTOR_BYTES);
        break;
    case LOSS_SECTOR_4_GARBAGE:
        memset(flash_host_at(UPGRADE_FLAG_ADDR), 0x5A, UPGRADE_FLAG_SECTOR_BYTES);
        break;
    case LOSS_SECTOR_3:
        memset(flash_host_at(APP_PARAMS_ADDR), 0xFF, APP_PARAMS_SECTOR_BYTES);
        break;
    }
}

static void cut_once(bool with_old, bool stick_stays)
{
    flash_host = baseline;
    enum rig_end end = boot_rig_run_on(120000);

    if (end != RIG_CUT)
        fail_here("no cut");
    lose();
    boot_rig_plugged(stick_stays);
    for (unsigned i = 0; i < STARTS; i++) {
        flash_host_power_up();
        end = boot_rig_run_on(20000);
        check_start(end, !with_old && !stick_stays);
    }
    if (stick_stays)
        check_settled();
}

static uint32_t count_operations(void)
{
    flash_host = baseline;
    assert_int_equal(boot_rig_run_on(120000), RIG_STARTED);
    assert_true(runs_new());
    return flash_host.operations - baseline.operations;
}

/* Cuts the upgrade that begins with baseline at every step-th operation. */
static void cut_baseline(bool with_old, bool stick, uint32_t step)
{
    boot_rig_plugged(stick);
    uint32_t count = count_operations();

    assert_true(count > 2 * NEW_BYTES / 4);
    for (uint32_t cut = 1; cut <= count; cut += step) {
        baseline.cut_at = cut;
        baseline.random = cut * 977;
        for (unsigned way = 0; way < WAYS; way++) {
            if (every_way || way == cut % WAYS) {
                baseline.cut_kind = (enum flash_host_cut)(way % 3);
                boot_rig_plugged(stick);
                cut_once(with_old, way >= 3);
            }
        }
    }
}

/* stick: the upgrade comes from it; else an application's request with the package in U. */
static void cut_everywhere(bool with_old, bool stick)
{
    prepare(with_old);
    if (!stick) {
        image_sample_slot(UPDATE_ADDR, new_image, NEW_BYTES);
        if (new_is_bare)
            memset(flash_host_at(UPDATE_ADDR + footer_off(NEW_BYTES)), 0xFF, FOOTER_BYTES);
        put_le32(flash_host_at(UPGRADE_FLAG_ADDR), UPGRADE_FLAG_PENDING);
    }
    baseline = flash_host;
    cut_baseline(with_old, stick, loss == LOSS_NONE && !new_is_bare ? 1 : 5);
}

static int begin(void **state)
{
    (void)state;
    loss = LOSS_NONE;
    new_is_bare = false;
    with_records = true;
    return 0;
}

static void first_install(void **state)
{
    (void)state;
    cut_everywhere(false, true);
}

static void without_records(void **state)
{
    (void)state;
    with_records = false;
    cut_everywhere(true, false);
}

static void over_an_old_one(void **state)
{
    (void)state;
    cut_everywhere(true, true);
}

static void for_the_application(void **state)
{
    (void)state;
    cut_everywhere(true, false);
}

static void for_the_application_bare(void **state)
{
    (void)state;
    new_is_bare = true;
    cut_everywhere(true, false);
    for (loss = LOSS_SECTOR_4_BLANK; loss <= LOSS_SECTOR_3; loss++)
        cut_everywhere(true, false);
}

/* One of the two places of the records is lost together with the power. */
static void and_a_log_is_lost(void **state)
{
    (void)state;
    for (loss = LOSS_SECTOR_4_BLANK; loss <= LOSS_SECTOR_3; loss++)
        cut_everywhere(true, true);
}

/* P is full, so that room must be made in it during the upgrade. */
static void with_full_logs(void **state)
{
    (void)state;
    prepare(true);
    fill_log(RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS);
    fill_log(RECORD_LOG_F_ADDR, RECORD_LOG_F_SLOTS - 1);
    baseline = flash_host;
    cut_baseline(true, true, 1);
    assert_int_equal(flash_host.erases[3] > 0, 1);
}

/* The same with room in F, and parameters kept there once before. */
static void with_a_full_log_and_a_used_keep(void **state)
{
    (void)state;
    prepare(true);
    fill_log(RECORD_LOG_P_ADDR, RECORD_LOG_P_SLOTS - 1);
    fill_log(RECORD_LOG_F_ADDR, 120);
    memset(flash_host_at(RECORD_KEEP_ADDR), 0x33, APP_PARAMS_USED_BYTES);
    baseline = flash_host;
    cut_baseline(true, true, 1);
}

int main(void)
{
    every_way = getenv("POWER_CUT_EVERY_WAY") != NULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_install, begin),
        cmocka_unit_test_setup(over_an_old_one, begin),
        cmocka_unit_test_setup(without_records, begin),
        cmocka_unit_test_setup(for_the_application, begin),
        cmocka_unit_test_setup(for_the_application_bare, begin),
        cmocka_unit_test_setup(and_a_log_is_lost, begin),
        cmocka_unit_test_setup(with_full_logs, begin),
        cmocka_unit_test_setup(with_a_full_log_and_a_used_keep, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
