/* SPDX-License-Identifier: MIT
 * Whole starts of the loader: what a user does with sticks and packages, and what must come of it.
 * Every case asserts what runs, what the flash holds, and how often it was written. */
#include <string.h>

#include "config/limits.h"
#include "params/records.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_board.h"
#include "support/fake_hc.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/image_sample.h"
#include "util/bytes.h"

#define OLD_BYTES 3000u

static uint8_t old_image[OLD_BYTES];
static uint8_t new_image[PLAIN_IMAGE_MAX_BYTES + 1];
static char md5_text[64];

/* An old application is installed; nothing else is in the flash. */
static int begin(void **state)
{
    (void)state;
    boot_rig_reset();
    image_sample(old_image, OLD_BYTES, 1);
    image_sample_slot(RUN_ADDR, old_image, OLD_BYTES);
    return 0;
}

static void stick_with(uint32_t bytes, uint32_t seed)
{
    image_sample(new_image, bytes, seed);
    image_sample_md5_text(new_image, bytes, md5_text);
    memcpy(md5_text + 32, "  firmware.bin\n", sizeof "  firmware.bin\n");
    boot_rig_stick(new_image, bytes, md5_text);
    boot_rig_plugged(true);
}

static bool logged(const char *text)
{
    return strstr(fake_log_text(), text) != NULL;
}

static void assert_runs(const uint8_t *image, uint32_t bytes)
{
    assert_int_equal(boot_rig.started_addr, RUN_ADDR);
    assert_memory_equal(flash_host_at(RUN_ADDR), image, bytes);
}

static uint32_t flag_word(void)
{
    return le32(flash_host_at(UPGRADE_FLAG_ADDR));
}

static struct record newest(void)
{
    struct record record;

    (void)record_newest(&record);
    return record;
}

/* One start that must end in the old application, with the reason on the console. */
static void assert_refused(const char *reason)
{
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(old_image, OLD_BYTES);
    if (!logged(reason))
        fail_msg("no \"%s\" in:\n%s", reason, fake_log_text());
    assert_int_equal(flash_host.erases[5] + flash_host.erases[6] + flash_host.erases[7], 0);
    assert_int_equal(flag_word(), UPGRADE_FLAG_NONE);
    assert_int_equal(flash_host.rule_breaks, 0);
}

/* The same again must not write. */
static void assert_silent(void)
{
    uint32_t before = flash_host.operations;

    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_int_equal(flash_host.operations, before);
}

static void no_stick(void **state)
{
    (void)state;
    assert_int_equal(boot_rig_run(5000), RIG_STARTED);
    assert_runs(old_image, OLD_BYTES);
    assert_true(boot_rig.vbus_seen);
    assert_true(logged("stick: none"));
    assert_true(logged("MD5 and SHA-256 verified"));
    assert_in_range(boot_rig.ran_ms, ATTACH_WINDOW_MS, ATTACH_WINDOW_MS + 20);
    assert_int_equal(flash_host.operations, 0);
    assert_int_equal(fake_board.rises[0] + fake_board.rises[1], 0);
}

static void stick_without_file(void **state)
{
    (void)state;
    boot_rig_stick(NULL, 0, NULL);
    boot_rig_plugged(true);
    assert_refused("no /firmware.bin");
    assert_int_equal(flash_host.operations, 0);
}

static void good_file_of(uint32_t bytes)
{
    struct footer footer;

    (void)begin(NULL);
    stick_with(bytes, bytes);
    assert_int_equal(boot_rig_run(600000), RIG_STARTED);
    assert_runs(new_image, bytes);
    footer = image_sample_footer(new_image, bytes);
    uint8_t expected[FOOTER_BYTES];

    footer_encode(&footer, expected);
    assert_memory_equal(flash_host_at(RUN_ADDR + footer_off(bytes)), expected, FOOTER_BYTES);
    assert_int_equal(flag_word(), UPGRADE_FLAG_NONE);
    assert_true(logged("upgrade finished"));
    assert_int_equal(boot_rig.blinks[0], 3);
    assert_int_equal(fake_board.rises[1], 0);
    assert_int_equal(flash_host.rule_breaks, 0);
    assert_int_equal(fake_hc_violations(), 0);
    struct record record = newest();

    assert_int_equal(record.phase, RECORD_SETTLED);
    assert_int_equal(record.last.what, RECORD_INSTALLED);
    assert_int_equal(record.last.source, RECORD_FROM_STICK);
    assert_int_equal(record.last.old_image.bytes, OLD_BYTES);
    assert_int_equal(record.last.new_image.bytes, bytes);
    assert_int_equal(record.last.stick_vid, le16(boot_rig.stick.device_desc + 8));
    assert_memory_equal(record.run.sha256, footer.digest.sha256, 32);
    assert_silent();
    assert_true(logged("installed already"));
}

