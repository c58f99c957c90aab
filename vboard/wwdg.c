/* SPDX-License-Identifier: MIT
 * Window watchdog (RM0410, chapter WWDG): a 7-bit down-counter on PCLK1 / 4096; a reset when it falls
 * below 0x40 or is reloaded above the window. */
#include "board.h"

#define CR_WDGA       (1u << 7)
#define CFR_EWI       (1u << 9)
#define OPTCR_WWDG_SW (1u << 4)

static uint64_t tick_ps(const struct board *b)
{
    uint64_t cycles = 4096ull << (b->wwdg.cfr >> 7 & 3);

    return cycles * 1000 * PS_PER_MS / rcc_pclk1_hz(b);
}

static uint32_t count_now(const struct board *b)
{
    uint64_t ticks = (now_ps(b) - b->wwdg.base_ps) / tick_ps(b);
    uint32_t count = b->wwdg.cr & 0x7F;

    if ((b->wwdg.cr & CR_WDGA) == 0)
        return count;
    return ticks > count ? 0 : count - (uint32_t)ticks;
}

static void update_irq(struct board *b)
{
    nvic_line(b, IRQ_WWDG, b->wwdg.sr != 0 && (b->wwdg.cfr & CFR_EWI));
}

/* Two instants: at 0x40 the early wake-up flag, one tick later the reset. */
static void set_alarm(struct board *b)
{
    uint32_t count = b->wwdg.cr & 0x7F;
    uint64_t ticks = count - 0x40u + (b->wwdg.sr != 0 ? 1 : 0);

    if (b->wwdg.cr & CR_WDGA)
        alarm_set(b, ALARM_WWDG, b->wwdg.base_ps + ticks * tick_ps(b));
}

void wwdg_on_alarm(struct board *b)
{
    if (count_now(b) < 0x40) {
        board_reset(b, RESET_WWDG);
        return;
    }
    b->wwdg.sr = 1;
    update_irq(b);
    alarm_set(b, ALARM_WWDG, b->wwdg.base_ps + ((b->wwdg.cr & 0x7F) - 0x3Full) * tick_ps(b));
}

static void write_cr(struct board *b, uint32_t value)
{
    struct wwdg *w = &b->wwdg;
    bool was_on = (w->cr & CR_WDGA) != 0;
    bool early = was_on && count_now(b) > (w->cfr & 0x7F);

    w->cr = (value & 0xFF) | (was_on ? CR_WDGA : 0);
    w->base_ps = now_ps(b);
    if ((w->cr & CR_WDGA) && (early || (value & 0x40) == 0)) {
        finding(b, RULE_WWDG_WINDOW, "CR = 0x%02X", (unsigned)value);
        board_reset(b, RESET_WWDG);
        return;
    }
    set_alarm(b);
}

uint32_t wwdg_read(struct board *b, uint32_t off, unsigned bytes)
{
    const struct wwdg *w = &b->wwdg;

    if (off / 4 > 2)
        finding(b, RULE_RESERVED_REGISTER, "WWDG offset 0x%02X", (unsigned)off);
    return reg_part(off / 4 == 0   ? (w->cr & CR_WDGA) | count_now(b)
                    : off / 4 == 1 ? w->cfr
                                   : w->sr,
                    off, bytes);
}

void wwdg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    struct wwdg *w = &b->wwdg;

    if ((off & 3) != 0 || bytes == 1)
        finding(b, RULE_RESERVED_REGISTER, "WWDG offset 0x%02X, %u bytes", (unsigned)off, bytes);
    if (off == 0)
        write_cr(b, value);
    else if (off == 4)
        w->cfr = value & 0x3FF;
    else if (off == 8)
        w->sr &= value;
    else
        finding(b, RULE_RESERVED_REGISTER, "WWDG offset 0x%02X written", (unsigned)off);
    update_irq(b);
}

void wwdg_reset(struct board *b)
{
    alarm_cancel(b, ALARM_WWDG);
    b->wwdg = (struct wwdg){.cr = 0x7F, .cfr = 0x7F, .base_ps = now_ps(b)};
    update_irq(b);
    if ((flash_options(b) & OPTCR_WWDG_SW) == 0) {
        b->wwdg.cr |= CR_WDGA;
        set_alarm(b);
    }
}
