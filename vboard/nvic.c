/* SPDX-License-Identifier: MIT
 * NVIC: what is pending, enabled and active, and which exception goes first. A high line pends its
 * interrupt when it rises, when the handler returns, and when software clears the pending bit. */
#include "nvic.h"

#include <string.h>
#include <unicorn/unicorn.h>

#include "board.h"

#define PRIORITY_MASK 0xF0u /* 4 of 8 bits exist on the STM32F7 */

void nvic_reset(struct board *b)
{
    struct nvic *n = &b->nvic;
    bool line[NVIC_IRQS];

    memcpy(line, n->line, sizeof line);
    memset(n, 0, sizeof *n);
    memcpy(n->line, line, sizeof line);
    n->enabled[EXC_NMI] = n->enabled[EXC_HARD_FAULT] = n->enabled[EXC_SVCALL] = true;
    n->enabled[EXC_PENDSV] = n->enabled[EXC_SYSTICK] = true;
    for (unsigned irq = 0; irq < NVIC_IRQS; irq++)
        if (line[irq])
            nvic_pend(b, EXC_IRQ0 + irq);
}

void nvic_pend(struct board *b, unsigned n)
{
    if (!b->nvic.pending[n]) {
        b->nvic.pending[n] = true;
        b->nvic.pending_count++;
        if (b->scb.scr & SCR_SEVONPEND)
            b->cpu.event = true; /* also where the exception is disabled (ARMv7-M B1.5.18) */
    }
    cpu_attend(b);
}

void nvic_unpend(struct board *b, unsigned n)
{
    if (b->nvic.pending[n]) {
        b->nvic.pending[n] = false;
        b->nvic.pending_count--;
    }
}

void nvic_activate(struct board *b, unsigned n)
{
    nvic_unpend(b, n);
    if (!b->nvic.active[n]) {
        b->nvic.active[n] = true;
        b->nvic.active_count++;
    }
}

void nvic_deactivate(struct board *b, unsigned n)
{
    if (b->nvic.active[n]) {
        b->nvic.active[n] = false;
        b->nvic.active_count--;
    }
    if (n >= EXC_IRQ0 && b->nvic.line[n - EXC_IRQ0])
        nvic_pend(b, n);
}

void nvic_line(struct board *b, enum irq_number irq, bool level)
{
    bool rises = level && !b->nvic.line[irq];

    b->nvic.line[irq] = level;
    if (rises)
        nvic_pend(b, EXC_IRQ0 + (unsigned)irq);
}

static int group_of(const struct board *b, uint32_t priority)
{
    return (int)(priority & (0xFFu << (b->scb.prigroup + 1)) & 0xFF);
}

int nvic_group_priority(const struct board *b, unsigned n)
{
    if (n < EXC_MEM_MANAGE)
        return (int)n - 4; /* Reset -3, NMI -2, HardFault -1 */
    /* cppcheck-suppress arrayIndexOutOfBoundsCond ; callers count up to EXCEPTIONS, exclusively */
    return group_of(b, b->nvic.priority[n]);
}

static int lower(int a, int b)
{
    return a < b ? a : b;
}

static int active_priority(const struct board *b)
{
    int priority = PRIORITY_THREAD;

    for (unsigned n = 1; n < EXCEPTIONS; n++)
        if (b->nvic.active[n])
            priority = lower(priority, nvic_group_priority(b, n));
    return priority;
}

int nvic_execution_priority(const struct board *b, bool ignore_primask)
{
    int priority = PRIORITY_THREAD;
    uint32_t basepri = cpu_reg(b, UC_ARM_REG_BASEPRI) & PRIORITY_MASK;

    if (b->nvic.active_count)
        priority = active_priority(b);
    if (basepri)
        priority = lower(priority, group_of(b, basepri));
    if (!ignore_primask && (cpu_reg(b, UC_ARM_REG_PRIMASK) & 1))
        priority = lower(priority, 0);
    if (cpu_reg(b, UC_ARM_REG_FAULTMASK) & 1)
        priority = lower(priority, -1);
    return priority;
}

unsigned nvic_best_pending(const struct board *b)
{
    const struct nvic *v = &b->nvic;
    unsigned best = 0;
    int best_priority = PRIORITY_THREAD;

    if (!v->pending_count)
        return 0;
    for (unsigned n = EXC_NMI; n <= EXC_HARD_FAULT; n++) /* fixed priorities, above all others */
        if (v->pending[n])
            return n;
    for (unsigned n = EXC_MEM_MANAGE; n < EXCEPTIONS; n++) {
        if (v->pending[n] && v->enabled[n] && v->priority[n] < best_priority) {
            best = n;
            best_priority = v->priority[n];
        }
    }
    return best;
}

unsigned nvic_due(const struct board *b)
{
    unsigned best = nvic_best_pending(b);

    if (best && nvic_group_priority(b, best) < nvic_execution_priority(b, false))
        return best;
    return 0;
}

bool nvic_wakes_wfi(const struct board *b)
{
    unsigned best = nvic_best_pending(b);

    return best && nvic_group_priority(b, best) < nvic_execution_priority(b, true);
}

static uint32_t gather(const bool *flags, unsigned first_irq)
{
    uint32_t word = 0;

    for (unsigned i = 0; i < 32 && first_irq + i < NVIC_IRQS; i++)
        word |= (uint32_t)flags[EXC_IRQ0 + first_irq + i] << i;
    return word;
}

static uint32_t bitmap_read(const struct board *b, uint32_t off)
{
    unsigned first_irq = (off & 0x7F) / 4 * 32;

    switch (off & ~0x7Fu) {
    case 0x100: /* ISER */
    case 0x180: /* ICER */
        return gather(b->nvic.enabled, first_irq);
    case 0x200: /* ISPR */
    case 0x280: /* ICPR */
        return gather(b->nvic.pending, first_irq);
    default: /* IABR */
        return gather(b->nvic.active, first_irq);
    }
}

static void bit_write(struct board *b, uint32_t bank, unsigned n)
{
    switch (bank) {
    case 0x100:
        b->nvic.enabled[n] = true;
        cpu_attend(b);
        break;
    case 0x180:
        b->nvic.enabled[n] = false;
        break;
    case 0x200:
        nvic_pend(b, n);
        break;
    case 0x280:
        nvic_unpend(b, n);
        if (b->nvic.line[n - EXC_IRQ0] && !b->nvic.active[n])
            nvic_pend(b, n);
        break;
    default:
        break; /* IABR is read-only */
    }
}

static bool is_bitmap(uint32_t off)
{
    return off >= 0x100 && off < 0x380 && (off & 0x7F) < 0x20;
}

uint32_t nvic_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t value = 0;

    if (is_bitmap(off))
        return bitmap_read(b, off & ~3u) >> (8 * (off & 3));
    for (unsigned i = 0; i < bytes && off + i - 0x400 < NVIC_IRQS; i++)
        value |= (uint32_t)b->nvic.priority[EXC_IRQ0 + off + i - 0x400] << (8 * i);
    return value;
}

void nvic_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    unsigned first_irq = (off & 0x7F) * 8;

    for (unsigned i = 0; is_bitmap(off) && i < 8 * bytes && first_irq + i < NVIC_IRQS; i++)
        if (value >> i & 1)
            bit_write(b, off & ~0x7Fu, EXC_IRQ0 + first_irq + i);
    for (unsigned i = 0; off >= 0x400 && i < bytes && off + i - 0x400 < NVIC_IRQS; i++) {
        b->nvic.priority[EXC_IRQ0 + off + i - 0x400] = value >> (8 * i) & PRIORITY_MASK;
        cpu_attend(b);
    }
}