static void good_files(void **state)
{
    static const uint32_t sizes[] = {5120, 5121, 5122, 5123, 9, 0x40000 - 63, 300 * 1024};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        good_file_of(sizes[i]);
}

static void largest_file(void **state)
{
    (void)state;
    good_file_of(PLAIN_IMAGE_MAX_BYTES);
}

static void wrong_md5(void **state)
{
    (void)state;
    stick_with(5120, 2);
    md5_text[0] = md5_text[0] == '0' ? '1' : '0';
    boot_rig_stick(new_image, 5120, md5_text);
    assert_refused("digest differs");
    assert_int_equal(newest().failures, 1);
    assert_int_equal(newest().last.rc, BL_E_IMG_DIGEST);
    assert_int_equal(boot_rig.blinks[1], 5);
    for (unsigned start = 2; start <= 4; start++) {
        assert_silent();
        assert_true(logged("failed before"));
    }
    stick_with(5120, 3); /* another file is welcome */
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(new_image, 5120);
}

static void refused_before_erase(void **state)
{
    (void)state;
    stick_with(5120, 2);
    boot_rig_stick(new_image, 5120, NULL);
    assert_refused("no .md5 file");
    assert_silent();
    boot_rig_stick(new_image, 5120, "what is this\n");
    assert_refused(".md5 file is malformed");
    assert_silent();
    boot_rig_stick("", 0, md5_text);
    assert_refused("file is empty");
    assert_silent();
    stick_with(PLAIN_IMAGE_MAX_BYTES + 1, 2);
    assert_refused("larger than the run area");
    assert_silent();
    stick_with(5120, 2);
    put_le32(new_image + 4, 0x08000101);
    boot_rig_stick(new_image, 5120, md5_text);
    assert_refused("linked for another address");
    assert_silent();
    put_le32(new_image, 0x96F3B83D);
    boot_rig_stick(new_image, 5120, md5_text);
    assert_refused("image is encrypted");
    assert_silent();
    assert_int_equal(flash_host.erases[8] + flash_host.erases[9] + flash_host.erases[10], 0);
}

static void other_md5_forms(void **state)
{
    char upper[64];

    (void)state;
    stick_with(5120, 2);
    for (size_t i = 0; i <= strlen(md5_text); i++) {
        char c = md5_text[i];

        upper[i] = c >= 'a' && c <= 'f' ? (char)(c - 0x20) : c;
    }
    memcpy(upper + 32, " *FIRMWARE.BIN\r\n", sizeof " *FIRMWARE.BIN\r\n");
    boot_rig_stick(new_image, 5120, NULL);
    boot_rig_stick_file("/firmware.bin.md5", upper, (uint32_t)strlen(upper));
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(new_image, 5120);
}

static void pulled_out(uint32_t at_ms)
{
    (void)begin(NULL);
    stick_with(300 * 1024, 4);
    boot_rig.unplug_at_ms = at_ms;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_int_equal(flag_word(), UPGRADE_FLAG_NONE);
    if (memcmp(flash_host_at(RUN_ADDR), new_image, 300 * 1024) != 0)
        assert_runs(old_image, OLD_BYTES);
    boot_rig.unplug_at_ms = UINT32_MAX;
    assert_int_equal(boot_rig_run(600000), RIG_STARTED);
    assert_runs(new_image, 300 * 1024);
}

static void pulled_out_any_time(void **state)
{
    (void)state;
    for (uint32_t ms = 5; ms < 200; ms += 61)
        pulled_out(ms);
    for (uint32_t ms = 300; ms < 6000; ms += 937)
        pulled_out(ms);
}

