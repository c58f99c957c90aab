/* SPDX-License-Identifier: MIT
 * The host-controller contract against the driver on the virtual board: the firmware of
 * test/firmware/contract with a stick that is pulled out at the end. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/stick_image.h"

#define STICK WORK_DIR "/contract-stick.img"

static void driver_keeps_the_contract(void **state)
{
    static uint8_t bytes[100000];
    (void)state;

    for (uint32_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 512);
    stick_image_make(STICK, 16, 16, STICK_SUPERFLOPPY);
    stick_image_put(STICK, STICK_SUPERFLOPPY, "/firmware.bin", bytes, sizeof bytes);
    assert_int_equal(system(VBOARD_COMMAND " run --load " FIRMWARE_BUILD
                                           "/contract_hc.elf --stick " STICK
                                           " --advice-is-error --unplug-at 6000 --for 20000"
                                           " --until 'contract: kept'"),
                     0);
    (void)remove(STICK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(driver_keeps_the_contract)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
