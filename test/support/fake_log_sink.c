/* SPDX-License-Identifier: MIT
 * Log text for unit tests. */
#include "support/fake_log_sink.h"

#include <string.h>

#include "port/log_sink.h"

static char text[65536];
static uint32_t used;

void log_sink_write(const char *more, uint32_t len)
{
    uint32_t room = (uint32_t)sizeof text - 1 - used;

    if (len > room)
        len = room;
    memcpy(text + used, more, len);
    used += len;
    text[used] = '\0';
}

void log_sink_flush(void)
{
}

const char *fake_log_text(void)
{
    return text;
}

void fake_log_clear(void)
{
    used = 0;
    text[0] = '\0';
}