static void read_error(void **state)
{
    (void)state;
    stick_with(300 * 1024, 4);
    boot_rig.stick.luns[0].bad_lba = 300;
    boot_rig.stick.luns[0].bad_count = 1;
    boot_rig.stick.luns[0].bad_refusals = UINT32_MAX;
    assert_refused("read error");
    assert_int_equal(newest().failures, 1);
    assert_silent();
    boot_rig.stick.luns[0].bad_count = 0;
    assert_int_equal(boot_rig_run(600000), RIG_STARTED);
    assert_runs(new_image, 300 * 1024);
}

static void request(void)
{
    put_le32(flash_host_at(UPGRADE_FLAG_ADDR), UPGRADE_FLAG_PENDING);
}

static void platform_upgrade(void **state)
{
    (void)state;
    image_sample(new_image, 20000, 5);
    image_sample_slot(UPDATE_ADDR, new_image, 20000);
    request();
    assert_int_equal(boot_rig_run(90000), RIG_RESTARTED);
    assert_true(boot_rig.note);
    assert_int_equal(flag_word(), UPGRADE_FLAG_NONE);
    assert_int_equal(newest().last.source, RECORD_FROM_APPLICATION);
    assert_int_equal(newest().last.what, RECORD_INSTALLED);
    uint32_t before = flash_host.operations;

    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(new_image, 20000);
    assert_true(boot_rig.ran_ms < ATTACH_WINDOW_MS / 2);
    assert_false(boot_rig.vbus_seen);
    assert_int_equal(flash_host.operations, before);
    assert_int_equal(fake_board.rises[1], 0);
}

static void platform_bare(void **state)
{
    (void)state;
    image_sample(new_image, 300000, 5);
    memcpy(flash_host_at(UPDATE_ADDR), new_image, 300000);
    request();
    assert_int_equal(boot_rig_run_on(90000), RIG_STARTED);
    assert_runs(new_image, 300000);
    assert_memory_equal(flash_host_at(RUN_ADDR), flash_host_at(UPDATE_ADDR), SLOT_BYTES);
    assert_true(logged("no digest on record"));
    assert_silent();
}

static void platform_garbage(void **state)
{
    (void)state;
    memset(flash_host_at(UPDATE_ADDR), 0x55, 5000);
    request();
    assert_refused("upgrade request refused: vector table");
    assert_int_equal(newest().last.what, RECORD_REFUSED);
    assert_silent();
    image_sample(new_image, 20000, 5);
    memset(flash_host_at(UPDATE_ADDR), 0xFF, SLOT_SECTOR_BYTES);
    image_sample_slot(UPDATE_ADDR, new_image, 20000);
    *flash_host_at(UPDATE_ADDR + 777) ^= 8;
    request();
    assert_refused("upgrade request refused: digest differs");
    assert_silent();
}

static void platform_same_image(void **state)
{
    (void)state;
    image_sample_slot(UPDATE_ADDR, old_image, OLD_BYTES);
    request();
    assert_refused("installed already");
    assert_silent();
}

static void garbage_flag(void **state)
{
    (void)state;
    put_le32(flash_host_at(UPGRADE_FLAG_ADDR), 0x12345600);
    assert_refused("12345600 means nothing");
    assert_int_equal(flash_host.erases[4], 1);
    assert_silent();
}

static void no_application(void **state)
{
    (void)state;
    memset(flash_host_at(RUN_ADDR), 0xFF, SLOT_SECTOR_BYTES);
    stick_with(5120, 6);
    boot_rig_plugged(false);
    assert_int_equal(boot_rig_run(60000), RIG_WAITING);
    assert_true(logged("waiting for a stick"));
    assert_true(fake_board.rises[1] > 8);
    assert_int_equal(flash_host.operations, 0);
    boot_rig.plug_at_ms = 33333;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(new_image, 5120);
}

/* A wrong file, then the right one: pulled out and plugged in again while the loader waits. */
static void no_application_and_a_bad_stick(void **state)
{
    (void)state;
    memset(flash_host_at(RUN_ADDR), 0xFF, SLOT_SECTOR_BYTES);
    stick_with(5120, 6);
    boot_rig_stick(new_image, 5120, NULL);
    boot_rig.unplug_at_ms = 20000;
    boot_rig.plug_at_ms = 30000;
    assert_int_equal(boot_rig_run(29000), RIG_WAITING);
    assert_true(logged("no .md5 file"));
    stick_with(5120, 6);
    boot_rig_plugged(true);
    boot_rig.unplug_at_ms = 100;
    boot_rig.plug_at_ms = 30000;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(new_image, 5120);
}

