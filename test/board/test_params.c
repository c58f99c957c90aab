/* SPDX-License-Identifier: MIT
 * Nothing may hang on what no manual settles: the same upgrade with every listed variation of every
 * parameter of the virtual board. A finite variation changes nothing in the outcome; a part that
 * never answers ends in an application that runs, within the documented bound.
 * usage: board-params SHARD SHARDS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/rig.h"
#include "config/layout.h"
#include "support/cmocka_all.h"

#define APP_RUNS "interrupts ok"
/* Power-up to "file found or not" takes 45 s at the most, then the error is shown for 3 s. */
#define NEVER_BOUND_MS 48000

static const struct {
    const char *name, *variations;
} parameters[] = {
#define X(id, name, value, unit, unverified, never_ok, variations, text) {name, variations},
#include "params_chip.def"
#include "params_core.def"
#include "params_usb.def"
#undef X
};

static unsigned shard, shards = 1;

static void check_upgraded(const struct rig *rig, const struct rig_file *v2)
{
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, "upgrade finished", "Sample application v2", APP_RUNS, NULL));
    RIG_CHECK(rig, rig_flash_is(rig, RUN_ADDR, v2->bytes, v2->length));
    RIG_CHECK(rig, rig_loader_kept(rig));
}

static void check_application_runs(const struct rig *rig)
{
    RIG_CHECK(rig, rig->status == 0);
    RIG_CHECK(rig, rig_says(rig, "Sample application", APP_RUNS, NULL));
    RIG_CHECK(rig, rig_event_ms(rig, "\"event\":\"entry\"", "0x08040000") < NEVER_BOUND_MS);
    RIG_CHECK(rig, rig_loader_kept(rig));
}

static void vary(const struct rig_file *v2, const char *name, const char *value)
{
    struct rig rig;
    char folder[64];
    printf("           %s=%s\n", name, value);
    snprintf(folder, sizeof folder, "params_%u", shard);
    rig_open_upgrade(&rig, folder, v2);
    rig_run(&rig, "--param %s=%s --until '%s' --for 120000", name, value, APP_RUNS);
    if (strcmp(value, "never") == 0)
        check_application_runs(&rig);
    else
        check_upgraded(&rig, v2);
    rig_close(&rig);
}

static void test_every_variation(void **state)
{
    (void)state;
    unsigned count = 0;
    struct rig_file v2 = rig_read_build("apps/sample/sample_v2_12k.bin");
    for (unsigned i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        char values[256];
        char *rest = NULL;
        snprintf(values, sizeof values, "%s", parameters[i].variations);
        for (char *value = strtok_r(values, " ", &rest); value != NULL;
             value = strtok_r(NULL, " ", &rest))
            if (count++ % shards == shard)
                vary(&v2, parameters[i].name, value);
    }
    assert_true(count > 80);
    rig_file_free(&v2);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        shard = (unsigned)strtoul(argv[1], NULL, 10);
        shards = (unsigned)strtoul(argv[2], NULL, 10);
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_variation)};
    return shards > 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
