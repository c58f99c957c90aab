/* SPDX-License-Identifier: MIT
 * What the outside world sees of a run: the events file, one JSON object a line
 * ({"t_us":123,"event":"reset",...}; docs/vboard.md has the schema), and the consoles' text. */
#ifndef VBOARD_TRACE_H
#define VBOARD_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct board;

/* A growing text, always ended by a zero once it holds anything. */
struct trace_text {
    char *text;
    size_t bytes, room;
};

#define TRACE_CONSOLES 2
#define TRACE_LINE_MAX 256

struct trace {
    FILE *file; /* events; NULL: no file wanted */
    FILE *uart; /* --uart */
    FILE *live; /* the terminal; NULL: silent (library) */
    struct trace_text events, console;
    struct trace_line { /* text of the console that does not own the terminal's line */
        char text[TRACE_LINE_MAX];
        unsigned bytes;
    } line[TRACE_CONSOLES];
    int owner; /* console that the line on the terminal belongs to; -1 = none */
    struct trace_text pure[TRACE_CONSOLES]; /* each console's own text, for --until */
    const char *until;                      /* text waited for; NULL: none */
    bool until_seen;
    bool muted; /* during a dump: nothing is recorded */
};

/* Writes one event. fields is printf-formatted JSON without braces: "\"led\":1,\"on\":true". */
void trace_event(struct board *b, const char *event, const char *fields, ...)
    __attribute__((format(printf, 3, 4)));

/* A console sent one character: console 0 = USART3, 1 = UART4 (as enum in usart.h). */
void trace_console(struct board *b, unsigned console, uint8_t byte);

bool trace_open(struct board *b);
void trace_flush(struct board *b); /* unfinished lines go out */
void trace_close(struct board *b);
/* The run waits for this text from now on; text that is there already does not count. */
void trace_set_until(struct board *b, const char *text);

#endif
