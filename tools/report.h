/* SPDX-License-Identifier: MIT
 * What a command found, for people (indented lines) or for programs (one JSON object): the same
 * calls make both. In text, a name's underscores become blanks. */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

struct report {
    bool json;
    unsigned depth;
    bool first; /* nothing stands in the innermost group yet */
};

void report_begin(struct report *report, bool json);
void report_end(struct report *report);

/* A named group of values, closed by report_close. A named list, closed by report_close_list, and a
 * group in it, closed by report_close; its name is for the text only. */
void report_group(struct report *report, const char *name);
void report_list(struct report *report, const char *name);
void report_item(struct report *report, const char *name);
void report_close(struct report *report);
void report_close_list(struct report *report);

void report_text(struct report *report, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_number(struct report *report, const char *name, uint32_t value);
void report_yes(struct report *report, const char *name, bool value);
void report_hex(struct report *report, const char *name, const uint8_t *bytes, uint32_t len);
void report_uuid(struct report *report, const char *name, const uint8_t uuid[16]);

#endif
