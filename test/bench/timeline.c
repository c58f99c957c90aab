/* SPDX-License-Identifier: MIT
 * Events to a table. */
#include "bench/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLINKS 3u

static double lit_ms[BLINKS]; /* the activity LED's latest rises, a ring */
static unsigned lit_count;

static void too_many(const char *what)
{
    fprintf(stderr, "bench: too many %s\n", what);
    exit(2);
}

static bool has(const char *line, const char *part)
{
    return strstr(line, part) != NULL;
}

/* The number behind "name":, decimal or in quotes; 0 when there is none. */
static double number(const char *line, const char *name)
{
    char part[32];

    snprintf(part, sizeof part, "\"%s\":", name);
    const char *at = strstr(line, part);

    if (at == NULL)
        return 0;
    at += strlen(part);
    if (*at == '"')
        return (double)strtoul(at + 1, NULL, 16);
    return strtod(at, NULL);
}

static void read_flash(struct timeline *line, const char *text, double t_ms, double word_us)
{
    if (line->op_count == TIMELINE_OPS_MAX)
        too_many("flash operations");
    struct timeline_op *op = &line->ops[line->op_count++];

    op->erase = has(text, "\"op\":\"erase\"");
    op->addr = (uint32_t)number(text, "addr");
    op->stores = (uint32_t)number(text, "stores");
    op->from_ms = op->erase ? t_ms : number(text, "from_us") / 1000;
    op->to_ms = op->erase ? t_ms + number(text, "ms") : (number(text, "to_us") + word_us) / 1000;
}

static void read_usb(struct timeline *line, const char *text, double t_ms)
{
    if (has(text, "\"what\":\"attach\"") && line->attach_ms == 0)
        line->attach_ms = t_ms;
    if (has(text, "\"what\":\"scsi\"")) {
        if (line->read_count == TIMELINE_READS_MAX)
            too_many("SCSI commands");
        line->reads[line->read_count++] = (struct timeline_read){0, t_ms, t_ms};
    }
    if (has(text, "\"what\":\"scsi-end\"") && line->read_count > 0) {
        line->reads[line->read_count - 1].to_ms = t_ms;
        line->reads[line->read_count - 1].bytes = (uint32_t)number(text, "bytes");
    }
}

static void read_core(struct timeline *line, const char *text, double t_ms)
{
    if (line->load_count == TIMELINE_LOADS_MAX)
        too_many("core events");
    line->loads[line->load_count++] =
        (struct timeline_load){number(text, "from_us") / 1000, t_ms, number(text, "busy_us") / 1000,
                               number(text, "calls")};
}

static void read_event(struct timeline *line, const char *text, double word_us)
{
    double t_ms = number(text, "t_us") / 1000;

    if (has(text, "\"event\":\"flash\""))
        read_flash(line, text, t_ms, word_us);
    else if (has(text, "\"event\":\"usb\""))
        read_usb(line, text, t_ms);
    else if (has(text, "\"event\":\"core\""))
        read_core(line, text, t_ms);
    else if (has(text, "\"event\":\"entry\""))
        line->entry_ms = t_ms;
    else if (has(text, "\"event\":\"vbus\",\"on\":true") && line->vbus_ms == 0)
        line->vbus_ms = t_ms;
    else if (has(text, "\"led\":1,\"on\":true"))
        lit_ms[lit_count++ % BLINKS] = t_ms;
}

void timeline_read(struct timeline *line, const char *events, double word_us)
{
    char text[512];

    memset(line, 0, sizeof *line);
    lit_count = 0;
    for (const char *at = events; *at != 0;) {
        size_t length = strcspn(at, "\n");

        if (length >= sizeof text)
            too_many("characters in an event");
        memcpy(text, at, length);
        text[length] = 0;
        read_event(line, text, word_us);
        at += length + (at[length] == '\n');
    }
    line->blink_ms = lit_count < BLINKS ? 0 : lit_ms[lit_count % BLINKS];
}

unsigned timeline_first_op(const struct timeline *line, unsigned from, uint32_t addr, uint32_t end)
{
    for (unsigned i = from; i < line->op_count; i++)
        if (line->ops[i].addr >= addr && line->ops[i].addr < end)
            return i;
    return line->op_count;
}
