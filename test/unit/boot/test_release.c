/* SPDX-License-Identifier: MIT
 * The loader that takes signed images only, linked without what plain ones need: a plain image is
 * refused wherever it turns up, with the words that the open loader's code has for it, and nothing
 * is written for it but the reason. */
#include <string.h>

#include "config/layout.h"
#include "image/policy.h"
#include "params/product.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/image_sample.h"
#include "support/signed_sample.h"
#include "util/bytes.h"

#define PLAIN_BYTES 3000u
#define IS_PLAIN    "image is plain, and this loader takes signed ones only"

static uint8_t installed[SIGNED_SAMPLE_MAX_BYTES];
static uint32_t installed_bytes;
static uint8_t image[SIGNED_SAMPLE_MAX_BYTES];
static const char no_md5[] = "d41d8cd98f00b204e9800998ecf8427e";

/* The signed v1.2.3 is installed, no stick is in; a plain image is at hand. */
static int begin(void **state)
{
    (void)state;
    boot_rig_reset();
    memset(installed, 0, sizeof installed);
    installed_bytes = signed_sample_read("v1.2.3.img", installed);
    memcpy(flash_host_at(RUN_ADDR), installed, installed_bytes);
    memset(image, 0, sizeof image);
    image_sample(image, PLAIN_BYTES, 2);
    return 0;
}

static void stick_with_plain(void)
{
    boot_rig_stick(image, PLAIN_BYTES, no_md5);
    boot_rig_plugged(true);
}

static void assert_logged(const char *text)
{
    if (strstr(fake_log_text(), text) == NULL)
        fail_msg("no \"%s\" in:\n%s", text, fake_log_text());
}

static void assert_installed_runs(void)
{
    assert_int_equal(boot_rig.started_addr, RUN_ADDR + 0x200);
    assert_memory_equal(flash_host_at(RUN_ADDR), installed, installed_bytes);
    for (unsigned sector = 5; sector <= 10; sector++)
        assert_int_equal(flash_host.erases[sector], 0);
}

static void on_a_stick(void **state)
{
    (void)state;
    stick_with_plain();
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_logged("/firmware.bin refused: " IS_PLAIN);
    assert_installed_runs();
}

/* What is no application is called that first, as in the open loader. */
static void on_a_stick_and_no_program(void **state)
{
    (void)state;
    memset(image, 'x', PLAIN_BYTES);
    stick_with_plain();
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_logged("/firmware.bin refused: vector table cannot be an application's");
    assert_installed_runs();
}

/* In a folder each of them is refused for what it is, not for being one of several. */
static void in_a_folder(void **state)
{
    struct product product;

    (void)state;
    product_default(&product);
    memset(product.file, 0, sizeof product.file);
    strcpy(product.file, "/firmware/");
    assert_true(product_encode(&product, flash_host_at(PRODUCT_ADDR)));
    boot_rig_stick(NULL, 0, NULL);
    boot_rig_stick_folder("/firmware");
    boot_rig_stick_file("/firmware/A.BIN", image, PLAIN_BYTES);
    boot_rig_stick_file("/firmware/B.BIN", image, PLAIN_BYTES);
    boot_rig_plugged(true);
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_logged("/firmware/A.BIN refused: " IS_PLAIN);
    assert_logged("/firmware/B.BIN refused: " IS_PLAIN);
    assert_logged("/firmware/A.BIN chosen");
    assert_installed_runs();
}

/* An application's request, with a footer behind the image and without. */
static void in_the_update_area(void **state)
{
    const uint8_t pending[4] = {0x78, 0x56, 0x34, 0x12};

    for (int with_footer = 0; with_footer < 2; with_footer++) {
        begin(state);
        if (with_footer)
            image_sample_slot(UPDATE_ADDR, image, PLAIN_BYTES);
        else
            memcpy(flash_host_at(UPDATE_ADDR), image, PLAIN_BYTES);
        memcpy(flash_host_at(UPGRADE_FLAG_ADDR), pending, sizeof pending);
        assert_int_equal(boot_rig_run_on(60000), RIG_STARTED);
        assert_logged("upgrade request refused: " IS_PLAIN);
        assert_int_equal(le32(flash_host_at(UPGRADE_FLAG_ADDR)), UPGRADE_FLAG_NONE);
        assert_installed_runs();
    }
}

/* Flashed by a debugger, say: not started, and a signed one from a stick takes its place. */
static void in_the_run_area(void **state)
{
    uint32_t bytes;

    for (int with_footer = 0; with_footer < 2; with_footer++) {
        begin(state);
        memset(flash_host_at(RUN_ADDR), 0xFF, SLOT_BYTES);
        if (with_footer)
            image_sample_slot(RUN_ADDR, image, PLAIN_BYTES);
        else
            memcpy(flash_host_at(RUN_ADDR), image, PLAIN_BYTES);
        assert_int_equal(boot_rig_run(5000), RIG_WAITING);
        assert_logged("run area: " IS_PLAIN);
        assert_logged("no valid application");
    }
    bytes = signed_sample_read("v1.3.0.img", image);
    boot_rig_stick(image, bytes, NULL);
    boot_rig_plugged(true);
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_logged("upgrade finished");
    assert_memory_equal(flash_host_at(RUN_ADDR), image, bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(on_a_stick, begin),
        cmocka_unit_test_setup(on_a_stick_and_no_program, begin),
        cmocka_unit_test_setup(in_a_folder, begin),
        cmocka_unit_test_setup(in_the_update_area, begin),
        cmocka_unit_test_setup(in_the_run_area, begin),
    };

    if (!policy_builtin->signed_only)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
