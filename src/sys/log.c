/* SPDX-License-Identifier: MIT
 * The formatter behind log_line: a small subset of printf over a line buffer on the stack, so
 * that a line reaches the sink as a whole. */
#include "sys/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "port/log_sink.h"

struct line {
    char text[LOG_LINE_MAX + 2]; /* and the line end */
    uint32_t len;
};

static void line_char(struct line *line, char c)
{
    if (line->len < LOG_LINE_MAX)
        line->text[line->len++] = c;
}

static void line_string(struct line *line, const char *text)
{
    for (const char *p = text != NULL ? text : "(null)"; *p != '\0'; p++)
        line_char(line, *p);
}

static void line_number(struct line *line, unsigned value, unsigned base, unsigned width, char pad)
{
    char digits[10]; /* 2^32 - 1 has ten decimal digits */
    unsigned n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    for (unsigned i = n; i < width; i++)
        line_char(line, pad);
    while (n > 0)
        line_char(line, digits[--n]);
}

static void line_signed(struct line *line, int value, unsigned width, char pad)
{
    if (value < 0) {
        line_char(line, '-');
        line_number(line, 0u - (unsigned)value, 10, width > 0 ? width - 1 : 0, pad);
    } else {
        line_number(line, (unsigned)value, 10, width, pad);
    }
}

/* What stands between '%' and the end of a conversion. */
struct conversion {
    char pad;
    unsigned width;
    char letter; /* '\0' = the format ends here */
};

/* Reads a conversion; format points after the '%'. Returns the first character after it. */
static const char *conversion_parse(const char *format, struct conversion *out)
{
    *out = (struct conversion){.pad = ' '};
    if (*format == '0') {
        out->pad = '0';
        format++;
    }
    while (*format >= '0' && *format <= '9' && out->width < 10)
        out->width = out->width * 10 + (unsigned)(*format++ - '0');
    out->letter = *format;
    return *format == '\0' ? format : format + 1;
}

static void line_int(struct line *line, const struct conversion *c, int value)
{
    if (c->letter == 'c')
        line_char(line, (char)value);
    else
        line_signed(line, value, c->width, c->pad);
}

void log_line(const char *format, ...)
{
    struct line line = {.len = 0};
    struct conversion c;
    va_list args;

    va_start(args, format);
    while (*format != '\0') {
        if (*format != '%') {
            line_char(&line, *format++);
            continue;
        }
        format = conversion_parse(format + 1, &c);
        switch (c.letter) {
        case 's':
            line_string(&line, va_arg(args, const char *));
            break;
        case 'u':
        case 'x':
            line_number(&line, va_arg(args, unsigned), c.letter == 'x' ? 16 : 10, c.width, c.pad);
            break;
        case 'd':
        case 'c':
            line_int(&line, &c, va_arg(args, int));
            break;
        default:
            line_char(&line, c.letter == '\0' ? '%' : c.letter);
            break;
        }
    }
    va_end(args);
    line.text[line.len++] = '\r';
    line.text[line.len++] = '\n';
    log_sink_write(line.text, line.len);
}

enum bl_rc log_error(enum bl_rc rc, const char *what)
{
    log_line("%s: %s", what, err_text(rc));
    return rc;
}
