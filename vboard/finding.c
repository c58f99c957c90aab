/* SPDX-License-Identifier: MIT
 * Findings: the table of rules, and what happens when one is broken. */
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "board.h"

#define PRINTED_MAX 10

const struct rule rules[RULE_COUNT] = {
#define X(id, name, class, text) [RULE_##id] = {name, class, text},
#include "rules_core.def"

#include "rules_chip.def"

#include "rules_usb.def"
#undef X
};

const char *rule_class_name(enum rule_class class)
{
    switch (class) {
    case RULE_VIOLATION:
        return "violation";
    case RULE_ADVICE:
        return "advice";
    case RULE_UNMODELLED:
        return "unmodelled";
    }
    return "?";
}

static void print(const struct board *b, const struct rule *rule, uint32_t count, const char *text)
{
    char symbol[160];
    const char *colour = "", *plain = "";
    uint64_t us = now_ps(b) / PS_PER_US;

    if (isatty(STDERR_FILENO)) {
        colour = rule->class == RULE_ADVICE ? "\033[33m" : "\033[31m";
        plain = "\033[0m";
    }
    fprintf(stderr, "vboard: %llu.%03llu ms: %s%s %s%s at 0x%08x (%s): %s; %s%s\n",
            (unsigned long long)(us / 1000), (unsigned long long)(us % 1000), colour,
            rule_class_name(rule->class), rule->name, plain, cpu_pc(b),
            load_symbol(b, cpu_pc(b), symbol, sizeof symbol), text, rule->text,
            count == PRINTED_MAX ? " (from here on only counted)" : "");
}

/* The text as the inside of a JSON string. */
static void escape(char *to, size_t room, const char *from)
{
    size_t used = 0;

    for (; *from && used + 3 < room; from++) {
        if (*from == '"' || *from == '\\')
            to[used++] = '\\';
        to[used++] = (unsigned char)*from < 0x20 ? ' ' : *from;
    }
    to[used] = 0;
}

static void judge(struct board *b, const struct rule *rule)
{
    const struct options *o = &b->options;

    if (rule->class == RULE_UNMODELLED) {
        if (!o->allow_unmodelled)
            board_end(b, VBOARD_UNMODELLED, "unmodelled access: %s", rule->name);
    } else if ((rule->class == RULE_VIOLATION && !o->no_strict) ||
               (rule->class == RULE_ADVICE && o->advice_is_error)) {
        board_end(b, VBOARD_VIOLATION, "%s: %s", rule_class_name(rule->class), rule->name);
    }
}

void finding(struct board *b, enum rule_id id, const char *format, ...)
{
    const struct rule *rule = &rules[id];
    char text[256], escaped[512], symbol[160];
    va_list args;

    if (b->trace.muted)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (++b->findings.count[id] <= PRINTED_MAX) {
        print(b, rule, b->findings.count[id], text);
        escape(escaped, sizeof escaped, text);
        trace_event(b, "finding",
                    "\"class\":\"%s\",\"rule\":\"%s\",\"pc\":\"0x%08x\",\"symbol\":\"%s\","
                    "\"text\":\"%s\"",
                    rule_class_name(rule->class), rule->name, cpu_pc(b),
                    load_symbol(b, cpu_pc(b), symbol, sizeof symbol), escaped);
    }
    judge(b, rule);
}
