/* SPDX-License-Identifier: MIT
 * The events file: one JSON object a line, {"t_us":123,"event":"reset",...}; docs/vboard.md has the
 * schema. */
#ifndef VBOARD_TRACE_H
#define VBOARD_TRACE_H

#include <stdio.h>

struct board;

struct trace {
    FILE *file; /* NULL: no events wanted */
};

/* Writes one event. fields is printf-formatted JSON without braces: "\"led\":1,\"on\":true". */
void trace_event(struct board *b, const char *event, const char *fields, ...)
    __attribute__((format(printf, 3, 4)));

#endif
