/* SPDX-License-Identifier: MIT
 * The flash contract against the host's fake, with several latencies. */
#include "contract/contract_check.h"
#include "contract/contract_flash.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"

bool contract_check(bool ok, const char *what)
{
    if (!ok)
        fail_msg("%s", what);
    return ok;
}

static void fake_keeps_the_contract(void **state)
{
    (void)state;
    for (uint32_t latency = 0; latency < 4; latency++) {
        flash_host_reset();
        flash_host.latency_polls = latency;
        contract_flash_run();
        assert_int_equal(flash_host.rule_breaks, 0);
        contract_flash_run_misuse();
        assert_int_equal(flash_host.rule_breaks, 2); /* one a case */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fake_keeps_the_contract)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
