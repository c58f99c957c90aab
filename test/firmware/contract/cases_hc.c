/* SPDX-License-Identifier: MIT
 * The host-controller contract, with a stick that is pulled out at the end. */
#include "contract_cases.h"

#include "contract/contract_hc.h"
#include "sys/log.h"

#define PULL_OUT_LIMIT_MS 10000u

void contract_cases(void)
{
    contract_hc_run();
    log_line("contract: pull the stick out");
    contract_hc_run_gone(PULL_OUT_LIMIT_MS);
}
