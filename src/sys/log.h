/* SPDX-License-Identifier: MIT
 * Log lines on the console: one line per thing that happened, in plain words (docs/boot-flow.md,
 * "Messages"). Lines may not nest; the text is cut at LOG_LINE_MAX characters. */
#ifndef SYS_LOG_H
#define SYS_LOG_H

#include "util/err.h"

#define LOG_LINE_MAX 160u

/* Writes one line, "\r\n" added. The format knows %s (NULL prints "(null)"), %u, %d, %c, %x and
 * %% with an optional zero flag and width up to 10 (%08x); anything else prints as it stands. A
 * uint32_t is an unsigned long on the target: cast it to unsigned.
 * Blocks only while the console's ring is full (port/log_sink.h). */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Logs "what: text of rc" and returns rc, so that an error is logged where it is born:
 * return log_error(BL_E_IMG_EMPTY, "stick"). */
enum bl_rc log_error(enum bl_rc rc, const char *what);

#endif
