/* SPDX-License-Identifier: MIT
 * Crashes: the fault handler reports and stays, the watchdog of the trial ends it. */
#include "trial.h"

void trial_run(bool healthy)
{
    (void)healthy;
    __asm__ volatile("udf #0");
}
