/* SPDX-License-Identifier: MIT
 * The boot loop. */
#ifndef BOOT_FLOW_H
#define BOOT_FLOW_H

#include "boot/boot.h"

/* Runs one start to its end: the application, a restart, or waiting for ever. boot->clock_ok,
 * ->button and ->facts.layout_ok are set, ->install is loaded; all else is zero. */
_Noreturn void flow_run(struct boot *boot);

#endif
