/* SPDX-License-Identifier: MIT
 * port/log_sink.h for unit tests: keeps the text. */
#ifndef SUPPORT_FAKE_LOG_SINK_H
#define SUPPORT_FAKE_LOG_SINK_H

/* What has been logged since the last fake_log_clear; the end is cut off when it is very long. */
const char *fake_log_text(void);

void fake_log_clear(void);

#endif
