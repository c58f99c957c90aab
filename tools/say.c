/* SPDX-License-Identifier: MIT
 * Messages on stderr; say.h. */
#include "tools/say.h"

#include <stdarg.h>
#include <stdio.h>

static const char *command = "";

void say_command(const char *name)
{
    command = name;
}

static void say_line(const char *kind, const char *format, va_list args)
{
    fprintf(stderr, "stickboot%s%s: %s", *command ? " " : "", command, kind);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

enum status say_error(enum status status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line("", format, args);
    va_end(args);
    return status;
}

void say_note(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line("note: ", format, args);
    va_end(args);
}