static void flashed_by_a_debugger(void **state)
{
    (void)state;
    flash_host_reset();
    memcpy(flash_host_at(RUN_ADDR), old_image, OLD_BYTES);
    assert_refused("no digest on record");
    assert_int_equal(flash_host.operations, 0);
    image_sample_slot(RUN_ADDR, old_image, OLD_BYTES);
    *flash_host_at(RUN_ADDR + 1000) ^= 1;
    old_image[1000] ^= 1;
    assert_refused("differs from the digest on record");
    assert_int_equal(flash_host.operations, 0);
}

static void put_record(enum record_phase phase)
{
    struct record record = {.seq = 1, .phase = (uint8_t)phase};

    record.new_image.bytes = 4000;
    record_encode(&record, flash_host_at(RECORD_LOG_P_ADDR));
    record_encode(&record, flash_host_at(RECORD_LOG_F_ADDR));
}

/* What looks like an application was being overwritten. */
static void half_installed_is_not_started(void **state)
{
    (void)state;
    flash_host_reset();
    memcpy(flash_host_at(RUN_ADDR), old_image, OLD_BYTES);
    put_record(RECORD_INSTALL);
    assert_int_equal(boot_rig_run(60000), RIG_WAITING);
    image_sample_slot(RUN_ADDR, old_image, OLD_BYTES);
    assert_int_equal(boot_rig_run(60000), RIG_STARTED); /* it verifies after all */
    *flash_host_at(RUN_ADDR + 1000) ^= 1;
    assert_int_equal(boot_rig_run(60000), RIG_WAITING);
}

static void button(void **state)
{
    (void)state;
    fake_board.button = true;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_in_range(boot_rig.ran_ms, ATTACH_WINDOW_BUTTON_MS, ATTACH_WINDOW_BUTTON_MS + 50);
    stick_with(5120, 2);
    boot_rig_plugged(false);
    boot_rig.plug_at_ms = 20000;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(new_image, 5120);
}

static void button_forgets_failures(void **state)
{
    struct record record = {.seq = 1, .phase = RECORD_SETTLED, .failures = 3};
    struct footer footer;

    (void)state;
    stick_with(5120, 2);
    footer = image_sample_footer(new_image, 5120);
    memcpy(record.handled_id, footer.digest.md5, RECORD_ID_BYTES);
    record_encode(&record, flash_host_at(RECORD_LOG_P_ADDR));
    record_encode(&record, flash_host_at(RECORD_LOG_F_ADDR));
    assert_refused("failed too often");
    assert_int_equal(flash_host.operations, 0);
    fake_board.button = true;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(new_image, 5120);
    assert_int_equal(newest().failures, 0);
}

static void wrong_layout(void **state)
{
    (void)state;
    stick_with(5120, 2);
    request();
    flash_host.wrong_layout = true;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(old_image, OLD_BYTES);
    assert_true(logged("not a 2 MB single-bank flash"));
    assert_int_equal(flash_host.operations, 0);
}

static void no_clock(void **state)
{
    (void)state;
    stick_with(5120, 2);
    fake_board.clock_fails = true;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(old_image, OLD_BYTES);
    assert_true(logged("no USB"));
    assert_false(boot_rig.vbus_seen);
}

static void low_supply(void **state)
{
    (void)state;
    image_sample(new_image, 20000, 5);
    image_sample_slot(UPDATE_ADDR, new_image, 20000);
    request();
    flash_host.supply_low = true;
    assert_int_equal(boot_rig_run(90000), RIG_STARTED);
    assert_runs(old_image, OLD_BYTES);
    assert_int_equal(flag_word(), UPGRADE_FLAG_PENDING); /* the request is kept */
    assert_int_equal(flash_host.operations, 0);
    boot_rig.supply_at_ms = 4000;
    assert_int_equal(boot_rig_run_on(90000), RIG_STARTED);
    assert_runs(new_image, 20000);
}

/* It fails in the middle, so there is nothing to start until it is back. */
static void low_supply_in_the_middle(void **state)
{
    (void)state;
    image_sample(new_image, 20000, 5);
    image_sample_slot(UPDATE_ADDR, new_image, 20000);
    request();
    flash_host.supply_low_at = 2000;
    assert_int_equal(boot_rig_run(60000), RIG_WAITING);
    assert_true(logged("waiting for the supply"));
    flash_host.supply_low_at = 0;
    boot_rig.supply_at_ms = 40000;
    assert_int_equal(boot_rig_run_on(90000), RIG_STARTED);
    assert_runs(new_image, 20000);
}

