/* SPDX-License-Identifier: MIT
 * What the loader did last: installed, refused, failed or rolled back, from where, with which error,
 * and the old and the new image. struct record_result and its enumerators: params/records.h. */
#ifndef APPLIB_RESULT_H
#define APPLIB_RESULT_H

#include <stdbool.h>

#include "params/records.h"

/* Reads the newest record of both logs, about 40 ms at 16 MHz. False when there is none, as on a
 * product that was never upgraded; *out then says RECORD_NOTHING. Not during a flash operation. */
bool result_read(struct record_result *out);

#endif
