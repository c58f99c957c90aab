/* SPDX-License-Identifier: MIT
 * Trial and confirmation. An image that asks to be confirmed (packager: sign --trial) is started on
 * trial, with the watchdog running. Unless the application confirms it, the image before it comes
 * back after some starts (docs/install.md). */
#ifndef APPLIB_CONFIRM_H
#define APPLIB_CONFIRM_H

#include <stdbool.h>

#include "util/err.h"

/* This application is on trial and has not confirmed yet. Reads a log of the loader, about 10 ms
 * at 16 MHz. Not during a flash operation. */
bool confirm_pending(void);

/* Makes the running image permanent: programs a record of 256 bytes (a few ms) that the loader takes
 * up at the next start. BL_OK also when nothing is on trial. Call it once the application has shown
 * that it works: what was confirmed is not taken back. The watchdog cannot be stopped before the next
 * reset: go on feeding it. May be cut anywhere and repeated. BL_E_RECORDS_FULL when the log has no
 * room left for it, which the loader makes before every start; or an error of the flash. */
BL_MUST enum bl_rc confirm_image(void);

#endif
