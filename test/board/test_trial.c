/* SPDX-License-Identifier: MIT
 * Trial and rollback on the real binary: an image that asks to be confirmed and is not. Version 1,
 * flashed by a debugger and without a digest of its own, must come back byte for byte. */
#include <stdio.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define APP_RUNS "interrupts ok"

/* Version 3 of the sample in its failing form is on the stick. */
static void open_trial(struct rig *rig, const char *name, const char *elf)
{
    rig_open_with(rig, name, "stickboot_test_open");
    rig_install_v1(rig);
    rig_stick(rig);
    struct rig_file file = rig_packager(
        rig, "v3.img",
        "sign $FIRMWARE/apps/sample/%s.elf --key $DATA/imgtool/sign-p256.pem --version 3.0.0 "
        "--trial 3 --out v3.img",
        elf);
    rig_stick_file(rig, "/firmware.bin", file.bytes, file.length);
    rig_file_free(&file);
}

static void check_v1_is_back(const struct rig *rig)
{
    struct rig_file v1 = rig_read_build("apps/sample/sample_v1.bin");
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig,
              rig_says(rig, "application was not confirmed: the old image is put back",
                       "rollback: sector 1 put back", "the old image is back",
                       "/firmware.bin: this image was rolled back", "Sample application v1", NULL));
    RIG_CHECK(rig, rig_flash_is(rig, RUN_ADDR, v1.bytes, v1.length));
    RIG_CHECK(rig, rig_blinks(rig, 3) >= 5);
    RIG_CHECK(rig, rig_loader_kept(rig));
    rig_file_free(&v1);
}

/* Three power-ups, then the fourth. */
static void test_never_confirmed(void **state)
{
    (void)state;
    struct rig rig;
    open_trial(&rig, "trial_never", "sample_v3_never_signed");
    for (unsigned n = 1; n <= 3; n++) {
        char line[32];
        snprintf(line, sizeof line, "trial: start %u of 3", n);
        rig_run(&rig, "--until '%s' --for 60000", APP_RUNS);
        RIG_CHECK(&rig, rig.status == 0);
        RIG_CHECK(&rig, rig_says(&rig, line, "Sample application v3", NULL));
    }
    rig_run(&rig, "--until '%s' --for 60000", APP_RUNS);
    check_v1_is_back(&rig);
    rig_run(&rig, "--until '%s' --for 5000", APP_RUNS);
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    rig_close(&rig);
}

/* One power-up: the watchdog that the loader started ends each of the three starts. */
static void test_hangs(void **state)
{
    (void)state;
    struct rig rig;
    open_trial(&rig, "trial_hang", "sample_v3_hang_signed");
    rig_run(&rig, "--until 'Sample application v1' --for 60000");
    RIG_CHECK(&rig, rig_says(&rig, "trial: start 1 of 3", "reset: independent watchdog",
                             "trial: start 2 of 3", "reset: independent watchdog",
                             "trial: start 3 of 3", "reset: independent watchdog", NULL));
    check_v1_is_back(&rig);
    long first = rig_event_ms(&rig, "\"event\":\"entry\"", "0x08040200");
    long bite = rig_event_ms(&rig, "\"event\":\"reset\"", "iwdg");
    RIG_CHECK(&rig, bite - first > 7900 && bite - first < 8300);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_never_confirmed),
        cmocka_unit_test(test_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
