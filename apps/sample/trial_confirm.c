/* SPDX-License-Identifier: MIT
 * Confirms a trial when everything works. */
#include "applib/confirm.h"
#include "console.h"
#include "trial.h"

void trial_run(bool healthy)
{
    if (!confirm_pending())
        return;
    if (!healthy) {
        console_text("on trial: not confirmed\r\n");
        return;
    }
    console_text("on trial: ");
    enum bl_rc rc = confirm_image();
    console_text(rc == BL_OK ? "confirmed" : err_text(rc));
    console_text("\r\n");
}
