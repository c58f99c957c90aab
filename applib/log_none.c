/* SPDX-License-Identifier: MIT
 * sys/log.h for an application: the error code says it all. */
#include "sys/log.h"

void log_line(const char *format, ...)
{
    (void)format;
}

enum bl_rc log_error(enum bl_rc rc, const char *what)
{
    (void)what;
    return rc;
}
