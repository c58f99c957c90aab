/* SPDX-License-Identifier: MIT
 * The words of a command line: "--name value", "--name=value", "--flag", and files. Each command
 * has a table of its options. Numbers are decimal or 0x hexadecimal. */
#ifndef TOOLS_ARGS_H
#define TOOLS_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/say.h"

#define ARGS_LIST_MAX 16u

enum args_kind {
    ARGS_FLAG,   /* bool */
    ARGS_TEXT,   /* const char *, NULL = not given */
    ARGS_NUMBER, /* struct args_number */
    ARGS_LIST,   /* struct args_list: the option may be repeated */
};

struct args_number {
    uint32_t value;
    bool given;
};

struct args_list {
    const char *item[ARGS_LIST_MAX];
    unsigned count;
};

struct args_option {
    const char *name; /* "--key"; NULL ends the table */
    enum args_kind kind;
    void *to;
};

/* Fills what the options point to; words that are no options go to files, at most files_max of
 * them. STATUS_USAGE, said, for anything else. */
enum status args_parse(const struct args_option *options, int argc, const char *const argv[],
                       struct args_list *files, unsigned files_max);

/* A whole number, the text used up. False when it is none or above max. */
bool args_number(const char *text, uint32_t max, uint32_t *out);

/* Cuts the number before `stop` (or the end) off *text; *text moves behind the stop character. */
bool args_number_until(const char **text, char stop, uint32_t max, uint32_t *out);

#endif
