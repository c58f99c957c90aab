/* SPDX-License-Identifier: MIT
 * What the flash driver asks before each word: how the supply is watched is the application's
 * business. */
#include "port/board.h"

bool board_supply_low(void)
{
    return !board_supply_ok();
}
