/* SPDX-License-Identifier: MIT
 * The two ways out of the loader. */
#ifndef BOOT_START_H
#define BOOT_START_H

#include "boot/boot.h"

/* Says what the run area holds, once: as soon as it is known, so that the console is through with it
 * when the attach window closes. */
void start_describe(struct slot_check *run);

/* Says what is started and why it may be, shows the code of an error once, puts everything back to
 * its reset state and jumps. A run area that the policy does not accept after all ends in a
 * restart. */
_Noreturn void start_application(struct boot *boot);

/* System reset after an install for the application; the next start skips the attach window. */
_Noreturn void start_restart(void);

#endif
