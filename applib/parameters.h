/* SPDX-License-Identifier: MIT
 * The application's own 4 KB of sector 3 (config/layout.h, APP_PARAMS_ADDR). The loader's records
 * fill the rest of that sector: an application that erases it by itself costs the loader one of its
 * two logs. This way costs it nothing. */
#ifndef APPLIB_PARAMETERS_H
#define APPLIB_PARAMETERS_H

#include <stdint.h>

#include "config/layout.h"
#include "util/err.h"

/* Replaces all APP_PARAMS_USED_BYTES of it. data: word-aligned, in RAM. A cut anywhere leaves the
 * old or the new content, once the loader has run: it completes what was begun. An upgrade that is
 * requested stays requested, and so does a confirmation. Erases sectors 3 and 4 (typically 0.25 and
 * 0.5 s; 10,000 times in the chip's life, datasheet): for what changes often, use another memory.
 * Errors as in port/flash.h; after one, call it again. Needs 3 KB of stack. */
BL_MUST enum bl_rc parameters_write(const uint32_t data[APP_PARAMS_USED_BYTES / 4u]);

#endif
