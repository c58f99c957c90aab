/* SPDX-License-Identifier: MIT
 * The host-controller contract against the host's fake. */
#include "support/cmocka_all.h"

#include "contract/contract_check.h"
#include "contract/contract_hc.h"
#include "port/clock.h"
#include "support/fake_clock.h"
#include "support/fake_hc.h"

static struct fake_stick stick;
static uint8_t image[256 * 512];
static uint32_t unplug_ms;

bool contract_check(bool ok, const char *what)
{
    if (!ok)
        fail_msg("%s", what);
    return ok;
}

static void unplug_in_time(void *ctx)
{
    (void)ctx;
    if (unplug_ms != 0 && clock_ms() == unplug_ms)
        fake_hc_unplug();
}

static void fake_keeps_the_contract(void **state)
{
    (void)state;
    for (uint8_t max_packet = 8; max_packet <= 64; max_packet = (uint8_t)(max_packet * 2)) {
        fake_hc_forget();
        fake_clock_hook(unplug_in_time, NULL);
        for (uint32_t i = 0; i < sizeof image; i++)
            image[i] = (uint8_t)(i * 31 + i / 512);
        fake_stick_init(&stick, image, 256, 512);
        stick.max_packet0 = max_packet;
        stick.device_desc[7] = max_packet;
        stick.max_packet = max_packet;
        stick.config_desc[22] = max_packet;
        stick.config_desc[29] = max_packet;
        stick.luns[0].sense = 0x062800;
        stick.luns[0].refusals = 1;
        fake_hc_plug(&stick);
        contract_hc_run();
        unplug_ms = clock_ms() + 30;
        contract_hc_run_gone(100);
        assert_int_equal(fake_hc_violations(), 0);
        assert_int_equal(stick.violations, 1); /* the CBW without its signature */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fake_keeps_the_contract)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