static void bad_flash(void **state)
{
    (void)state;
    stick_with(5120, 2);
    flash_host.bad_word_addr = UPDATE_ADDR + 400;
    assert_refused("does not hold what was programmed");
    assert_int_equal(newest().failures, 1);
    (void)begin(NULL);
    stick_with(5120, 2);
    flash_host.bad_word_addr = RUN_ADDR + 400;
    assert_int_equal(boot_rig_run(90000), RIG_WAITING);
    assert_int_equal(flash_host.erases[5], 4); /* tried twice; the old image as well */
    assert_true(logged("cannot be written: stopped"));
    flash_host.bad_word_addr = 0;
    assert_int_equal(boot_rig_run_on(90000), RIG_STARTED);
    assert_true(logged("the old image is back"));
    assert_int_equal(newest().last.what,
                     RECORD_INSTALLED); /* then the stick again, checked first */
    assert_true(logged("checked first"));
    assert_runs(new_image, 5120);
}

/* The old image is complete where it was: nothing but the attempt is lost. */
static void bad_backup_area(void **state)
{
    (void)state;
    stick_with(5120, 2);
    flash_host.bad_sector_addr = BACKUP_ADDR;
    assert_refused("flash sector could not be erased");
    assert_int_equal(newest().last.what, RECORD_FAILED);
    assert_int_equal(newest().failures, 1);
}

/* A cell that changes after its read-back: only the digest of the whole run area can tell. */
static void changed_after_the_copy(void **state)
{
    (void)state;
    image_sample(new_image, 20000, 5);
    image_sample_slot(UPDATE_ADDR, new_image, 20000);
    request();
    flash_host.flip_addr = RUN_ADDR + 1000;
    flash_host.flip_at = 3000;
    assert_int_equal(boot_rig_run(60000), RIG_RESTARTED);
    assert_true(logged("run area: digest differs"));
    assert_int_equal(flash_host.erases[5], 2); /* copied again */
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_runs(new_image, 20000);
}

/* The same for the update area: the stick's file is not requested. */
static void changed_after_the_staging(void **state)
{
    (void)state;
    stick_with(20000, 5);
    flash_host.flip_addr = UPDATE_ADDR + 1000;
    flash_host.flip_at = 3000;
    assert_refused("stage: digest differs");
    assert_int_equal(flag_word(), UPGRADE_FLAG_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_stick, begin),
        cmocka_unit_test_setup(stick_without_file, begin),
        cmocka_unit_test_setup(good_files, begin),
        cmocka_unit_test_setup(largest_file, begin),
        cmocka_unit_test_setup(wrong_md5, begin),
        cmocka_unit_test_setup(refused_before_erase, begin),
        cmocka_unit_test_setup(other_md5_forms, begin),
        cmocka_unit_test_setup(pulled_out_any_time, begin),
        cmocka_unit_test_setup(read_error, begin),
        cmocka_unit_test_setup(platform_upgrade, begin),
        cmocka_unit_test_setup(platform_bare, begin),
        cmocka_unit_test_setup(platform_garbage, begin),
        cmocka_unit_test_setup(platform_same_image, begin),
        cmocka_unit_test_setup(garbage_flag, begin),
        cmocka_unit_test_setup(no_application, begin),
        cmocka_unit_test_setup(no_application_and_a_bad_stick, begin),
        cmocka_unit_test_setup(flashed_by_a_debugger, begin),
        cmocka_unit_test_setup(half_installed_is_not_started, begin),
        cmocka_unit_test_setup(button, begin),
        cmocka_unit_test_setup(button_forgets_failures, begin),
        cmocka_unit_test_setup(wrong_layout, begin),
        cmocka_unit_test_setup(no_clock, begin),
        cmocka_unit_test_setup(low_supply, begin),
        cmocka_unit_test_setup(low_supply_in_the_middle, begin),
        cmocka_unit_test_setup(bad_flash, begin),
        cmocka_unit_test_setup(bad_backup_area, begin),
        cmocka_unit_test_setup(changed_after_the_copy, begin),
        cmocka_unit_test_setup(changed_after_the_staging, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
