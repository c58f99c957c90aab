/* SPDX-License-Identifier: MIT
 * Blocking erase and program of the update area on top of port/flash.h. The waits have no limit of
 * their own: flash_poll ends every operation, with BL_E_TIMEOUT if need be. */
#include "applib/staging.h"

#include "applib/confirm.h"
#include "applib/wait.h"
#include "config/layout.h"
#include "port/flash.h"

enum bl_rc staging_erase(uint32_t off, uint32_t bytes)
{
    uint32_t sector = off / SLOT_SECTOR_BYTES * SLOT_SECTOR_BYTES;

    if (off > SLOT_BYTES || bytes > SLOT_BYTES - off)
        return BL_E_IMG_TOO_BIG;
    enum bl_rc rc = flash_layout_check();
    if (rc == BL_OK && confirm_pending())
        rc = BL_E_ON_TRIAL;
    for (; rc == BL_OK && sector < off + bytes; sector += SLOT_SECTOR_BYTES)
        rc = wait_flash(flash_erase_start(UPDATE_ADDR + sector));
    return rc;
}

enum bl_rc staging_program(uint32_t off, const void *src, uint32_t len)
{
    if (off > SLOT_BYTES || len > SLOT_BYTES - off || off % 4u != 0 || len % 4u != 0 ||
        (uintptr_t)src % 4u != 0)
        return BL_E_FLASH_RANGE;
    return wait_flash(flash_program_start(UPDATE_ADDR + off, src, len));
}
