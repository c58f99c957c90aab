/* SPDX-License-Identifier: MIT
 * Images that ask to be confirmed, on the real binary: one that confirms stays, one that hangs,
 * crashes or never confirms gives way to the one before it, whose own data is untouched. */
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define LOADER   "stickboot_test_release"
#define STARTS   2
#define ENTRY    "\"event\":\"entry\""
#define V1_READY "Sample application v1 ready"
#define V2_READY "Sample application v2 ready"

/* Signed by the packager; a trial of two starts with a watchdog of 1 s. */
static struct rig_file sign(struct rig *rig, const char *program, const char *version,
                            const char *trial)
{
    return rig_packager(rig, "signed.img",
                        "sign \"$FIRMWARE/apps/sample/%s.elf\" --key "
                        "\"$DATA/imgtool/sign-p256.pem\" --version %s %s --out signed.img",
                        program, version, trial);
}

static struct rig_file old_image;

/* Version 1 runs and has data of its own; a stick offers another one on trial. */
static void open_trial(struct rig *rig, const char *name, const char *program)
{
    uint8_t own[APP_PARAMS_USED_BYTES];
    rig_open_with(rig, name, LOADER);
    memset(own, 0x6B, sizeof own);
    rig_debugger(rig, APP_PARAMS_ADDR, own, sizeof own);
    old_image = sign(rig, "sample_v1_signed", "1.0.0", "");
    rig_debugger(rig, RUN_ADDR, old_image.bytes, old_image.length);
    struct rig_file new = sign(rig, program, "2.0.0", "--trial 2,1000");
    rig_stick(rig);
    rig_stick_file(rig, "/firmware.bin", new.bytes, new.length);
    rig_file_free(&new);
}

static void close_trial(struct rig *rig)
{
    rig_file_free(&old_image);
    rig_close(rig);
}

static bool own_data_kept(const struct rig *rig)
{
    uint8_t own[APP_PARAMS_USED_BYTES];
    memset(own, 0x6B, sizeof own);
    return rig_flash_is(rig, APP_PARAMS_ADDR, own, sizeof own) && rig_loader_kept(rig);
}

/* The old one is back, says why, and the new one is not taken again from the stick. */
static void check_back(struct rig *rig)
{
    RIG_CHECK(rig, rig_says(rig, "application was not confirmed: the old image is put back",
                            "the old image is back", V1_READY, NULL));
    RIG_CHECK(rig, own_data_kept(rig));
    RIG_CHECK(rig, rig_flash_is(rig, RUN_ADDR, old_image.bytes, old_image.length));
    rig_run(rig, "--until '" V1_READY "' --for 30000");
    RIG_CHECK(rig, rig_says(rig, "this image was rolled back", "last result: rolled back", V1_READY,
                            NULL));
    RIG_CHECK(rig, rig_flash_operations(rig) == 0);
    RIG_CHECK(rig, own_data_kept(rig));
}

static void test_confirmed_stays(void **state)
{
    (void)state;
    struct rig rig;
    open_trial(&rig, "unconfirmed_confirmed", "sample_v2_signed");
    rig_run(&rig, "--until '" V2_READY "' --for 60000");
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "on trial: confirmed", V2_READY, NULL));
    for (int i = 0; i <= STARTS; i++) {
        rig_run(&rig, "--until '" V2_READY "' --for 30000");
        RIG_CHECK(&rig, rig_says(&rig, "installed already", V2_READY, NULL));
        RIG_CHECK(&rig, rig_silent_about(&rig, "on trial"));
    }
    RIG_CHECK(&rig, rig_flash_operations(&rig) == 0);
    RIG_CHECK(&rig, own_data_kept(&rig));
    close_trial(&rig);
}

/* Hang and crash end in the watchdog: no power cycle is needed to get the old one back. */
static void check_watchdog(const char *name, const char *program)
{
    struct rig rig;
    open_trial(&rig, name, program);
    rig_run(&rig, "--until '" V1_READY "' --for 90000");
    RIG_CHECK(&rig, rig_events(&rig, ENTRY, "") == STARTS + 1);
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", "independent watchdog",
                             "independent watchdog", NULL));
    check_back(&rig);
    close_trial(&rig);
}

static void test_hang(void **state)
{
    (void)state;
    check_watchdog("unconfirmed_hang", "sample_v3_hang_signed");
}

static void test_crash(void **state)
{
    (void)state;
    check_watchdog("unconfirmed_crash", "sample_v3_crash_signed");
}

/* It runs well, so only power cycles count its starts. */
static void test_never_confirms(void **state)
{
    (void)state;
    struct rig rig;
    open_trial(&rig, "unconfirmed_never", "sample_v3_never_signed");
    for (int i = 0; i < STARTS; i++) {
        rig_run(&rig, "--until 'Sample application v3 ready' --for 60000");
        RIG_CHECK(&rig, rig.status == 0);
        RIG_CHECK(&rig, rig_events(&rig, ENTRY, "0x08040200") == 1);
    }
    rig_run(&rig, "--until '" V1_READY "' --for 60000");
    check_back(&rig);
    close_trial(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_confirmed_stays),
        cmocka_unit_test(test_hang),
        cmocka_unit_test(test_crash),
        cmocka_unit_test(test_never_confirms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
