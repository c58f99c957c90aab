/* SPDX-License-Identifier: MIT
 * port/board.h for unit tests. The supply follows flash_host.supply_low. */
#ifndef SUPPORT_FAKE_BOARD_H
#define SUPPORT_FAKE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct fake_board {
    bool clock_fails; /* what board_init returns */
    bool button;
    bool led[2];       /* now, by enum board_led */
    uint32_t rises[2]; /* times each was switched on */
    bool initialised;
};

extern struct fake_board fake_board;

#endif
