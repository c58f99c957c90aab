/* SPDX-License-Identifier: MIT
 * Where log lines go: the console. */
#ifndef PORT_LOG_SINK_H
#define PORT_LOG_SINK_H

#include <stdint.h>

/* Queues len characters for the console; the ring is drained in the background by clock_idle.
 * When the ring is full it waits for room (87 us a character at 115200 baud). */
void log_sink_write(const char *text, uint32_t len);

/* Waits until the last character has left the wire. */
void log_sink_flush(void);

#endif
