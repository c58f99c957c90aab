/* SPDX-License-Identifier: MIT
 * Inside the library: waits for the flash operation that was just started. */
#ifndef APPLIB_WAIT_H
#define APPLIB_WAIT_H

#include "port/clock.h"
#include "port/flash.h"

/* started: what *_start returned. */
static inline enum bl_rc wait_flash(enum bl_rc started)
{
    if (started != BL_OK)
        return started;
    enum bl_rc rc;
    while ((rc = flash_poll()) == BL_PENDING)
        clock_idle();
    return rc;
}

#endif
