/* SPDX-License-Identifier: MIT
 * At the application's first instruction, core and chip are in the state after a reset, but for the
 * one list below (explained in docs/boot-flow.md). The reference is the same board with the boot
 * address at the application, before its first instruction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"
#include "vboard.h"

/* FLASH_OPTCR1: BOOT_ADD0 = 0x08040000 / 16 KB (RM0410 3.7.7). */
#define BOOT_RUN_AREA "0x00402010"

/* Registers that may differ, by the start of their name. */
static const char *const may_differ[] = {
    "XPSR",         /* the flags are undefined after a reset */
    "FLASH_OPTCR1", /* the reference board's own boot address */
};

static bool is_listed(const char *line)
{
    for (unsigned i = 0; i < sizeof may_differ / sizeof may_differ[0]; i++) {
        size_t length = strlen(may_differ[i]);
        if (strncmp(line, may_differ[i], length) == 0)
            return true;
    }
    return false;
}

static char *read_text(const struct rig *rig, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", rig->dir, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t length = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    assert_true(length > 1000);
    return text;
}

/* Number of registers that differ and are not listed; prints each. */
static unsigned differences(const char *reset, const char *entry)
{
    unsigned count = 0;
    unsigned lines = 0;
    while (*reset != 0 && *entry != 0) {
        size_t reset_length = strcspn(reset, "\n");
        size_t entry_length = strcspn(entry, "\n");
        bool same = reset_length == entry_length && memcmp(reset, entry, reset_length) == 0;
        if (!same && !is_listed(entry)) {
            fprintf(stderr, "after a reset: %.*s, at the application's start: %.*s\n",
                    (int)reset_length, reset, (int)entry_length, entry);
            count++;
        }
        lines++;
        reset += reset_length + 1;
        entry += entry_length + 1;
    }
    assert_true(lines > 200); /* the comparison is about something */
    return count;
}

/* The same chip, booted at the application, before its first instruction. */
static char *state_after_reset(const struct rig *rig)
{
    char flash[512];
    snprintf(flash, sizeof flash, "%s/flash.bin", rig->dir);
    const char *const words[] = {"--flash", flash, "--optcr1", BOOT_RUN_AREA};
    struct board *b = vboard_open(sizeof words / sizeof words[0], words);
    assert_non_null(b);
    assert_int_equal(vboard_go(b, NULL, 0), VBOARD_OK);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    vboard_dump_state(b, out);
    fclose(out);
    vboard_close(b);
    return text;
}

static void compare(struct rig *rig, const char *words)
{
    rig_run(rig, "--dump-at-entry entry.txt --until 'Sample' --for 60000 %s", words);
    RIG_CHECK(rig, rig->status == 0);
    char *entry = read_text(rig, "entry.txt");
    char *reset = state_after_reset(rig);
    unsigned count = differences(reset, entry);
    free(reset);
    free(entry);
    assert_int_equal(count, 0);
}

static void test_without_a_stick(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "handover_no_stick");
    rig_install_v1(&rig);
    compare(&rig, "");
    rig_close(&rig);
}

/* Every driver was at work, and the stick is still plugged in. */
static void test_after_an_upgrade(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file v2 = rig_read_build("apps/sample/sample_v2_12k.bin");
    rig_open(&rig, "handover_upgrade");
    rig_install_v1(&rig);
    rig_stick(&rig);
    rig_stick_firmware(&rig, v2.bytes, v2.length);
    compare(&rig, "");
    RIG_CHECK(&rig, rig_says(&rig, "upgrade finished", NULL));
    /* And with nothing left to do. */
    compare(&rig, "");
    RIG_CHECK(&rig, rig_says(&rig, "installed already", NULL));
    rig_file_free(&v2);
    rig_close(&rig);
}

static void test_without_a_crystal(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "handover_no_crystal");
    rig_install_v1(&rig);
    compare(&rig, "--param hse_ready_us=never");
    compare(&rig, "--param otg_fhmod_ms=never");
    rig_close(&rig);
}

/* The over-drive hangs half-way; the core is given up in the middle of a transfer. */
static void test_half_done(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_file v2 = rig_read_build("apps/sample/sample_v2_300k.bin");
    rig_open(&rig, "handover_half_done");
    rig_install_v1(&rig);
    compare(&rig, "--param od_switch_us=never");
    rig_stick(&rig);
    rig_stick_firmware(&rig, v2.bytes, v2.length);
    compare(&rig, "--unplug-at 900");
    RIG_CHECK(&rig, rig_says(&rig, "pulled out", NULL));
    rig_file_free(&v2);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_stick),
        cmocka_unit_test(test_after_an_upgrade),
        cmocka_unit_test(test_without_a_crystal),
        cmocka_unit_test(test_half_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
