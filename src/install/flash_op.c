/* SPDX-License-Identifier: MIT
 * Blocking flash operations; the watchdog is fed and the console drained by clock_idle. */
#include "install/flash_op.h"

#include "config/limits.h"
#include "port/board.h"
#include "port/clock.h"
#include "port/flash.h"
#include "sys/deadline.h"
#include "sys/led.h"
#include "sys/log.h"

enum bl_rc flash_op_supply(void)
{
    if (board_supply_ok())
        return BL_OK;
    struct deadline limit = deadline_in(SUPPLY_WAIT_MS);

    log_line("supply: below 2.7 V, waiting before the flash is written");
    while (!board_supply_ok()) {
        if (deadline_passed(limit))
            return log_error(BL_E_SUPPLY_LOW, "supply");
        led_tick();
        clock_idle();
    }
    log_line("supply: high enough again");
    return BL_OK;
}

enum bl_rc flash_op_settle(void)
{
    enum bl_rc rc = flash_poll();

    while (rc == BL_PENDING) {
        led_tick();
        clock_idle();
        rc = flash_poll();
    }
    return rc;
}

enum bl_rc flash_op_erase(uint32_t sector_addr)
{
    enum bl_rc rc = flash_op_supply();

    if (rc == BL_OK)
        rc = flash_erase_start(sector_addr);
    return rc == BL_OK ? flash_op_settle() : rc;
}

enum bl_rc flash_op_program(uint32_t addr, const void *src, uint32_t len)
{
    enum bl_rc rc = flash_op_supply();

    if (rc == BL_OK)
        rc = flash_program_start(addr, src, len);
    return rc == BL_OK ? flash_op_settle() : rc;
}
