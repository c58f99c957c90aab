/* SPDX-License-Identifier: MIT
 * What the sample does once it has come up: a good one confirms itself, the bad ones show why an
 * image should have to. */
#ifndef SAMPLE_TRIAL_H
#define SAMPLE_TRIAL_H

#include <stdbool.h>

/* healthy: the sample's own tests went well. */
void trial_run(bool healthy);

#endif
