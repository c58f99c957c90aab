/* SPDX-License-Identifier: MIT
 * The board fake; fake_board.h. */
#include "support/fake_board.h"

#include "port/board.h"
#include "support/flash_host.h"

struct fake_board fake_board;

bool board_init(void)
{
    fake_board.initialised = true;
    return !fake_board.clock_fails;
}

void board_deinit(void)
{
    fake_board.initialised = false;
}

void board_led(enum board_led led, bool on)
{
    if (on && !fake_board.led[led])
        fake_board.rises[led]++;
    fake_board.led[led] = on;
}

bool board_button(void)
{
    return fake_board.button;
}

bool board_supply_ok(void)
{
    return !flash_host.supply_low;
}
