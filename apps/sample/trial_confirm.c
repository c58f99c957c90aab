/* SPDX-License-Identifier: MIT
 * Confirms a trial when everything works. */
#include "applib/confirm.h"
#include "console.h"
#include "startup.h"
#include "trial.h"

void trial_run(bool healthy)
{
    if (!confirm_pending())
        return;
    if (!healthy) {
        console_text("on trial: not confirmed\r\n");
        return;
    }
    startup_vectors_to_ram(); /* the flash answers nobody while a word is programmed */
    console_text("on trial: ");
    enum bl_rc rc = confirm_image();
    console_text(rc == BL_OK ? "confirmed" : err_text(rc));
    console_text("\r\n");
}
