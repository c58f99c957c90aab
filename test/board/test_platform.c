/* SPDX-License-Identifier: MIT
 * Upgrades that the application asks for, and everything that may stand in the flag word or in the
 * run area without the loader's doing. */
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "image/digest.h"
#include "image/footer.h"
#include "support/cmocka_all.h"

#define APP_RUNS "interrupts ok"

static struct rig_file v2;

static int load_v2(void **state)
{
    (void)state;
    v2 = rig_read_build("apps/sample/sample_v2_20k_1.bin");
    return 0;
}

static int free_v2(void **state)
{
    (void)state;
    rig_file_free(&v2);
    return 0;
}

static void set_flag(struct rig *rig, uint32_t word)
{
    rig_debugger(rig, UPGRADE_FLAG_ADDR, &word, sizeof word);
}

static void write_footer(struct rig *rig, uint32_t slot_addr, const void *bytes, uint32_t length)
{
    struct digest_run run;
    struct footer footer = {.image_bytes = length};
    uint8_t encoded[FOOTER_BYTES];
    digest_begin(&run);
    digest_bytes(&run, bytes, length);
    digest_end(&run, &footer.digest);
    footer_encode(&footer, encoded);
    rig_debugger(rig, slot_addr + footer_off(length), encoded, sizeof encoded);
}

static void open_with_v1(struct rig *rig, const char *name)
{
    rig_open(rig, name);
    rig_install_v1(rig);
}

static uint32_t flag_word(const struct rig *rig)
{
    uint32_t word;
    memcpy(&word, rig->flash + (UPGRADE_FLAG_ADDR - FLASH_BASE_ADDR), sizeof word);
    return word;
}

/* The user's scheme: copied, the flag back to 0xFFFFFFFF, restarted, and only then v2 runs. */
static void check_upgraded(const struct rig *rig)
{
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, "install:", "run area verified", "restart", "reset: software",
                            "start: application", "Sample application v2", NULL));
    RIG_CHECK(rig, rig_flash_is(rig, RUN_ADDR, v2.bytes, v2.length));
    RIG_CHECK(rig, flag_word(rig) == UPGRADE_FLAG_NONE);
    RIG_CHECK(rig, rig_loader_kept(rig));
    /* The start after the restart skips the attach window. */
    long restart = rig_event_ms(rig, "\"event\":\"reset\"", "software");
    long entry = rig_event_ms(rig, "\"event\":\"entry\"", "0x08040000");
    RIG_CHECK(rig, restart > 0 && entry - restart < 300);
}

static void test_package_of_the_library(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file sample = rig_read_build("apps/sample/sample_v2.bin");
    open_with_v1(&rig, "platform_library");
    rig_run(&rig, "--button-at 1500:1700 --until 'Sample application v2' --for 60000");
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "Sample application v1", "run area verified", "restart",
                             "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_flash_is(&rig, RUN_ADDR, sample.bytes, sample.length));
    RIG_CHECK(&rig, flag_word(&rig) == UPGRADE_FLAG_NONE);
    rig_file_free(&sample);
    rig_close(&rig);
}

static void test_bare_package_of_the_sample(void **state)
{
    (void)state;
    struct rig rig;
    open_with_v1(&rig, "platform_bare_sample");
    rig_run(&rig, "--button-at 1500:3000 --until 'Sample application v2' --for 60000");
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig,
              rig_says(&rig, "no digest on record", "restart", "Sample application v2", NULL));
    rig_close(&rig);
}

