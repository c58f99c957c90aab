/* SPDX-License-Identifier: MIT
 * Asks the loader to install what lies in the update area: the upgrade flag word
 * (config/layout.h, UPGRADE_FLAG_ADDR and UPGRADE_FLAG_PENDING). */
#ifndef APPLIB_REQUEST_H
#define APPLIB_REQUEST_H

#include "util/err.h"

/* Sets the flag; the next reset installs. Nothing to do if it is set already. A flag word that is
 * neither blank nor set costs an erase of its sector (0.5 s): the loader's records live there too,
 * in a second copy, which it renews from the first. Blocks; errors as in port/flash.h. */
BL_MUST enum bl_rc request_upgrade(void);

/* The same, then a system reset. Returns only when the flag could not be set. */
BL_MUST enum bl_rc request_upgrade_and_reset(void);

#endif
