/* SPDX-License-Identifier: MIT
 * The command `vboard`: run firmware, list rules, parameters, quirks. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"
#include "help.h"

/* Text as a JSON string. */
static void json_string(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        if ((unsigned char)*text < 0x20)
            printf("\\u%04x", (unsigned)*text);
        else
            putchar(*text);
    }
    putchar('"');
}

static void summary(const struct board *b)
{
    bool first = true;

    printf("{\"status\":%d,\"reason\":", b->run.status);
    json_string(b->run.reason);
    printf(",\"t_us\":%llu,\"power_ons\":%u,\"resets\":%u,\"flash_operations\":%llu,\"findings\":{",
           (unsigned long long)vboard_now_us(b), b->run.power_ons, b->run.resets,
           (unsigned long long)vboard_flash_operations(b));
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        if (b->findings.count[i] == 0)
            continue;
        printf("%s\"%s\":%u", first ? "" : ",", rules[i].name, b->findings.count[i]);
        first = false;
    }
    printf("}}\n");
}

/* What the consoles send and what the board says end up in the same place. */
static bool same_place(FILE *a, FILE *b)
{
    struct stat first, second;

    return fstat(fileno(a), &first) == 0 && fstat(fileno(b), &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static void say_end(const struct board *b)
{
    const char *bold = isatty(STDERR_FILENO) ? "\033[1m" : "";
    const char *plain = isatty(STDERR_FILENO) ? "\033[0m" : "";
    uint64_t us = vboard_now_us(b);
    size_t bytes = b->trace.console.bytes;

    if (bytes && b->trace.console.text[bytes - 1] != '\n' && same_place(b->trace.live, stderr))
        fputc('\n', stderr); /* the end is not part of a console's line */
    fprintf(stderr, "vboard: %llu.%03llu ms: %send%s: %s\n", (unsigned long long)(us / 1000),
            (unsigned long long)(us % 1000), bold, plain, b->run.reason);
}

static int command_run(int argc, const char *const argv[])
{
    struct board *b;
    int status;

    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            help_run(stdout);
            return VBOARD_OK;
        }
    }
    b = vboard_open(argc, argv);
    if (!b)
        return VBOARD_USAGE;
    vboard_catch_signals();
    b->trace.live = b->options.json ? stderr : stdout;
    status = vboard_run(b);
    say_end(b);
    if (b->options.json)
        summary(b);
    vboard_close(b);
    return status;
}

static int list_rules(bool json)
{
    if (!json)
        printf("%-26s %-10s %s\n", "RULE", "CLASS", "MEANING");
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        if (json) {
            printf("%s{\"rule\":", i ? ",\n " : "[");
            json_string(rules[i].name);
            printf(",\"class\":\"%s\",\"text\":", rule_class_name(rules[i].class));
            json_string(rules[i].text);
            putchar('}');
        } else {
            printf("%-26s %-10s %s\n", rules[i].name, rule_class_name(rules[i].class),
                   rules[i].text);
        }
    }
    if (json)
        puts("]");
    return VBOARD_OK;
}

static void param_as_json(unsigned i)
{
    const struct param_info *p = &params[i];

    printf("%s{\"param\":", i ? ",\n " : "[");
    json_string(p->name);
    if (p->value == PARAM_NEVER)
        printf(",\"default\":\"never\"");
    else
        printf(",\"default\":%llu", (unsigned long long)p->value);
    printf(",\"unit\":");
    json_string(p->unit);
    printf(",\"unverified\":%s,\"never\":%s,\"variations\":", p->unverified ? "true" : "false",
           p->never_ok ? "true" : "false");
    json_string(p->variations);
    printf(",\"text\":");
    json_string(p->text);
    putchar('}');
}

static int list_params(bool json)
{
    char value[24];

    if (!json)
        printf("%-26s %-10s %-12s %-10s %s\n", "PARAMETER", "DEFAULT", "UNIT", "UNVERIFIED",
               "MEANING");
    for (unsigned i = 0; i < PARAM_COUNT; i++) {
        const struct param_info *p = &params[i];

        snprintf(value, sizeof value, "%llu", (unsigned long long)p->value);
        if (json)
            param_as_json(i);
        else
            printf("%-26s %-10s %-12s %-10s %s%s\n", p->name,
                   p->value == PARAM_NEVER ? "never" : value, p->unit, p->unverified ? "yes" : "no",
                   p->text, p->never_ok && p->value != PARAM_NEVER ? " (may be \"never\")" : "");
    }
    if (json)
        puts("]");
    return VBOARD_OK;
}

static void quirk_as_json(enum quirk_id id)
{
    const struct quirk_info *q = &quirk_table[id];
    char value[24];

    printf("%s{\"quirk\":", id ? ",\n " : "[");
    json_string(q->name);
    printf(",\"default\":");
    json_string(quirk_default_text(id, value));
    printf(",\"value\":");
    json_string(quirk_form(id));
    printf(",\"text\":");
    json_string(q->text);
    printf(",\"seen\":");
    json_string(q->seen);
    putchar('}');
}

static int list_quirks(bool json)
{
    char value[24];

    if (!json)
        printf("%-20s %-10s %-20s %s [%s]\n", "QUIRK", "DEFAULT", "VALUE", "MEANING", "SEEN ON");
    for (unsigned i = 0; i < QUIRK_COUNT; i++) {
        enum quirk_id id = (enum quirk_id)i;

        if (json)
            quirk_as_json(id);
        else
            printf("%-20s %-10s %-20s %s [%s]\n", quirk_table[i].name,
                   quirk_default_text(id, value), quirk_form(id), quirk_table[i].text,
                   quirk_table[i].seen);
    }
    if (json)
        puts("]");
    return VBOARD_OK;
}

static int command_list(const char *command, int argc, const char *const argv[])
{
    bool json = argc == 1 && strcmp(argv[0], "--json") == 0;

    if (argc == 1 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
        help_lists(stdout, command);
        return VBOARD_OK;
    }
    if (argc > 1 || (argc == 1 && !json)) {
        fprintf(stderr, "vboard: `vboard %s` takes only --json\n", command);
        return VBOARD_USAGE;
    }
    if (strcmp(command, "rules") == 0)
        return list_rules(json);
    return strcmp(command, "params") == 0 ? list_params(json) : list_quirks(json);
}

int main(int argc, char *argv[])
{
    const char *command = argc > 1 ? argv[1] : "";
    const char *const *words = (const char *const *)argv + 2;

    if (strcmp(command, "run") == 0)
        return command_run(argc - 2, words);
    if (strcmp(command, "rules") == 0 || strcmp(command, "params") == 0 ||
        strcmp(command, "quirks") == 0)
        return command_list(command, argc - 2, words);
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0 ||
        strcmp(command, "help") == 0) {
        help_main(stdout);
        return VBOARD_OK;
    }
    if (*command)
        fprintf(stderr, "vboard: no command \"%s\"\n\n", command);
    help_main(stderr);
    return VBOARD_USAGE;
}
