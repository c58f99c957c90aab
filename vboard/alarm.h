/* SPDX-License-Identifier: MIT
 * Virtual time. The unit is the picosecond; the CPU's cycle counter drives it at HCLK's rate. */
#ifndef VBOARD_ALARM_H
#define VBOARD_ALARM_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define PS_PER_NS   1000ull
#define PS_PER_US   1000000ull
#define PS_PER_MS   1000000000ull
#define ALARM_NEVER UINT64_MAX

/* One alarm per purpose; alarms due at the same instant fire in this order. */
enum alarm_id {
#define X(id, handler) ALARM_##id,
#include "alarm.def"
#undef X
    ALARM_COUNT
};

struct alarms {
    uint64_t at_ps[ALARM_COUNT]; /* ALARM_NEVER = not set */
    uint64_t next_ps;            /* no alarm is earlier than this */
};

/* Picoseconds since the first power-on; never goes back, also runs while the power is off. */
uint64_t now_ps(const struct board *b);

/* Fires handler (alarm.def) once at at_ps; setting it again replaces the earlier time. A time in
 * the past fires at once, when the current block is left. */
void alarm_set(struct board *b, enum alarm_id id, uint64_t at_ps);
void alarm_cancel(struct board *b, enum alarm_id id);

/* For cpu.c and board.c. */
void alarm_open(struct board *b);        /* none set */
uint64_t alarm_next_ps(struct board *b); /* ALARM_NEVER: none set */
void alarm_fire_due(struct board *b);
/* The power goes: what the chip was waiting for is forgotten, the user's timeline stays. */
void alarm_power_off(struct board *b);
/* True when nothing but the user's timeline is set: a sleeping core would sleep on. */
bool alarm_only_timeline(const struct board *b);
uint64_t alarm_ticks_at(const struct board *b, uint64_t at_ps); /* first tick not before at_ps */

#endif
