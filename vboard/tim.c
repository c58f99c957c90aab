/* SPDX-License-Identifier: MIT
 * Timers as time bases. The counter is not stepped: its value follows from the instant at which it
 * had a known one, and one alarm serves the next event (overflow or compare) of all timers. */
#include "board.h"

#define CR1_CEN  (1u << 0)
#define CR1_UDIS (1u << 1)
#define CR1_URS  (1u << 2)
#define CR1_OPM  (1u << 3)
#define CR1_DIR  (1u << 4)
#define CR1_CMS  (3u << 5)
#define CR1_ARPE (1u << 7)
#define SR_UIF   (1u << 0)
#define CHANNELS 4
#define PS_PER_S 1000000000000ull

static const struct {
    uint8_t apb, gate_bit, update_irq, compare_irq;
    bool wide, basic;
} layout[TIM_COUNT] = {
    [TIM_1] = {2, 0, 25, 27, false, false}, [TIM_2] = {1, 0, 28, 28, true, false},
    [TIM_3] = {1, 1, 29, 29, false, false}, [TIM_4] = {1, 2, 30, 30, false, false},
    [TIM_5] = {1, 3, 50, 50, true, false},  [TIM_6] = {1, 4, 54, 54, false, true},
    [TIM_7] = {1, 5, 55, 55, false, true},  [TIM_8] = {2, 1, 44, 46, false, false},
};

static uint32_t width_mask(unsigned which)
{
    return layout[which].wide ? UINT32_MAX : 0xFFFF;
}

static bool running(const struct board *b, unsigned which)
{
    uint16_t gate = RCC_GATE(layout[which].apb == 1 ? 0x40 : 0x44, layout[which].gate_bit);

    return (b->tim[which].reg[TIM_CR1] & CR1_CEN) && rcc_gate_open(b, gate);
}

/* Picoseconds until n counter ticks have passed. */
static uint64_t ticks_ps(const struct board *b, unsigned which, uint64_t n)
{
    unsigned __int128 cycles = (unsigned __int128)n * (b->tim[which].psc_active + 1ull);
    uint64_t hz = rcc_timer_hz(b, layout[which].apb);

    return (uint64_t)((cycles * PS_PER_S + hz - 1) / hz);
}

static uint64_t elapsed_ticks(const struct board *b, unsigned which)
{
    uint64_t ps = now_ps(b) - b->tim[which].base_ps;
    uint64_t hz = rcc_timer_hz(b, layout[which].apb);

    if (!running(b, which))
        return 0;
    return (uint64_t)((unsigned __int128)ps * hz / PS_PER_S / (b->tim[which].psc_active + 1ull));
}

static bool down(const struct tim *t)
{
    return (t->reg[TIM_CR1] & CR1_DIR) != 0;
}

/* Counter value now; overflows up to now have been served by the alarm. */
static uint32_t count_now(const struct board *b, unsigned which)
{
    const struct tim *t = &b->tim[which];
    uint64_t ticks = elapsed_ticks(b, which), period = t->arr_active + 1ull;
    uint64_t count = t->reg[TIM_CNT];

    if (down(t))
        return (uint32_t)((count + period - ticks % period) % period);
    if (count > t->arr_active) /* past ARR already: all the way round */
        return (uint32_t)(count + ticks) & width_mask(which);
    return (uint32_t)((count + ticks) % period);
}

/* Ticks from CNT to a compare value, within this period. */
static uint64_t ticks_to(const struct tim *t, uint32_t target)
{
    uint64_t count = t->reg[TIM_CNT];

    if (down(t))
        return count >= target ? count - target : UINT64_MAX;
    return target >= count ? target - count : UINT64_MAX;
}

/* Ticks from base_ps to the next update event. */
static uint64_t ticks_to_update(const struct tim *t, unsigned which)
{
    if (down(t))
        return t->reg[TIM_CNT] + 1ull;
    if (t->reg[TIM_CNT] > t->arr_active)
        return (uint64_t)width_mask(which) + 1 - t->reg[TIM_CNT];
    return t->arr_active + 1ull - t->reg[TIM_CNT];
}

