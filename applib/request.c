/* SPDX-License-Identifier: MIT
 * The upgrade flag. */
#include "applib/request.h"

#include "applib/wait.h"
#include "config/layout.h"
#include "port/reset.h"

static uint32_t flag_word(void)
{
    uint32_t word;
    flash_read(UPGRADE_FLAG_ADDR, &word, sizeof word);
    return word;
}

enum bl_rc request_upgrade(void)
{
    enum bl_rc rc = flash_layout_check();
    if (rc == BL_OK && flag_word() == UPGRADE_FLAG_PENDING)
        return BL_OK;
    if (rc == BL_OK && flag_word() != UPGRADE_FLAG_NONE)
        rc = wait_flash(flash_erase_start(UPGRADE_FLAG_ADDR));
    if (rc == BL_OK) {
        const uint32_t pending = UPGRADE_FLAG_PENDING;
        rc = wait_flash(flash_program_start(UPGRADE_FLAG_ADDR, &pending, sizeof pending));
    }
    return rc;
}

enum bl_rc request_upgrade_and_reset(void)
{
    enum bl_rc rc = request_upgrade();
    if (rc == BL_OK)
        reset_system(false);
    return rc;
}
