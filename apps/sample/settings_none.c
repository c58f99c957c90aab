/* SPDX-License-Identifier: MIT
 * The sample without settings: smaller. */
#include "settings.h"

void settings_report(void)
{
}

void settings_renew(void)
{
}
