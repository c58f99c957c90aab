/* SPDX-License-Identifier: MIT
 * DWT cycle counter with its lock, and what else of the debug blocks firmware touches: ITM, FPB and
 * TPIU read 0 and ignore writes, as no debugger is there (ARMv7-M C1). */
#include <unicorn/unicorn.h>

#include "board.h"

#define DEMCR_TRCENA   (1u << 24)
#define CTRL_CYCCNTENA 1u
#define CTRL_RESET     0x40000000u /* NUMCOMP = 4 */
#define LAR_KEY        0xC5ACCE55u

static bool counting(const struct board *b)
{
    return (b->scb.dwt.ctrl & CTRL_CYCCNTENA) && (b->scb.demcr & DEMCR_TRCENA);
}

static uint32_t cyccnt(const struct board *b)
{
    uint64_t passed = counting(b) ? (b->cpu.ticks - b->scb.dwt.anchor) / TICKS_PER_CYCLE : 0;

    return b->scb.dwt.cyccnt + (uint32_t)passed;
}

/* Makes the present the anchor; the part of a cycle that has passed is not lost. */
static void settle(struct board *b)
{
    uint64_t part = (b->cpu.ticks - b->scb.dwt.anchor) % TICKS_PER_CYCLE;

    b->scb.dwt.cyccnt = cyccnt(b);
    b->scb.dwt.anchor = b->cpu.ticks - (counting(b) ? part : 0);
}

void dwt_slept(struct board *b, uint64_t ticks)
{
    if (!param(b, PARAM_DWT_SLEEP))
        b->scb.dwt.anchor += ticks;
}

void dwt_enable(struct board *b, uint32_t demcr)
{
    settle(b);
    b->scb.demcr = demcr;
}

uint32_t dwt_read(struct board *b, uint32_t off)
{
    const struct scb *s = &b->scb;

    switch (off) {
    case 0x1000:
        return CTRL_RESET | s->dwt.ctrl;
    case 0x1004:
        return cyccnt(b);
    case 0x1FB4: /* LSR: a lock exists, and whether it is closed */
        return 1u | (s->dwt.unlocked ? 0 : 2u);
    default:
        if (off >= 0x1020 && off < 0x1060 && off % 16 == 0)
            return s->dwt.comp[(off - 0x1020) / 16];
        if (off >= 0x1020 && off < 0x1060 && off % 16 == 4)
            return s->dwt.mask[(off - 0x1020) / 16];
        if (off >= 0x1020 && off < 0x1060 && off % 16 == 8)
            return s->dwt.function[(off - 0x1020) / 16];
        return 0;
    }
}

static void comparator_write(struct board *b, uint32_t off, uint32_t value)
{
    unsigned i = (off - 0x1020) / 16;

    if (off % 16 == 0)
        b->scb.dwt.comp[i] = value;
    else if (off % 16 == 4)
        b->scb.dwt.mask[i] = value & 0x1F;
    else if (off % 16 == 8)
        b->scb.dwt.function[i] = value & 0x00000DAF;
}

void dwt_write(struct board *b, uint32_t off, uint32_t value)
{
    struct scb *s = &b->scb;

    if (off == 0x1FB0) {
        s->dwt.unlocked = value == LAR_KEY;
        return;
    }
    if (off < 0x1000 || off >= 0x2000)
        return; /* ITM, FPB */
    if (param(b, PARAM_DWT_LOCK) && !s->dwt.unlocked) {
        finding(b, RULE_DWT_LOCKED, "write of 0x%08x to DWT register 0x%03x", value, off & 0xFFF);
        return;
    }
    if (!(s->demcr & DEMCR_TRCENA))
        return;
    settle(b);
    if (off == 0x1000)
        s->dwt.ctrl = value & 0x0FFF1FFF;
    else if (off == 0x1004)
        s->dwt.cyccnt = value;
    else if (off >= 0x1020 && off < 0x1060)
        comparator_write(b, off, value);
}