static void update_irq(struct board *b, unsigned which)
{
    uint32_t active = b->tim[which].reg[TIM_SR] & b->tim[which].reg[TIM_DIER];
    bool update = (active & SR_UIF) != 0, compare = (active & 0x1E) != 0;

    if (layout[which].update_irq == layout[which].compare_irq) {
        nvic_line(b, (enum irq_number)layout[which].update_irq, update || compare);
        return;
    }
    nvic_line(b, (enum irq_number)layout[which].update_irq, update);
    nvic_line(b, (enum irq_number)layout[which].compare_irq, compare);
}

/* Ticks from base_ps to the next event: an update, or a compare whose flag is clear. */
static uint64_t ticks_to_event(const struct board *b, unsigned which)
{
    const struct tim *t = &b->tim[which];
    uint64_t ticks = ticks_to_update(t, which), to;

    for (unsigned i = 0; i < CHANNELS && !layout[which].basic; i++) {
        to = ticks_to(t, t->reg[TIM_CCR1 + i]);
        if (to > 0 && to < ticks && (t->reg[TIM_SR] >> (1 + i) & 1) == 0)
            ticks = to;
    }
    return ticks;
}

static uint64_t next_event_ps(const struct board *b, unsigned which)
{
    const struct tim *t = &b->tim[which];

    if (!running(b, which) || t->arr_active == 0)
        return ALARM_NEVER;
    return t->base_ps + ticks_ps(b, which, ticks_to_event(b, which));
}

static void set_alarm(struct board *b)
{
    uint64_t at = ALARM_NEVER;

    for (unsigned i = 0; i < TIM_COUNT; i++) {
        uint64_t event = next_event_ps(b, i);

        if (event < at)
            at = event;
    }
    if (at == ALARM_NEVER)
        alarm_cancel(b, ALARM_TIM);
    else
        alarm_set(b, ALARM_TIM, at);
}

static void load_shadows(struct tim *t)
{
    t->psc_active = t->reg[TIM_PSC];
    t->arr_active = t->reg[TIM_ARR];
}

static void compare_flags(struct board *b, unsigned which, uint32_t count)
{
    struct tim *t = &b->tim[which];

    for (unsigned i = 0; i < CHANNELS && !layout[which].basic; i++)
        if (t->reg[TIM_CCR1 + i] == count)
            t->reg[TIM_SR] |= 2u << i;
}

/* Over- or underflow. */
static void overflow(struct board *b, unsigned which)
{
    struct tim *t = &b->tim[which];

    if ((t->reg[TIM_CR1] & CR1_UDIS) == 0) {
        load_shadows(t);
        t->reg[TIM_SR] |= SR_UIF;
    }
    t->reg[TIM_CNT] = down(t) ? t->arr_active : 0;
    if (t->reg[TIM_CR1] & CR1_OPM)
        t->reg[TIM_CR1] &= ~CR1_CEN;
    compare_flags(b, which, t->reg[TIM_CNT]);
}

/* Serves the next event: CNT and base_ps come to its instant. */
static void serve(struct board *b, unsigned which)
{
    struct tim *t = &b->tim[which];
    uint64_t ticks = ticks_to_event(b, which);
    bool update = ticks == ticks_to_update(t, which);

    t->base_ps += ticks_ps(b, which, ticks);
    if (update) {
        overflow(b, which);
    } else {
        t->reg[TIM_CNT] += down(t) ? 0u - (uint32_t)ticks : (uint32_t)ticks;
        compare_flags(b, which, t->reg[TIM_CNT]);
    }
    update_irq(b, which);
}

/* Serves what is due; a counter far too fast for anybody to follow is only kept in phase. */
static void catch_up(struct board *b, unsigned which)
{
    for (unsigned turns = 0; turns < 64 && next_event_ps(b, which) <= now_ps(b); turns++)
        serve(b, which);
    if (next_event_ps(b, which) <= now_ps(b))
        b->tim[which].base_ps = now_ps(b);
}

