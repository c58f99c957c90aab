/* SPDX-License-Identifier: MIT
 * A magic word and how often the settings were changed stand for real ones. */
#include "settings.h"

#include <stdint.h>
#include <string.h>

#include "applib/parameters.h"
#include "console.h"
#include "startup.h"

#define SETTINGS_MAGIC 0x31544553u /* "SET1" */

static uint32_t settings[APP_PARAMS_USED_BYTES / 4u];

/* From flash; blank ones, or what is no settings, count as never changed. */
static void load(void)
{
    memcpy(settings, (const void *)APP_PARAMS_ADDR, sizeof settings);
    if (settings[0] == SETTINGS_MAGIC)
        return;
    memset(settings, 0xFF, sizeof settings);
    settings[0] = SETTINGS_MAGIC;
    settings[1] = 0;
}

static void report(const char *text)
{
    console_text(text);
    console_number(settings[1]);
    console_text("\r\n");
}

void settings_report(void)
{
    load();
    report("settings: changes ");
}

void settings_renew(void)
{
    load();
    settings[1]++;
    startup_vectors_to_ram();
    enum bl_rc rc = parameters_write(settings);
    if (rc == BL_OK) {
        report("settings: written, changes ");
    } else {
        console_text("settings: ");
        console_text(err_text(rc));
        console_text("\r\n");
    }
}
