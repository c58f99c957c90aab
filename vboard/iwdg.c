/* SPDX-License-Identifier: MIT
 * Independent watchdog (RM0410, chapter IWDG): keys, the slow crossing of PR, RLR and WINR into the
 * LSI domain, the window, expiry. Once started only a reset stops it; the hardware-watchdog option
 * starts it with every reset. */
#include "board.h"

#define KEY_RELOAD    0xAAAAu
#define KEY_ACCESS    0x5555u
#define KEY_START     0xCCCCu
#define OPTCR_IWDG_SW (1u << 5)
#define PS_PER_S      (1000 * PS_PER_MS)

enum { PVU, RVU, WVU };

static uint32_t lsi_hz(const struct board *b)
{
    return (uint32_t)param(b, PARAM_LSI_HZ);
}

static uint64_t tick_ps(const struct board *b, uint32_t pr)
{
    uint32_t shift = pr > 6 ? 6 : pr;

    return (PS_PER_S << (2 + shift)) / lsi_hz(b);
}

/* Counter value now. */
static uint32_t count_now(const struct board *b)
{
    const struct iwdg *w = &b->iwdg;
    uint64_t ticks = (now_ps(b) - w->base_ps) / tick_ps(b, w->pr_active);

    return ticks > w->count ? 0 : w->count - (uint32_t)ticks;
}

static void restart(struct board *b, uint32_t count)
{
    struct iwdg *w = &b->iwdg;

    w->count = count;
    w->base_ps = now_ps(b);
    alarm_set(b, ALARM_IWDG_EXPIRE, w->base_ps + (count + 1ull) * tick_ps(b, w->pr_active));
}

void iwdg_on_expire(struct board *b)
{
    trace_event(b, "iwdg", "\"expired\":true");
    board_reset(b, RESET_IWDG);
}

static void next_update(struct board *b)
{
    uint64_t at = ALARM_NEVER;

    for (unsigned i = 0; i < 3; i++)
        if (b->iwdg.sr >> i & 1 && b->iwdg.update_ps[i] < at)
            at = b->iwdg.update_ps[i];
    if (at == ALARM_NEVER)
        alarm_cancel(b, ALARM_IWDG_UPDATE);
    else
        alarm_set(b, ALARM_IWDG_UPDATE, at);
}

void iwdg_on_update(struct board *b)
{
    struct iwdg *w = &b->iwdg;
    uint32_t count = count_now(b);

    for (unsigned i = 0; i < 3; i++) {
        if ((w->sr >> i & 1) == 0 || w->update_ps[i] > now_ps(b))
            continue;
        w->sr &= ~(1u << i);
        if (i == RVU)
            w->rlr_active = w->rlr;
        if (i == WVU)
            w->winr_active = w->winr;
        if (i == PVU) {
            w->pr_active = w->pr;
            restart(b, count);
        }
    }
    next_update(b);
}

/* The new value needs a few LSI periods, times the prescaler; without LSI it never arrives. */
static void begin_update(struct board *b, unsigned which)
{
    struct iwdg *w = &b->iwdg;
    uint64_t periods = param(b, PARAM_IWDG_UPDATE_PERIODS);

    w->sr |= 1u << which;
    w->update_ps[which] = ALARM_NEVER;
    if (w->running || (b->rcc.reg[RCC_CSR] & RCC_CSR_LSIRDY))
        w->update_ps[which] = now_ps(b) + periods * tick_ps(b, w->pr);
    next_update(b);
}

static void start(struct board *b)
{
    struct iwdg *w = &b->iwdg;

    if (w->running)
        return;
    w->running = true;
    rcc_force_lsi(b);
    for (unsigned i = 0; i < 3; i++) /* what was written before the LSI ran */
        if (w->sr >> i & 1)
            begin_update(b, i);
    restart(b, w->rlr_active);
    trace_event(b, "iwdg", "\"started\":true");
}

static void reload(struct board *b)
{
    struct iwdg *w = &b->iwdg;

    if (!w->running)
        return;
    if (count_now(b) > w->winr_active) {
        finding(b, RULE_IWDG_WINDOW, "reload at %u, window %u", (unsigned)count_now(b),
                (unsigned)w->winr_active);
        board_reset(b, RESET_IWDG);
        return;
    }
    restart(b, w->rlr_active);
}

static void write_key(struct board *b, uint32_t key)
{
    b->iwdg.unlocked = key == KEY_ACCESS;
    if (key == KEY_RELOAD)
        reload(b);
    else if (key == KEY_START)
        start(b);
    else if (key != KEY_ACCESS && key != 0)
        finding(b, RULE_IWDG_KEY, "KR = 0x%04X is no key", (unsigned)key);
}

static void write_value(struct board *b, unsigned which, uint32_t *reg, uint32_t value)
{
    if (!b->iwdg.unlocked) {
        finding(b, RULE_IWDG_KEY, "PR, RLR or WINR written without 0x5555: ignored");
        return;
    }
    if (b->iwdg.sr >> which & 1) {
        finding(b, RULE_IWDG_UPDATE, "written again while its update flag is 1: ignored");
        return;
    }
    *reg = value;
    begin_update(b, which);
}

uint32_t iwdg_read(struct board *b, uint32_t off, unsigned bytes)
{
    const struct iwdg *w = &b->iwdg;
    uint32_t value = 0;

    switch (off & ~3u) {
    case 0x00:
        break;
    case 0x04:
        value = w->pr;
        break;
    case 0x08:
        value = w->rlr;
        break;
    case 0x0C:
        value = w->sr;
        break;
    case 0x10:
        value = w->winr;
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "IWDG offset 0x%02X", (unsigned)off);
    }
    return reg_part(value, off, bytes);
}

void iwdg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    if ((off & 3) != 0 || bytes == 1)
        finding(b, RULE_RESERVED_REGISTER, "IWDG offset 0x%02X, %u bytes", (unsigned)off, bytes);
    switch (off) {
    case 0x00:
        write_key(b, value & 0xFFFF);
        break;
    case 0x04:
        write_value(b, PVU, &b->iwdg.pr, value & 7);
        break;
    case 0x08:
        write_value(b, RVU, &b->iwdg.rlr, value & 0xFFF);
        break;
    case 0x10:
        write_value(b, WVU, &b->iwdg.winr, value & 0xFFF);
        if (b->iwdg
                .running) /* writing the window also reloads the counter (RM0410, IWDG window option) */
            restart(b, b->iwdg.rlr_active);
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "IWDG offset 0x%02X written", (unsigned)off);
    }
}

void iwdg_reset(struct board *b)
{
    alarm_cancel(b, ALARM_IWDG_UPDATE);
    alarm_cancel(b, ALARM_IWDG_EXPIRE);
    b->iwdg = (struct iwdg){.rlr = 0xFFF, .winr = 0xFFF, .rlr_active = 0xFFF, .winr_active = 0xFFF};
    if ((flash_options(b) & OPTCR_IWDG_SW) == 0)
        start(b);
}
