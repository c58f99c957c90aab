/* SPDX-License-Identifier: MIT
 * Upgrades that succeed, and starts at which there is nothing to upgrade. */
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define APP_RUNS "interrupts ok"

/* What every finished upgrade must leave behind, and show. */
static void check_installed(const struct rig *rig, const struct rig_file *file)
{
    uint32_t flag;
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, "update area verified", "run area verified", "upgrade finished",
                            "start: application", "Sample application v2", APP_RUNS, NULL));
    RIG_CHECK(rig, rig_flash_is(rig, RUN_ADDR, file->bytes, file->length));
    RIG_CHECK(rig, rig_loader_kept(rig));
    /* What was there before is kept; an empty run area is not. */
    const uint8_t *old = rig->before + (RUN_ADDR - FLASH_BASE_ADDR);
    bool blank = old[0] == 0xFF && old[3] == 0xFF;
    RIG_CHECK(rig, blank ? rig_flash_kept(rig, BACKUP_ADDR, BACKUP_BYTES)
                         : rig_flash_is(rig, BACKUP_ADDR, old, BACKUP_BYTES));
    memcpy(&flag, rig->flash + (UPGRADE_FLAG_ADDR - FLASH_BASE_ADDR), sizeof flag);
    RIG_CHECK(rig, flag == UPGRADE_FLAG_NONE);
    RIG_CHECK(rig, rig_blinks(rig, 1) >= 3);
    RIG_CHECK(rig, rig_blinks(rig, 3) == 0);
    RIG_CHECK(rig, rig_events(rig, "\"event\":\"entry\"", "0x08040000") == 1);
}

static void upgrade(const char *name, const char *image, unsigned fat_bits,
                    enum stick_layout layout)
{
    struct rig rig;
    struct rig_file file = rig_read_build(image);
    rig_open(&rig, name);
    rig_install_v1(&rig);
    rig_stick_as(&rig, fat_bits, layout);
    rig_stick_firmware(&rig, file.bytes, file.length);
    rig_run(&rig, "--until '%s' --for 60000", APP_RUNS);
    check_installed(&rig, &file);
    /* The same file again: nothing to do, nothing is written. */
    rig_run(&rig, "--until '%s' --for 5000", APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "installed already", "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    RIG_CHECK(&rig, rig_flash_kept(&rig, FLASH_BASE_ADDR, RIG_FLASH_BYTES));
    rig_file_free(&file);
    rig_close(&rig);
}

static void test_12k(void **state)
{
    (void)state;
    upgrade("upgrade_12k", "apps/sample/sample_v2_12k.bin", 32, STICK_MBR);
}

static void test_sizes_not_of_whole_words(void **state)
{
    (void)state;
    upgrade("upgrade_mod1", "apps/sample/sample_v2_20k_1.bin", 16, STICK_SUPERFLOPPY);
    upgrade("upgrade_mod2", "apps/sample/sample_v2_20k_2.bin", 16, STICK_MBR);
    upgrade("upgrade_mod3", "apps/sample/sample_v2_20k_3.bin", 32, STICK_SUPERFLOPPY);
}

static void test_300k(void **state)
{
    (void)state;
    upgrade("upgrade_300k", "apps/sample/sample_v2_300k.bin", 32, STICK_MBR);
}

static void test_largest(void **state)
{
    (void)state;
    struct rig_file file = rig_read_build("apps/sample/sample_v2_max.bin");
    assert_int_equal(file.length, PLAIN_IMAGE_MAX_BYTES);
    rig_file_free(&file);
    upgrade("upgrade_largest", "apps/sample/sample_v2_max.bin", 32, STICK_MBR);
}

static void test_first_install_on_a_blank_chip(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file file = rig_read_build("apps/sample/sample_v2_12k.bin");
    rig_open(&rig, "upgrade_blank");
    rig_stick(&rig);
    rig_stick_firmware(&rig, file.bytes, file.length);
    rig_run(&rig, "--until '%s' --for 30000", APP_RUNS);
    check_installed(&rig, &file);
    rig_file_free(&file);
    rig_close(&rig);
}

static void test_no_stick(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "no_stick");
    rig_install_v1(&rig);
    rig_run(&rig, "--until '%s' --for 5000", APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "stick: none", "Sample application v1", NULL));
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    RIG_CHECK(&rig, rig_flash_kept(&rig, FLASH_BASE_ADDR, RIG_FLASH_BYTES));
    /* The attach window counts from VBUS on; the start follows it closely. */
    long vbus = rig_event_ms(&rig, "\"event\":\"vbus\",\"on\":true", "");
    long entry = rig_event_ms(&rig, "\"event\":\"entry\"", "0x08040000");
    RIG_CHECK(&rig, vbus >= 0 && entry - vbus >= 500 && entry - vbus < 600);
    rig_close(&rig);
}

static void test_stick_without_the_file(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "no_file");
    rig_install_v1(&rig);
    rig_stick(&rig);
    rig_stick_file(&rig, "/readme.txt", "hello", 5);
    rig_run(&rig, "--until '%s' --for 5000", APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, ", no /firmware.bin", "Sample application v1", NULL));
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    rig_close(&rig);
}

static void test_no_application_and_a_stick_later(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file file = rig_read_build("apps/sample/sample_v2_12k.bin");
    rig_open(&rig, "stick_later");
    rig_stick(&rig);
    rig_stick_firmware(&rig, file.bytes, file.length);
    rig_run(&rig, "--plug-at 25000 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "no valid application: waiting for a stick", "stage:", NULL));
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_flash_is(&rig, RUN_ADDR, file.bytes, file.length));
    /* The LED showed the code for "no valid application" meanwhile. */
    RIG_CHECK(&rig, rig_blinks(&rig, 3) >= 8);
    rig_file_free(&file);
    rig_close(&rig);
}

static void test_button_waits_longer(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file file = rig_read_build("apps/sample/sample_v2_12k.bin");
    rig_open(&rig, "button");
    rig_install_v1(&rig);
    rig_stick(&rig);
    rig_stick_firmware(&rig, file.bytes, file.length);
    rig_run(&rig, "--button-at 0:200 --plug-at 20000 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "button held: waiting 30 s", NULL));
    check_installed(&rig, &file);
    rig_file_free(&file);
    rig_close(&rig);
}

static void test_both_system_inits(void **state)
{
    (void)state;
    /* The older template resets RCC registers and overwrites VTOR; it must run as well. */
    upgrade("old_system_init", "apps/sample/sample_v2_old_12k.bin", 32, STICK_MBR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_stick),
        cmocka_unit_test(test_stick_without_the_file),
        cmocka_unit_test(test_12k),
        cmocka_unit_test(test_sizes_not_of_whole_words),
        cmocka_unit_test(test_300k),
        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_first_install_on_a_blank_chip),
        cmocka_unit_test(test_no_application_and_a_stick_later),
        cmocka_unit_test(test_button_waits_longer),
        cmocka_unit_test(test_both_system_inits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
