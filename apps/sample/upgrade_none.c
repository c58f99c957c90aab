/* SPDX-License-Identifier: MIT
 * The sample without a package on board. */
#include "console.h"
#include "upgrade.h"

void upgrade_run(bool bare)
{
    (void)bare;
    console_text("upgrade: this image carries no package\r\n");
}
