/* SPDX-License-Identifier: MIT
 * The drivers alone (test/firmware/smoke) with a stick, and with a hardware watchdog. */
#include <stdio.h>
#include <stdlib.h>

#include "support/cmocka_all.h"
#include "support/stick_image.h"

#define STICK SMOKE_WORK "/smoke-stick.img"

static int smoke(const char *words)
{
    char command[1024];
    snprintf(command, sizeof command,
             "'%s' run --load '%s/smoke.elf' --stick '%s' --advice-is-error %s "
             "--until 'smoke: passed' --for 10000",
             SMOKE_VBOARD, SMOKE_FIRMWARE, STICK, words);
    return system(command);
}

static void test_drivers(void **state)
{
    (void)state;
    stick_image_make(STICK, 16, 16, STICK_SUPERFLOPPY);
    assert_int_equal(smoke(""), 0);
    assert_int_equal(smoke("--optcr 0xFFFFAADD --param lsi_hz=47000"), 0);
    assert_int_equal(smoke("--param cpi_milli=1500"), 0);
    assert_int_equal(smoke("--param dwt_sleep=0"), 0);
    (void)remove(STICK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_drivers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
