/* SPDX-License-Identifier: MIT
 * Hangs: the watchdog of the trial ends it. */
#include "trial.h"

void trial_run(bool healthy)
{
    (void)healthy;
    for (;;) {
    }
}
