/* SPDX-License-Identifier: MIT
 * Text and JSON; report.h. */
#include "tools/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define INDENT      2
#define LABEL_WIDTH 22
#define TEXT_MAX    1024

static void indent(const struct report *report)
{
    unsigned depth = report->json ? report->depth : report->depth - 1;

    printf("%*s", (int)depth * INDENT, "");
}

/* A JSON string: file names may hold anything. */
static void json_string(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

/* What stands before a value: comma, indentation, its name. */
static void label(struct report *report, const char *name, bool opens)
{
    if (report->json) {
        fputs(report->first ? "\n" : ",\n", stdout);
        indent(report);
        if (name != NULL) {
            json_string(name);
            fputs(": ", stdout);
        }
    } else if (name != NULL) {
        int width = LABEL_WIDTH - (int)(report->depth - 1) * INDENT;

        indent(report);
        for (const char *c = name; *c != '\0'; c++)
            putchar(*c == '_' ? ' ' : *c);
        if (!opens)
            printf("%*s", width > (int)strlen(name) ? width - (int)strlen(name) : 1, "");
    }
    report->first = false;
}

static void open_with(struct report *report, const char *name, char bracket)
{
    label(report, name, true);
    if (report->json)
        putchar(bracket);
    else if (name != NULL)
        putchar('\n');
    report->depth++;
    report->first = true;
}

static void close_with(struct report *report, char bracket)
{
    report->depth--;
    if (report->json) {
        if (!report->first) {
            putchar('\n');
            indent(report);
        }
        putchar(bracket);
    }
    report->first = false;
}

void report_begin(struct report *report, bool json)
{
    *report = (struct report){.json = json, .depth = 1, .first = true};
    if (json)
        putchar('{');
}

void report_end(struct report *report)
{
    close_with(report, '}');
    if (report->json)
        putchar('\n');
}

void report_group(struct report *report, const char *name)
{
    open_with(report, name, '{');
}

void report_list(struct report *report, const char *name)
{
    open_with(report, name, '[');
}

void report_item(struct report *report, const char *name)
{
    open_with(report, report->json ? NULL : name, '{');
}

void report_close(struct report *report)
{
    close_with(report, '}');
}

void report_close_list(struct report *report)
{
    close_with(report, ']');
}

void report_text(struct report *report, const char *name, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    label(report, name, false);
    if (report->json)
        json_string(text);
    else
        puts(text);
}

void report_number(struct report *report, const char *name, uint32_t value)
{
    label(report, name, false);
    printf(report->json ? "%u" : "%u\n", value);
}

void report_yes(struct report *report, const char *name, bool value)
{
    label(report, name, false);
    if (report->json)
        fputs(value ? "true" : "false", stdout);
    else
        puts(value ? "yes" : "no");
}

void report_hex(struct report *report, const char *name, const uint8_t *bytes, uint32_t len)
{
    label(report, name, false);
    fputs(report->json ? "\"" : "", stdout);
    for (uint32_t i = 0; i < len; i++)
        printf("%02x", bytes[i]);
    fputs(report->json ? "\"" : "\n", stdout);
}

void report_uuid(struct report *report, const char *name, const uint8_t uuid[16])
{
    char text[37];
    unsigned at = 0;

    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[at++] = '-';
        text[at++] = "0123456789abcdef"[uuid[i] >> 4];
        text[at++] = "0123456789abcdef"[uuid[i] & 15];
    }
    text[at] = '\0';
    report_text(report, name, "%s", text);
}
