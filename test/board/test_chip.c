/* SPDX-License-Identifier: MIT
 * Chips that are not as expected: another flash layout, a running watchdog, a low supply, clocks
 * and a USB core that never come. */
#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define APP_RUNS "interrupts ok"

/* FLASH_OPTCR of the factory is 0xFFFFAAFD; here nDBANK (bit 29) or IWDG_SW (bit 5) is 0. */
#define OPTCR_DUAL_BANK "0xDFFFAAFD"
#define OPTCR_WATCHDOG  "0xFFFFAADD"

static struct rig_file v2;

static int load_v2(void **state)
{
    (void)state;
    v2 = rig_read_build("apps/sample/sample_v2_12k.bin");
    return 0;
}

static int free_v2(void **state)
{
    (void)state;
    rig_file_free(&v2);
    return 0;
}

static void check_v1_runs(const struct rig *rig)
{
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, "start: application", "Sample application v1", NULL));
    RIG_CHECK(rig, rig_flash_kept(rig, RUN_ADDR, 2 * SLOT_BYTES));
    RIG_CHECK(rig, rig_loader_kept(rig));
}

static void check_v1_untouched(const struct rig *rig)
{
    check_v1_runs(rig);
    RIG_CHECK(rig, rig_flash_operations(rig) == 0);
    RIG_CHECK(rig, rig_flash_kept(rig, FLASH_BASE_ADDR, RIG_FLASH_BYTES));
}

static void test_dual_bank(void **state)
{
    (void)state;
    struct rig rig;
    uint32_t flag = UPGRADE_FLAG_PENDING;
    rig_open_upgrade(&rig, "dual_bank", &v2);
    rig_run(&rig, "--optcr %s --until '%s' --for 30000", OPTCR_DUAL_BANK, APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "flash is not a 2 MB single-bank flash", NULL));
    check_v1_untouched(&rig);
    /* Not with a request pending either. */
    rig_debugger(&rig, UPGRADE_FLAG_ADDR, &flag, sizeof flag);
    rig_run(&rig, "--optcr %s --until '%s' --for 30000", OPTCR_DUAL_BANK, APP_RUNS);
    check_v1_untouched(&rig);
    rig_close(&rig);
}

static void test_other_flash_size(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "flash_size", &v2);
    rig_run(&rig, "--flash-size 1024 --until '%s' --for 30000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "flash is not a 2 MB single-bank flash", NULL));
    check_v1_untouched(&rig);
    rig_close(&rig);
}

/* A loader with one wrong bit does not run, and starts nothing: not even this whole application. */
static void test_damaged_loader(void **state)
{
    (void)state;
    struct rig rig;
    uint32_t middle = 0x4000;
    rig_open(&rig, "damaged_loader");
    rig_install_v1(&rig);
    uint8_t wrong = rig.flash[middle] ^ 0x10u;
    rig_debugger(&rig, LOADER_ADDR + middle, &wrong, 1);
    rig.loader = NULL;
    rig_run(&rig, "--for 100");
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_events(&rig, "\"event\":\"reset\"", "software") > 3);
    RIG_CHECK(&rig, rig_events(&rig, "\"event\":\"vtor\"", "") == 0);
    RIG_CHECK(&rig, rig.console[0] == 0);
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    rig_close(&rig);
}

/* 349 ms between feeds at most (47 kHz), through every long phase. */
static void test_hardware_watchdog(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file big = rig_read_build("apps/sample/sample_v2_300k.bin");
    rig_open(&rig, "watchdog");
    rig_install_v1(&rig);
    rig_stick(&rig);
    rig_stick_firmware(&rig, big.bytes, big.length);
    rig_run(&rig,
            "--optcr %s --param lsi_hz=47000 --stick-quirk ready-ms=3000 --until '%s' --for 60000",
            OPTCR_WATCHDOG, APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_events(&rig, "\"event\":\"iwdg\"", "expired") == 0);
    rig_file_free(&big);
    rig_close(&rig);

    /* Waiting for ever, 300 KB of nothing to verify: still fed. */
    rig_open(&rig, "watchdog_wait");
    rig_run(&rig, "--optcr %s --param lsi_hz=47000 --for 40000", OPTCR_WATCHDOG);
    RIG_CHECK(&rig, rig_says(&rig, "waiting for a stick", NULL));
    RIG_CHECK(&rig, rig_events(&rig, "\"event\":\"iwdg\"", "expired") == 0);
    rig_close(&rig);
}

