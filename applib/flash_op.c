/* SPDX-License-Identifier: MIT
 * install/flash_op.h for an application: no LED, no console, no wait for the supply. */
#include "install/flash_op.h"

#include "applib/wait.h"
#include "port/board.h"

enum bl_rc flash_op_supply(void)
{
    return board_supply_ok() ? BL_OK : BL_E_SUPPLY_LOW;
}

enum bl_rc flash_op_settle(void)
{
    return wait_flash(BL_OK);
}

enum bl_rc flash_op_erase(uint32_t sector_addr)
{
    return wait_flash(flash_erase_start(sector_addr));
}

enum bl_rc flash_op_program(uint32_t addr, const void *src, uint32_t len)
{
    return wait_flash(flash_program_start(addr, src, len));
}
