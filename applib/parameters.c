/* SPDX-License-Identifier: MIT
 * The loader's own way of erasing sector 3, with another content for the application's part. */
#include "applib/parameters.h"

#include "applib/confirm.h"
#include "install/journal.h"
#include "port/flash.h"

enum bl_rc parameters_write(const uint32_t data[APP_PARAMS_USED_BYTES / 4u])
{
    struct journal journal;
    enum bl_rc rc = flash_layout_check();

    if (rc != BL_OK)
        return rc;
    journal_load(&journal);
    bool confirmed = journal.p.scan.confirmed;

    rc = journal_put_parameters(&journal, data);
    return rc == BL_OK && confirmed ? confirm_image() : rc;
}
