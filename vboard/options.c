/* SPDX-License-Identifier: MIT
 * The words behind `vboard run`, checked and put into struct options. */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "param.h"
#include "quirk.h"

#define DEFAULT_FOR_US   10000000ull  /* neither --until nor --for */
#define DEFAULT_UNTIL_US 600000000ull /* --until alone */

struct parser {
    struct options *o;
    struct param_values *params;
    struct quirks *quirks;
    const char *option, *value;
};

static bool refuse(const struct parser *p, const char *why)
{
    fprintf(stderr, "vboard: %s %s: %s (see `vboard run --help`)\n", p->option,
            p->value ? p->value : "", why);
    return false;
}

/* A number at *text; moves *text behind it. A sign is no number. */
static bool number(const char **text, int base, uint64_t most, uint64_t *value)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    errno = 0;
    *value = strtoull(*text, &end, base);
    if (errno || *value > most)
        return false;
    *text = end;
    return true;
}

/* Milliseconds, with up to three decimals, as microseconds. */
static bool milliseconds(const char **text, uint64_t *us)
{
    uint64_t whole, scale = 100;

    if (!number(text, 10, UINT32_MAX, &whole))
        return false;
    *us = whole * 1000;
    if (**text != '.')
        return true;
    for ((*text)++; **text >= '0' && **text <= '9'; (*text)++, scale /= 10)
        *us += scale * (uint64_t)(**text - '0');
    return true;
}

static bool room_for(const struct parser *p, unsigned count)
{
    return count < OPTION_LIST_MAX || refuse(p, "given too often");
}

static bool set_load(struct parser *p)
{
    if (!room_for(p, p->o->load_count))
        return false;
    p->o->load[p->o->load_count++] = p->value;
    return true;
}

static bool set_path(struct parser *p)
{
    struct options *o = p->o;
    const struct {
        const char *option;
        const char **path;
    } paths[] = {{"--flash", &o->flash_path}, {"--stick", &o->stick_path},
                 {"--uart", &o->uart_path},   {"--events", &o->events_path},
                 {"--until", &o->until},      {"--dump-at-entry", &o->dump_at_entry_path}};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(p->option, paths[i].option) == 0)
            *paths[i].path = p->value;
    return *p->value || refuse(p, "must not be empty");
}

static bool set_time(struct parser *p)
{
    struct options *o = p->o;
    const char *text = p->value;
    uint64_t us;

    if (!milliseconds(&text, &us) || *text)
        return refuse(p, "expected virtual milliseconds, such as 1500 or 2.5");
    if (strcmp(p->option, "--plug-at") == 0)
        o->plug_at_us = us;
    else if (strcmp(p->option, "--unplug-at") == 0)
        o->unplug_at_us = us;
    else
        o->for_us = us;
    return true;
}

static bool set_button(struct parser *p)
{
    struct options *o = p->o;
    const char *text = p->value;
    uint64_t from, to = ALARM_NEVER / PS_PER_US;

    if (!room_for(p, o->button_count))
        return false;
    if (!milliseconds(&text, &from) || (*text == ':' && (text++, !milliseconds(&text, &to))) ||
        *text)
        return refuse(p, "expected MS, or MS:MS for pressed and released");
    if (to <= from)
        return refuse(p, "the button must be released after it is pressed");
    if (o->button_count && from < o->button[o->button_count - 1].to_us)
        return refuse(p, "presses must follow each other in time");
    o->button[o->button_count].from_us = from;
    o->button[o->button_count++].to_us = to;
    return true;
}

static bool set_cut_op(struct parser *p)
{
    struct options *o = p->o;
    const char *text = p->value;
    uint64_t operation;
    unsigned at = o->cut_op_count;

    if (!room_for(p, at))
        return false;
    if (!number(&text, 10, UINT64_MAX, &operation) || operation == 0)
        return refuse(p, "expected the number of a flash operation, the first being 1");
    if (*text && strcmp(text, ":before") != 0 && strcmp(text, ":torn") != 0)
        return refuse(p, "expected N, N:before or N:torn");
    for (; at > 0 && o->cut_op[at - 1].operation > operation; at--)
        o->cut_op[at] = o->cut_op[at - 1];
    o->cut_op[at].operation = operation;
    o->cut_op[at].kind = strcmp(text, ":torn") == 0 ? CUT_TORN : CUT_BEFORE;
    o->cut_op_count++;
    return true;
}

static bool set_cut_at(struct parser *p)
{
    struct options *o = p->o;
    const char *text = p->value;

    if (!room_for(p, o->cut_at_count))
        return false;
    if (!milliseconds(&text, &o->cut_at_us[o->cut_at_count]) || *text)
        return refuse(p, "expected virtual milliseconds, such as 1500");
    o->cut_at_count++;
    return true;
}

static bool set_supply(struct parser *p)
{
    struct options *o = p->o;
    const char *text = p->value;
    uint64_t mv, us;
    unsigned at = o->supply_count;

    if (!room_for(p, at))
        return false;
    if (!number(&text, 10, 4000, &mv) || *text++ != '@' || !milliseconds(&text, &us) || *text)
        return refuse(p, "expected MILLIVOLTS@MS with at most 4000 mV, such as 2500@300");
    for (; at > 0 && o->supply[at - 1].at_us > us; at--)
        o->supply[at] = o->supply[at - 1];
    o->supply[at].mv = (uint32_t)mv;
    o->supply[at].at_us = us;
    o->supply_count++;
    return true;
}

