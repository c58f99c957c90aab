/* SPDX-License-Identifier: MIT
 * Looking for a stick with a file that is wanted, and waiting for one when nothing else is left. */
#ifndef BOOT_LOOK_H
#define BOOT_LOOK_H

#include "boot/boot.h"

/* Waits for a stick while the run area is verified, finds the file and checks what can be checked
 * before the first erase. facts.stick becomes INSTALL_STICK_OFFERS or _DONE, the reason logged.
 * Blocks: the attach window without a stick, else up to STICK_TOTAL_MS and the file's checks. */
void look_for_stick(struct boot *boot);

/* Nothing to start: shows the LED code, waits until a failed stick is pulled out or cycles VBUS,
 * and makes the loop look again. */
void look_wait(struct boot *boot);

#endif
