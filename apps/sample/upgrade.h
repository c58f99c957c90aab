/* SPDX-License-Identifier: MIT
 * The platform upgrade: the application writes a package that it carries (another product would
 * receive it from a network) to the update area, sets the flag and restarts. upgrade.c in images
 * that carry a package, upgrade_none.c in the others. */
#ifndef SAMPLE_UPGRADE_H
#define SAMPLE_UPGRADE_H

#include <stdbool.h>

/* Does all of it; returns only if something failed, after saying what. bare: without the footer
 * that lets the loader check the package, as the simplest scheme allows. Blocks for the erases
 * and programs: typically 1.3 s for each 256 KB sector reached; interrupts go on meanwhile. */
void upgrade_run(bool bare);

#endif
