/* SPDX-License-Identifier: MIT
 * Sticks that are slow, fail, or are pulled out: bounded waits, a reason, the application runs. */
#include <stdio.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define APP_RUNS "interrupts ok"

static struct rig_file v2;

static int load_v2(void **state)
{
    (void)state;
    v2 = rig_read_build("apps/sample/sample_v2_300k.bin");
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
    RIG_CHECK(rig, rig_flash_kept(rig, RUN_ADDR, SLOT_BYTES));
    RIG_CHECK(rig, rig_loader_kept(rig));
}

/* The stick is back afterwards: the upgrade ends as if nothing had been. */
static void check_next_start_upgrades(struct rig *rig)
{
    rig_run(rig, "--until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, "upgrade finished", "Sample application v2", NULL));
    RIG_CHECK(rig, rig_flash_is(rig, RUN_ADDR, v2.bytes, v2.length));
}

static void test_pulled_during_enumeration(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "pull_enumeration", &v2);
    /* Between attachment and the first SCSI command, in the debounce, the reset, and after it. */
    static const unsigned at_ms[] = {170, 285, 318, 328};
    for (unsigned i = 0; i < sizeof at_ms / sizeof at_ms[0]; i++) {
        rig_run(&rig, "--unplug-at %u --until '%s' --for 60000", at_ms[i], APP_RUNS);
        RIG_CHECK(&rig, rig_events(&rig, "\"what\":\"detach\"", "") == 1);
        RIG_CHECK(&rig, rig_events(&rig, "\"what\":\"scsi\"", "") == 0);
        RIG_CHECK(&rig, rig_flash_kept(&rig, RUN_ADDR, 2 * SLOT_BYTES));
        check_v1_runs(&rig);
    }
    rig_close(&rig);
}

static void test_pulled_during_reading(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "pull_reading", &v2);
    rig_run(&rig, "--unplug-at 1500 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "stage:", "pulled out", NULL));
    RIG_CHECK(&rig, rig_flash_operations(&rig) > 0); /* staging had begun */
    check_v1_runs(&rig);
    check_next_start_upgrades(&rig);
    rig_close(&rig);
}

static void test_pulled_during_install(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "pull_install", &v2);
    rig_run(&rig, "--until 'install: sector 1 written' --for 60000");
    long install_ms = rig_event_ms(&rig, "\"op\":\"erase\"", "0x08040000");
    RIG_CHECK(&rig, install_ms > 0);
    rig_close(&rig);

    rig_open_upgrade(&rig, "pull_install", &v2);
    rig_run(&rig, "--unplug-at %ld --until '%s' --for 60000", install_ms + 100, APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_events(&rig, "\"what\":\"detach\"", "") == 1);
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_flash_is(&rig, RUN_ADDR, v2.bytes, v2.length));
    rig_close(&rig);
}

static void test_read_error_in_the_middle(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "read_error", &v2);
    rig_run(&rig, "--until 'stage: 100' --for 60000");
    /* A block in the middle of the file's data, as the board itself reported reading it. */
    long lba = 0;
    for (long block = 2048; block < 81920 && lba == 0; block++) {
        char part[48];
        snprintf(part, sizeof part, "\"lba\":%ld,\"blocks\":128", block);
        if (rig_events(&rig, part, "\"op\":40") > 0)
            lba = block + 64 * 4 + 7;
    }
    RIG_CHECK(&rig, lba > 0);
    rig_close(&rig);

    rig_open_upgrade(&rig, "read_error", &v2);
    rig_run(&rig, "--stick-quirk error-lba=%ld --until '%s' --for 90000", lba, APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "stage:", "read error from block", NULL));
    check_v1_runs(&rig);
    check_next_start_upgrades(&rig);
    rig_close(&rig);
}

static void test_ready_after_eight_seconds(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "slow_stick", &v2);
    rig_run(&rig, "--stick-quirk ready-ms=8000 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig.status == 0);
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "Sample application v2", NULL));
    RIG_CHECK(&rig, rig_event_ms(&rig, "\"op\":\"erase\"", "") > 8000);
    rig_close(&rig);
}

static void test_never_attaches(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "never_attaches", &v2);
    rig_run(&rig, "--stick-quirk attach-ms=never --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "stick: none", NULL));
    RIG_CHECK(&rig, rig_event_ms(&rig, "\"event\":\"entry\"", "0x08040000") < 2000);
    check_v1_runs(&rig);
    rig_close(&rig);
}

static void test_never_ready(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_upgrade(&rig, "never_ready", &v2);
    rig_run(&rig, "--stick-quirk ready-ms=3600000 --until '%s' --for 60000", APP_RUNS);
    RIG_CHECK(&rig, rig_says(&rig, "not ready", NULL));
    RIG_CHECK(&rig, rig_event_ms(&rig, "\"event\":\"entry\"", "0x08040000") < 50000);
    check_v1_runs(&rig);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pulled_during_enumeration),
        cmocka_unit_test(test_pulled_during_reading),
        cmocka_unit_test(test_pulled_during_install),
        cmocka_unit_test(test_read_error_in_the_middle),
        cmocka_unit_test(test_ready_after_eight_seconds),
        cmocka_unit_test(test_never_attaches),
        cmocka_unit_test(test_never_ready),
    };
    return cmocka_run_group_tests(tests, load_v2, free_v2);
}
