/* SPDX-License-Identifier: MIT
 * SysTick. The counter is not stepped: its value follows from the ticks since an anchor. It counts
 * down to 0 (pends, COUNTFLAG), is reloaded at the next clock, and so has a period of LOAD + 1. A
 * write to VAL clears counter and flag and pends nothing (ARMv7-M B3.3). */
#include "systick.h"

#include <string.h>

#include "board.h"

#define CTRL_ENABLE    1u
#define CTRL_TICKINT   2u
#define CTRL_CLKSOURCE 4u
#define COUNTER_MASK   0xFFFFFFu
/* TENMS for 1 ms at 150 MHz / 8 as on the STM32F7's sister parts; unverified, informative only. */
#define CALIB_VALUE 0x4000493Eu

/* Ticks of the core in one clock of the counter: HCLK, or HCLK/8 (RM0410 5.2). */
static uint64_t unit(const struct board *b)
{
    return (uint64_t)TICKS_PER_CYCLE * (b->systick.ctrl & CTRL_CLKSOURCE ? 1u : 8u);
}

/* Clocks of the counter since the anchor. */
static uint64_t elapsed(const struct board *b)
{
    if (!(b->systick.ctrl & CTRL_ENABLE))
        return 0;
    return (b->cpu.ticks - b->systick.anchor) / unit(b);
}

/* Clocks from the anchor to the first 1-to-0 step; 0 = never (LOAD is 0 and the counter stands). */
static uint64_t first_zero(const struct systick *s)
{
    if (s->value)
        return s->value;
    return s->load ? (uint64_t)s->load + 1 : 0;
}

static uint32_t value_after(const struct systick *s, uint64_t clocks)
{
    if (clocks <= s->value)
        return s->value - (uint32_t)clocks;
    if (s->load == 0)
        return 0;
    return s->load - (uint32_t)((clocks - s->value - 1) % ((uint64_t)s->load + 1));
}

/* Brings value and COUNTFLAG to the present and makes it the anchor. A step to 0 within the
 * instruction that runs now is seen here before its alarm fires, so it pends here. */
static void settle(struct board *b)
{
    struct systick *s = &b->systick;
    uint64_t clocks = elapsed(b), zero = first_zero(s);

    if (zero && clocks >= zero) {
        s->countflag = true;
        if (s->ctrl & CTRL_TICKINT)
            nvic_pend(b, EXC_SYSTICK);
    }
    s->value = value_after(s, clocks);
    if (s->ctrl & CTRL_ENABLE)
        s->anchor += clocks * unit(b);
    else
        s->anchor = b->cpu.ticks;
}

static uint64_t ps_at(const struct board *b, uint64_t ticks)
{
    const struct cpu *c = &b->cpu;
    uint64_t left = ticks - c->base_ticks;

    if (ticks <= c->base_ticks)
        return c->base_ps;
    return c->base_ps + left / c->hclk_hz * PS_PER_MS + left % c->hclk_hz * PS_PER_MS / c->hclk_hz;
}

static void schedule(struct board *b)
{
    const struct systick *s = &b->systick;
    uint64_t zero = first_zero(s);

    if ((s->ctrl & CTRL_ENABLE) && (s->ctrl & CTRL_TICKINT) && zero)
        alarm_set(b, ALARM_SYSTICK, ps_at(b, s->anchor + zero * unit(b)));
    else
        alarm_cancel(b, ALARM_SYSTICK);
}

void systick_on_alarm(struct board *b)
{
    settle(b);
    schedule(b);
}

void systick_clock_changed(struct board *b)
{
    schedule(b);
}

uint32_t systick_read(struct board *b, uint32_t off, unsigned bytes)
{
    struct systick *s = &b->systick;
    uint32_t word;

    (void)bytes;
    switch (off & ~3u) {
    case 0x0:
        settle(b);
        word = s->ctrl | (uint32_t)s->countflag << 16;
        s->countflag = false;
        schedule(b);
        return word;
    case 0x4:
        return s->load;
    case 0x8:
        return value_after(s, elapsed(b));
    default:
        return CALIB_VALUE;
    }
}

void systick_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    struct systick *s = &b->systick;

    (void)bytes;
    settle(b);
    switch (off & ~3u) {
    case 0x0:
        s->ctrl = value & 7;
        break;
    case 0x4:
        s->load = value & COUNTER_MASK;
        break;
    case 0x8:
        s->value = 0;
        s->countflag = false;
        break;
    default:
        return;
    }
    schedule(b);
}

void systick_reset(struct board *b)
{
    memset(&b->systick, 0, sizeof b->systick);
    b->systick.anchor = b->cpu.ticks;
    alarm_cancel(b, ALARM_SYSTICK);
}
