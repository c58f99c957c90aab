/* SPDX-License-Identifier: MIT
 * What the applications of the scenarios do with the flash when they are started. */
#ifndef POWER_APPLICATION_H
#define POWER_APPLICATION_H

/* The application `running` (WORLD_OLD, ...) runs until the next reset: confirms, brings the new
 * image, or leaves a half-written package, as the scenario says. */
void application_run(int running);

#endif
