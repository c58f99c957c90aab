/* SPDX-License-Identifier: MIT
 * Carries the cases of test/contract to the drivers: prints a line for each rule and the verdict
 * at the end, which is what the test waits for. */
#include "boot/main.h"

#include "contract/contract_check.h"
#include "contract_cases.h"
#include "port/board.h"
#include "port/clock.h"
#include "sys/log.h"

static unsigned checked, failed;

bool contract_check(bool ok, const char *what)
{
    checked++;
    failed += ok ? 0 : 1;
    log_line("%s %u - %s", ok ? "ok" : "not ok", checked, what);
    return ok;
}

void boot_main(void)
{
    (void)contract_check(board_init(), "the board's clocks run");
    contract_cases();
    log_line("contract: %s, %u rules, %u broken", failed == 0 ? "kept" : "broken", checked, failed);
    for (;;)
        clock_idle();
}
