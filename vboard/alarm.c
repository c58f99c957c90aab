/* SPDX-License-Identifier: MIT
 * Virtual time and alarms. Time is counted in ticks of the core (thousandths of an HCLK cycle) and
 * converted exactly: one millisecond is hclk_hz ticks, so nothing is lost however long a run is.
 * Alarms fire in the order of their times, those of one instant in the order of alarm.def. */
#include "alarm.h"

#include "board.h"

static void (*const handlers[ALARM_COUNT])(struct board *b) = {
#define X(id, handler) handler,
#include "alarm.def"
#undef X
};

/* Set from the user's words, not by the chip: they outlive a power cut. */
static bool is_timeline(unsigned id)
{
    switch (id) {
    case ALARM_BUTTON:
    case ALARM_STICK_PLUG:
    case ALARM_PWR_SUPPLY:
    case ALARM_POWER_CUT:
    case ALARM_RUN_END:
        return true;
    default:
        return false;
    }
}

uint64_t now_ps(const struct board *b)
{
    const struct cpu *c = &b->cpu;
    uint64_t passed = c->ticks - c->base_ticks;

    if (passed == 0)
        return c->base_ps;
    return c->base_ps + passed / c->hclk_hz * PS_PER_MS +
           passed % c->hclk_hz * PS_PER_MS / c->hclk_hz;
}

uint64_t alarm_ticks_at(const struct board *b, uint64_t at_ps)
{
    const struct cpu *c = &b->cpu;
    uint64_t left, part;

    if (at_ps == ALARM_NEVER)
        return UINT64_MAX;
    if (at_ps <= c->base_ps)
        return c->base_ticks;
    left = at_ps - c->base_ps;
    part = left % PS_PER_MS * c->hclk_hz;
    return c->base_ticks + left / PS_PER_MS * c->hclk_hz + (part + PS_PER_MS - 1) / PS_PER_MS;
}

void alarm_open(struct board *b)
{
    for (unsigned id = 0; id < ALARM_COUNT; id++)
        b->alarms.at_ps[id] = ALARM_NEVER;
    b->alarms.next_ps = ALARM_NEVER;
}

void alarm_set(struct board *b, enum alarm_id id, uint64_t at_ps)
{
    struct alarms *a = &b->alarms;

    a->at_ps[id] = at_ps;
    if (at_ps < a->next_ps) {
        a->next_ps = at_ps;
        cpu_attend(b);
    }
}

void alarm_cancel(struct board *b, enum alarm_id id)
{
    b->alarms.at_ps[id] = ALARM_NEVER; /* next_ps may now be early: one look for nothing */
}

static unsigned earliest(const struct alarms *a)
{
    unsigned first = 0;

    for (unsigned id = 1; id < ALARM_COUNT; id++)
        if (a->at_ps[id] < a->at_ps[first])
            first = id;
    return first;
}

uint64_t alarm_next_ps(struct board *b)
{
    b->alarms.next_ps = b->alarms.at_ps[earliest(&b->alarms)];
    return b->alarms.next_ps;
}

void alarm_fire_due(struct board *b)
{
    struct alarms *a = &b->alarms;

    /* A reset or a cut comes first: what is due after it may be gone then. */
    while (a->next_ps <= now_ps(b) && !b->run.done && !b->run.reset_wanted && !b->run.cut_wanted) {
        unsigned id = earliest(a);

        if (a->at_ps[id] > now_ps(b)) {
            a->next_ps = a->at_ps[id];
            return;
        }
        a->at_ps[id] = ALARM_NEVER;
        handlers[id](b);
        alarm_next_ps(b);
    }
}

void alarm_power_off(struct board *b)
{
    for (unsigned id = 0; id < ALARM_COUNT; id++)
        if (!is_timeline(id))
            b->alarms.at_ps[id] = ALARM_NEVER;
    alarm_next_ps(b);
}

bool alarm_only_timeline(const struct board *b)
{
    for (unsigned id = 0; id < ALARM_COUNT; id++) {
        if (b->alarms.at_ps[id] == ALARM_NEVER || id == ALARM_RUN_END)
            continue;
        return false; /* also the button, a plug or a cut may still bring it to life */
    }
    return true;
}
