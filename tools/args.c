/* SPDX-License-Identifier: MIT
 * Command-line words; args.h. */
#include "tools/args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_TEXT_MAX 32u

bool args_number(const char *text, uint32_t max, uint32_t *out)
{
    char *end;
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hex ? text + 2 : text;

    if (strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") == 0)
        return false;
    errno = 0;
    unsigned long long value = strtoull(digits, &end, hex ? 16 : 10);

    *out = (uint32_t)value;
    return errno == 0 && *end == '\0' && value <= max;
}

bool args_number_until(const char **text, char stop, uint32_t max, uint32_t *out)
{
    char part[NUMBER_TEXT_MAX];
    const char *end = strchr(*text, stop);
    size_t len = end != NULL ? (size_t)(end - *text) : strlen(*text);

    if (len >= sizeof part)
        return false;
    memcpy(part, *text, len);
    part[len] = '\0';
    *text += (*text)[len] != '\0' ? len + 1 : len;
    return args_number(part, max, out);
}

static enum status args_list_add(const char *name, struct args_list *list, const char *value)
{
    if (list->count == ARGS_LIST_MAX)
        return say_error(STATUS_USAGE, "%s: given more than %u times", name, ARGS_LIST_MAX);
    list->item[list->count++] = value;
    return STATUS_OK;
}

static enum status args_set(const struct args_option *option, const char *value)
{
    struct args_number *number = option->to;
    const char **text = option->to;

    switch (option->kind) {
    case ARGS_FLAG:
        *(bool *)option->to = true;
        return STATUS_OK;
    case ARGS_TEXT:
        if (*text != NULL)
            return say_error(STATUS_USAGE, "%s: given twice", option->name);
        *text = value;
        return STATUS_OK;
    case ARGS_NUMBER:
        if (!args_number(value, UINT32_MAX, &number->value)) {
            return say_error(STATUS_USAGE,
                             "%s: '%s' is not a number of at most 32 bits (decimal or 0x...)",
                             option->name, value);
        }
        number->given = true;
        return STATUS_OK;
    case ARGS_LIST:
        return args_list_add(option->name, option->to, value);
    }
    return STATUS_USAGE;
}

static const struct args_option *args_find(const struct args_option *options, const char *word)
{
    size_t len = strcspn(word, "=");

    for (; options->name != NULL; options++)
        if (strlen(options->name) == len && strncmp(options->name, word, len) == 0)
            return options;
    return NULL;
}

/* Sets one option; *used becomes the number of words it took. */
static enum status args_option(const struct args_option *options, int left,
                               const char *const argv[], int *used)
{
    const struct args_option *option = args_find(options, argv[0]);
    const char *glued = strchr(argv[0], '=');

    *used = 1;
    if (option == NULL)
        return say_error(STATUS_USAGE, "%s: no such option; see --help", argv[0]);
    if (option->kind == ARGS_FLAG) {
        if (glued != NULL)
            return say_error(STATUS_USAGE, "%s: takes no value", option->name);
        return args_set(option, NULL);
    }
    if (glued != NULL)
        return args_set(option, glued + 1);
    if (left < 2)
        return say_error(STATUS_USAGE, "%s: needs a value", option->name);
    *used = 2;
    return args_set(option, argv[1]);
}

enum status args_parse(const struct args_option *options, int argc, const char *const argv[],
                       struct args_list *files, unsigned files_max)
{
    bool only_files = false;
    int used = 1;

    for (int i = 0; i < argc; i += used) {
        enum status status = STATUS_OK;

        used = 1;
        if (!only_files && strcmp(argv[i], "--") == 0)
            only_files = true;
        else if (!only_files && argv[i][0] == '-' && argv[i][1] != '\0')
            status = args_option(options, argc - i, argv + i, &used);
        else if (files->count == files_max)
            status = say_error(STATUS_USAGE, "'%s': one file too many; see --help", argv[i]);
        else
            files->item[files->count++] = argv[i];
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