static void test_watchdog_is_never_started(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "watchdog_off", &v2);
    rig_run(&rig, "--until '%s' --for 30000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_events(&rig, "\"event\":\"iwdg\"", "started") == 0);
    rig_close(&rig);
}

static void test_supply_too_low(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "supply_low", &v2);
    rig_run(&rig, "--supply 2600@0 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "supply: below 2.7 V", NULL));
    check_v1_untouched(&rig);

    /* It comes back in time: the upgrade goes on. */
    rig_run(&rig, "--supply 2600@0 --supply 3300@5000 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "supply: below 2.7 V", "supply: high enough again",
                             "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_event_ms(&rig, "\"op\":\"erase\"", "") >= 5000);
    rig_close(&rig);
}

/* In the middle of a sector: no word is programmed any more, which the flash model would report. */
static void test_supply_falls_while_programming(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file big = rig_read_build("apps/sample/sample_v2_300k.bin");
    rig_open_upgrade(&rig, "supply_falls", &big);
    rig_run(&rig, "--supply 2600@2900 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "stage: supply below 2.7 V", "Sample application v1", NULL));
    RIG_CHECK(&rig, rig.status == 0 && rig_loader_kept(&rig));
    RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, SLOT_BYTES));
    RIG_CHECK(&rig, rig_event_ms(&rig, "\"op\":\"program\"", "0x08100000") >= 2900);
    rig_close(&rig);
    rig_file_free(&big);
}

static void test_supply_low_with_a_request(void **state)
{
    (void)state;
    struct rig rig;
    uint32_t flag = UPGRADE_FLAG_PENDING;
    rig_open(&rig, "supply_request");
    rig_install_v1(&rig);
    rig_debugger(&rig, UPDATE_ADDR, v2.bytes, v2.length);
    rig_debugger(&rig, UPGRADE_FLAG_ADDR, &flag, sizeof flag);
    /* The run area is whole: it starts after 10 s, the request is kept. */
    rig_run(&rig, "--supply 2600@0 --until '%s' --for 60000", APP_RUNS);
    check_v1_untouched(&rig);
    RIG_CHECK(&rig, rig_event_ms(&rig, "\"event\":\"entry\"", "0x08040000") >= 10000);
    /* With a good supply it is carried out at the next start. */
    rig_run(&rig, "--until 'Sample application v2' --for 60000");
    RIG_CHECK(&rig, rig.status == 0);
    rig_close(&rig);
}

/* Each ends in the application, soon, with the reason logged. */
static void test_parts_that_never_answer(void **state)
{
    (void)state;
    static const struct {
        const char *param, *reason;
    } parts[] = {
        {"hse_ready_us", "no USB"},
        {"pll_lock_us", "no USB"},
        {"od_switch_us", "no USB"},
        {"od_ready_us", "no USB"},
        {"otg_fhmod_ms", "USB core does not answer"},
        {"otg_pena_us", "USB"},
    };
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct rig rig;
        rig_open_upgrade(&rig, parts[i].param, &v2);
        rig_run(&rig, "--param %s=never --until '%s' --for 60000", parts[i].param, APP_RUNS);
        RIG_CHECK(&rig, rig_says(&rig, parts[i].reason, NULL));
        check_v1_runs(&rig); /* the reason goes on record, once */
        rig_run(&rig, "--param %s=never --until '%s' --for 60000", parts[i].param, APP_RUNS);
        check_v1_untouched(&rig);
        RIG_CHECK(&rig, rig_event_ms(&rig, "\"event\":\"entry\"", "0x08040000") < 46000);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dual_bank),
        cmocka_unit_test(test_other_flash_size),
        cmocka_unit_test(test_damaged_loader),
        cmocka_unit_test(test_hardware_watchdog),
        cmocka_unit_test(test_watchdog_is_never_started),
        cmocka_unit_test(test_supply_too_low),
        cmocka_unit_test(test_supply_falls_while_programming),
        cmocka_unit_test(test_supply_low_with_a_request),
        cmocka_unit_test(test_parts_that_never_answer),
    };
    return cmocka_run_group_tests(tests, load_v2, free_v2);
}