void tim_on_alarm(struct board *b)
{
    for (unsigned i = 0; i < TIM_COUNT; i++)
        catch_up(b, i);
    set_alarm(b);
}

/* CNT takes today's value, so that a setting may change. */
static void rebase(struct board *b, unsigned which)
{
    struct tim *t = &b->tim[which];

    catch_up(b, which);
    t->reg[TIM_CNT] = count_now(b, which);
    t->base_ps = now_ps(b);
}

void tim_clock_changing(struct board *b)
{
    for (unsigned i = 0; i < TIM_COUNT; i++)
        rebase(b, i);
}

void tim_clock_changed(struct board *b)
{
    set_alarm(b);
}

static void software_update(struct board *b, unsigned which)
{
    struct tim *t = &b->tim[which];

    load_shadows(t);
    t->reg[TIM_CNT] = down(t) ? t->arr_active : 0;
    if ((t->reg[TIM_CR1] & (CR1_URS | CR1_UDIS)) == 0)
        t->reg[TIM_SR] |= SR_UIF;
}

static uint32_t timer_read(struct board *b, unsigned which, uint32_t off, unsigned bytes)
{
    const struct tim *t = &b->tim[which];
    uint32_t index = off / 4, value;

    if (index >= TIM_REGS) {
        finding(b, RULE_RESERVED_REGISTER, "TIM%u offset 0x%02X", which + 1, (unsigned)off);
        return 0;
    }
    catch_up(b, which);
    value = index == TIM_CNT ? count_now(b, which) : t->reg[index];
    return reg_part(index == TIM_EGR ? 0 : value, off, bytes);
}

static void timer_write(struct board *b, unsigned which, uint32_t off, unsigned bytes,
                        uint32_t value)
{
    struct tim *t = &b->tim[which];
    uint32_t index = off / 4;

    if (index >= TIM_REGS) {
        finding(b, RULE_RESERVED_REGISTER, "TIM%u offset 0x%02X", which + 1, (unsigned)off);
        return;
    }
    rebase(b, which);
    value = reg_merge(index == TIM_SR ? UINT32_MAX : t->reg[index], off, bytes, value);
    if (index == TIM_SR)
        t->reg[TIM_SR] &= value; /* write 0 to clear */
    else if (index == TIM_EGR && (value & 1))
        software_update(b, which);
    else if (index == TIM_EGR)
        t->reg[TIM_SR] |= value & 0x1E;
    else
        t->reg[index] = index == TIM_PSC                       ? value & 0xFFFF
                        : index == TIM_CNT || index == TIM_ARR ? value & width_mask(which)
                                                               : value;
    if (index == TIM_ARR && (t->reg[TIM_CR1] & CR1_ARPE) == 0)
        t->arr_active = t->reg[TIM_ARR];
    if (index == TIM_CR1 && (value & CR1_CMS))
        finding(b, RULE_TIM_MODE, "TIM%u counts up and down (CMS)", which + 1);
    update_irq(b, which);
    set_alarm(b);
}

void tim_reset(struct board *b, unsigned which)
{
    struct tim *t = &b->tim[which];

    *t = (struct tim){.base_ps = now_ps(b), .arr_active = width_mask(which)};
    t->reg[TIM_ARR] = width_mask(which);
    update_irq(b, which);
    set_alarm(b);
}

#define TIMER(n)                                                                                   \
    uint32_t tim##n##_read(struct board *b, uint32_t off, unsigned bytes)                          \
    {                                                                                              \
        return timer_read(b, TIM_##n, off, bytes);                                                 \
    }                                                                                              \
    void tim##n##_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)             \
    {                                                                                              \
        timer_write(b, TIM_##n, off, bytes, value);                                                \
    }

TIMER(1)
TIMER(2)
TIMER(3)
TIMER(4)
TIMER(5)
TIMER(6)
TIMER(7)
TIMER(8)
