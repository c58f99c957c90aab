/* SPDX-License-Identifier: MIT
 * port/flash.h, used as it should be. */
#include "contract/contract_flash.h"
#include "contract_cases.h"

void contract_cases(void)
{
    contract_flash_run();
}
