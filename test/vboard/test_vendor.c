/* SPDX-License-Identifier: MIT
 * Vendor-style firmware (test/firmware/chip/vendor.c) runs to its end without a violation and
 * without an access outside the model, whatever the unsettled constants are. */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "support/cmocka_all.h"
#include "vboard.h"

static void run_with(const char *setting)
{
    static char path[512];
    const char *words[] = {"--load", path,          "--until",   "end\n",   "--for",
                           "20000",  "--button-at", "5500:5600", "--param", setting};
    struct board *b;

    snprintf(path, sizeof path, "%s/chip-vendor.elf", FIRMWARE_DIR);
    b = vboard_open(setting == NULL ? 8 : 10, words);
    assert_non_null(b);
    if (vboard_run(b) != VBOARD_OK || strstr(vboard_console(b), "FAILED") != NULL)
        fail_msg("%s: %s", setting == NULL ? "defaults" : setting, vboard_console(b));
    assert_non_null(strstr(vboard_console(b), "by interrupts"));
    assert_non_null(strstr(vboard_console(b), "ok: button interrupt"));
    assert_int_equal(vboard_class_count(b, RULE_VIOLATION), 0);
    assert_int_equal(vboard_class_count(b, RULE_UNMODELLED), 0);
    vboard_close(b);
}

static void defaults(void **state)
{
    (void)state;
    run_with(NULL);
}

static void unsettled_constants(void **state)
{
    static const char *const settings[] = {
        "hsi_hz=15840000",           "pll_lock_us=300",    "od_needs_pll=1",
        "erase_256k_x32_ms=4000",    "program_x32_us=100", "flash_store_busy_drops=1",
        "flash_stale_error_blocks=1"};

    (void)state;
    for (unsigned i = 0; i < sizeof settings / sizeof settings[0]; i++)
        run_with(settings[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(unsettled_constants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
