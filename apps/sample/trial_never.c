/* SPDX-License-Identifier: MIT
 * Works, but never confirms. */
#include "trial.h"

void trial_run(bool healthy)
{
    (void)healthy;
}
