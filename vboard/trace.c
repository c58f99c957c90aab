/* SPDX-License-Identifier: MIT
 * The events file and the consoles' text. Events and text are also kept in memory for tests.
 * Two consoles share one terminal: a line belongs to the console that began it, and what the other
 * one says meanwhile waits for the line's end. */
#include "trace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

static void append(struct trace_text *t, const char *from, size_t bytes)
{
    if (t->bytes + bytes + 1 > t->room) {
        size_t room = (t->room + bytes) * 2 + 256;
        char *bigger = realloc(t->text, room);

        if (!bigger) {
            fprintf(stderr, "vboard: out of memory\n");
            exit(EXIT_FAILURE);
        }
        t->text = bigger;
        t->room = room;
    }
    memcpy(t->text + t->bytes, from, bytes);
    t->bytes += bytes;
    t->text[t->bytes] = 0;
}

void trace_event(struct board *b, const char *event, const char *fields, ...)
{
    struct trace *t = &b->trace;
    char line[1024];
    size_t used;
    va_list args;

    if (t->muted)
        return;
    used = (size_t)snprintf(line, sizeof line, "{\"t_us\":%llu,\"event\":\"%s\"",
                            (unsigned long long)(now_ps(b) / PS_PER_US), event);
    if (fields && *fields) {
        line[used++] = ',';
        va_start(args, fields);
        used += (size_t)vsnprintf(line + used, sizeof line - used, fields, args);
        va_end(args);
    }
    if (used > sizeof line - 3)
        used = sizeof line - 3;
    memcpy(line + used, "}\n", 3);
    append(&t->events, line, used + 2);
    if (t->file)
        fputs(line, t->file);
}

static void emit(struct trace *t, const char *from, size_t bytes)
{
    append(&t->console, from, bytes);
    if (t->live) {
        fwrite(from, 1, bytes, t->live);
        fflush(t->live);
    }
    if (t->uart)
        fwrite(from, 1, bytes, t->uart);
}

/* The console gets the terminal: what it said in the meantime comes out. */
static void take_over(struct trace *t, int console)
{
    struct trace_line *line = &t->line[console];

    emit(t, line->text, line->bytes);
    t->owner = line->bytes && line->text[line->bytes - 1] != '\n' ? console : -1;
    line->bytes = 0;
}

static void give_up_line(struct trace *t)
{
    t->owner = -1;
    for (int i = 0; i < TRACE_CONSOLES && t->owner < 0; i++)
        take_over(t, i);
}

static bool ends_with(const struct trace_text *t, const char *tail)
{
    size_t bytes = strlen(tail);

    return t->bytes >= bytes && memcmp(t->text + t->bytes - bytes, tail, bytes) == 0;
}

void trace_console(struct board *b, unsigned console, uint8_t byte)
{
    struct trace *t = &b->trace;
    struct trace_line *line = &t->line[console];
    char c = (char)byte;

    append(&t->pure[console], &c, 1);
    if (t->owner < 0)
        t->owner = (int)console;
    if (t->owner == (int)console) {
        emit(t, &c, 1);
        if (c == '\n')
            give_up_line(t);
    } else {
        line->text[line->bytes++] = c;
        if (line->bytes == TRACE_LINE_MAX)
            take_over(t, (int)console);
    }
    if (t->until && !t->until_seen && ends_with(&t->pure[console], t->until)) {
        t->until_seen = true;
        cpu_attend(b);
    }
}

void trace_set_until(struct board *b, const char *text)
{
    struct trace *t = &b->trace;

    t->until = text && *text ? text : NULL;
    t->until_seen = false;
    for (int i = 0; i < TRACE_CONSOLES; i++)
        t->pure[i].bytes = 0;
}

void trace_flush(struct board *b)
{
    struct trace *t = &b->trace;

    for (int i = 0; i < TRACE_CONSOLES; i++)
        take_over(t, i);
    if (t->uart)
        fflush(t->uart);
    if (t->file)
        fflush(t->file);
}

static FILE *open_file(const char *option, const char *path)
{
    FILE *file = fopen(path, "w");

    if (!file)
        fprintf(stderr, "vboard: cannot write %s %s: %s\n", option, path, strerror(errno));
    return file;
}

bool trace_open(struct board *b)
{
    struct trace *t = &b->trace;
    const struct options *o = &b->options;

    t->owner = -1;
    append(&t->events, "", 0);
    append(&t->console, "", 0);
    if (o->events_path && !(t->file = open_file("--events", o->events_path)))
        return false;
    if (o->uart_path && !(t->uart = open_file("--uart", o->uart_path)))
        return false;
    return true;
}

void trace_close(struct board *b)
{
    struct trace *t = &b->trace;

    if (t->file)
        fclose(t->file);
    if (t->uart)
        fclose(t->uart);
    free(t->events.text);
    free(t->console.text);
    for (int i = 0; i < TRACE_CONSOLES; i++)
        free(t->pure[i].text);
}
