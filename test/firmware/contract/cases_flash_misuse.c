/* SPDX-License-Identifier: MIT
 * port/flash.h, where the caller breaks a rule of the chip: the board must not be strict. */
#include "contract/contract_flash.h"
#include "contract_cases.h"

void contract_cases(void)
{
    contract_flash_run_misuse();
}