static void test_package_with_footer(void **state)
{
    (void)state;
    struct rig rig;
    open_with_v1(&rig, "platform_footer");
    rig_debugger(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    write_footer(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    set_flag(&rig, UPGRADE_FLAG_PENDING);
    rig_run(&rig, "--until '%s' --for 30000", APP_RUNS);
    check_upgraded(&rig);
    rig_close(&rig);
}

static void test_bare_package(void **state)
{
    (void)state;
    struct rig rig;
    open_with_v1(&rig, "platform_bare");
    rig_debugger(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    set_flag(&rig, UPGRADE_FLAG_PENDING);
    rig_run(&rig, "--until '%s' --for 30000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "no digest on record", NULL));
    check_upgraded(&rig);
    rig_close(&rig);
}

/* Nothing of it is installed; the flag is cleared, the application runs. */
static void check_request_refused(struct rig *rig, const char *reason)
{
    rig_run(rig, "--until '%s' --for 30000", APP_RUNS);
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, reason, "Sample application v1", NULL));
    RIG_CHECK(rig, rig_flash_kept(rig, RUN_ADDR, SLOT_BYTES));
    RIG_CHECK(rig, flag_word(rig) == UPGRADE_FLAG_NONE);
    RIG_CHECK(rig, rig_loader_kept(rig));
}

static void test_flag_over_garbage(void **state)
{
    (void)state;
    struct rig rig;
    static uint8_t garbage[5000];
    for (unsigned i = 0; i < sizeof garbage; i++)
        garbage[i] = (uint8_t)(i * 37 + 11);
    open_with_v1(&rig, "platform_garbage");
    rig_debugger(&rig, UPDATE_ADDR, garbage, sizeof garbage);
    set_flag(&rig, UPGRADE_FLAG_PENDING);
    check_request_refused(&rig, "upgrade request refused");
    rig_close(&rig);

    open_with_v1(&rig, "platform_blank"); /* the flag over a blank update area */
    set_flag(&rig, UPGRADE_FLAG_PENDING);
    check_request_refused(&rig, "upgrade request refused");
    rig_close(&rig);
}

static void test_package_damaged_after_its_footer(void **state)
{
    (void)state;
    struct rig rig;
    open_with_v1(&rig, "platform_damaged");
    rig_debugger(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    write_footer(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    uint8_t flipped = v2.bytes[9000] ^ 0x10;
    rig_debugger(&rig, UPDATE_ADDR + 9000, &flipped, 1);
    set_flag(&rig, UPGRADE_FLAG_PENDING);
    check_request_refused(&rig, "digest differs");
    rig_close(&rig);
}

static void test_garbage_in_the_flag(void **state)
{
    (void)state;
    static const uint32_t words[] = {0, 0x12345679, 0x12345670, 0xFFFFFFFE, 0x78563412};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct rig rig;
        open_with_v1(&rig, "flag_garbage");
        set_flag(&rig, words[i]);
        check_request_refused(&rig, "means nothing, cleared");
        rig_close(&rig);
    }
}

static void test_application_of_a_debugger(void **state)
{
    (void)state;
    struct rig rig;
    open_with_v1(&rig, "debugger_app");
    rig_run(&rig, "--until '%s' --for 5000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "no digest on record", "Sample application v1", NULL));
    /* And one flashed over an image that the loader knows. */
    write_footer(&rig, RUN_ADDR, v2.bytes, v2.length);
    rig_run(&rig, "--until '%s' --for 5000", APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig,
              rig_says(&rig, "differs from the digest on record", "Sample application v1", NULL));
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    rig_close(&rig);
}

static void test_power_cut_in_the_install(void **state)
{
    (void)state;
    struct rig rig;
    open_with_v1(&rig, "platform_cut");
    rig_debugger(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    write_footer(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    set_flag(&rig, UPGRADE_FLAG_PENDING);
    rig_run(&rig, "--until '%s' --for 30000", APP_RUNS);
    check_upgraded(&rig);
    unsigned operations = rig_flash_operations(&rig);
    rig_close(&rig);

    /* A few of the cuts; the host engine tries every one (test/unit/install). */
    for (unsigned i = 0; i < 12; i++) {
        unsigned operation = i < 6 ? i + 1 : operations - (11 - i);
        open_with_v1(&rig, "platform_cut");
        rig_debugger(&rig, UPDATE_ADDR, v2.bytes, v2.length);
        write_footer(&rig, UPDATE_ADDR, v2.bytes, v2.length);
        set_flag(&rig, UPGRADE_FLAG_PENDING);
        rig_run(&rig, "--cut-op %u:%s --seed %u --until '%s' --for 60000", operation,
                i % 2 ? "torn" : "before", i, APP_RUNS);
        RIG_CHECK(&rig, rig.status == 0);
        RIG_CHECK(&rig, rig_events(&rig, "\"event\":\"cut\"", "") == 1);
        RIG_CHECK(&rig, rig_says(&rig, "Sample application v2", NULL));
        RIG_CHECK(&rig, rig_flash_is(&rig, RUN_ADDR, v2.bytes, v2.length));
        RIG_CHECK(&rig, flag_word(&rig) == UPGRADE_FLAG_NONE);
        RIG_CHECK(&rig, rig_loader_kept(&rig));
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_package_of_the_library),
        cmocka_unit_test(test_bare_package_of_the_sample),
        cmocka_unit_test(test_package_with_footer),
        cmocka_unit_test(test_bare_package),
        cmocka_unit_test(test_flag_over_garbage),
        cmocka_unit_test(test_package_damaged_after_its_footer),
        cmocka_unit_test(test_garbage_in_the_flag),
        cmocka_unit_test(test_application_of_a_debugger),
        cmocka_unit_test(test_power_cut_in_the_install),
    };
    return cmocka_run_group_tests(tests, load_v2, free_v2);
}