static bool set_word(struct parser *p)
{
    struct options *o = p->o;
    const char *text = p->value;
    uint64_t value;

    if (!number(&text, 0, UINT32_MAX, &value) || *text)
        return refuse(p, "expected a number of at most 32 bits");
    if (strcmp(p->option, "--seed") == 0)
        o->seed = (uint32_t)value;
    else if (strcmp(p->option, "--optcr") == 0)
        o->optcr = (uint32_t)value;
    else if (strcmp(p->option, "--optcr1") == 0)
        o->optcr1 = (uint32_t)value;
    else if (value != 1024 && value != 2048)
        return refuse(p, "STM32F767 parts have 1024 or 2048 KB");
    else
        o->flash_size_kb = (uint32_t)value;
    return true;
}

static bool set_param(struct parser *p)
{
    return param_assign(p->params, p->value);
}

static bool set_quirk(struct parser *p)
{
    p->o->quirk_given = true;
    return quirk_assign(p->quirks, p->value);
}

static bool set_flag(struct parser *p)
{
    struct options *o = p->o;

    if (strcmp(p->option, "--json") == 0)
        o->json = true;
    else if (strcmp(p->option, "--no-strict") == 0)
        o->no_strict = true;
    else if (strcmp(p->option, "--advice-is-error") == 0)
        o->advice_is_error = true;
    else
        o->allow_unmodelled = true;
    return true;
}

static const struct {
    const char *name;
    bool has_value;
    bool (*set)(struct parser *p);
} table[] = {
    {"--load", true, set_load},
    {"--flash", true, set_path},
    {"--stick", true, set_path},
    {"--uart", true, set_path},
    {"--events", true, set_path},
    {"--until", true, set_path},
    {"--dump-at-entry", true, set_path},
    {"--plug-at", true, set_time},
    {"--unplug-at", true, set_time},
    {"--for", true, set_time},
    {"--button-at", true, set_button},
    {"--cut-op", true, set_cut_op},
    {"--cut-at", true, set_cut_at},
    {"--supply", true, set_supply},
    {"--seed", true, set_word},
    {"--optcr", true, set_word},
    {"--optcr1", true, set_word},
    {"--flash-size", true, set_word},
    {"--param", true, set_param},
    {"--stick-quirk", true, set_quirk},
    {"--json", false, set_flag},
    {"--no-strict", false, set_flag},
    {"--advice-is-error", false, set_flag},
    {"--allow-unmodelled", false, set_flag},
};

/* One option with its value (the next word, or behind an equal sign); how many words it took. */
static int parse_one(struct parser *p, int left, const char *const words[])
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t length = strlen(table[i].name);
        bool glued = strncmp(words[0], table[i].name, length) == 0 && words[0][length] == '=';

        if (strcmp(words[0], table[i].name) != 0 && !glued)
            continue;
        p->option = table[i].name;
        p->value = glued ? words[0] + length + 1 : NULL;
        if (!table[i].has_value)
            return !glued ? (table[i].set(p) ? 1 : 0) : (refuse(p, "takes no value"), 0);
        if (!glued && left < 2)
            return refuse(p, "needs a value"), 0;
        if (!glued)
            p->value = words[1];
        return table[i].set(p) ? 2 - glued : 0;
    }
    p->option = words[0];
    p->value = NULL;
    return refuse(p, "no such option"), 0;
}

static bool check(const struct options *o)
{
    if (o->load_count == 0 && !o->flash_path) {
        fprintf(stderr, "vboard: nothing to run: give --load FILE or --flash IMG "
                        "(see `vboard run --help`)\n");
        return false;
    }
    if (o->unplug_at_us != ALARM_NEVER && o->plug_at_us != ALARM_NEVER &&
        o->unplug_at_us <= o->plug_at_us) {
        fprintf(stderr, "vboard: --unplug-at must come after --plug-at\n");
        return false;
    }
    if (!o->stick_path && (o->plug_at_us != ALARM_NEVER || o->unplug_at_us != ALARM_NEVER)) {
        fprintf(stderr, "vboard: --plug-at and --unplug-at need a stick: give --stick IMG\n");
        return false;
    }
    if (!o->stick_path && o->quirk_given) {
        fprintf(stderr, "vboard: --stick-quirk needs a stick: give --stick IMG\n");
        return false;
    }
    return true;
}

bool options_parse(struct options *o, struct param_values *values, struct quirks *quirks, int argc,
                   const char *const argv[])
{
    struct parser p = {.o = o, .params = values, .quirks = quirks};

    memset(o, 0, sizeof *o);
    o->plug_at_us = o->unplug_at_us = o->for_us = ALARM_NEVER;
    o->seed = 1;
    o->optcr = 0xFFFFAAFD; /* factory values, RM0410 3.7.6 and 3.7.7 */
    o->optcr1 = 0x00400080;
    o->flash_size_kb = 2048;
    for (int i = 0; i < argc;) {
        int words = parse_one(&p, argc - i, argv + i);

        if (words == 0)
            return false;
        i += words;
    }
    if (o->for_us == ALARM_NEVER)
        o->for_us = o->until ? DEFAULT_UNTIL_US : DEFAULT_FOR_US;
    return check(o);
}
