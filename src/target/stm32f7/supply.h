/* SPDX-License-Identifier: MIT
 * The supply between the words of one flash operation, below port/board.h. */
#ifndef SUPPLY_H
#define SUPPLY_H

#include <stdbool.h>

#include "target/stm32f7/regs_rcc.h"

/* The supply is below 2.7 V now. Only after board_supply_ok, which sets the PVD up. */
static inline bool supply_low(void)
{
    return (PWR->CSR1 & PWR_CSR1_PVDO) != 0;
}

#endif
