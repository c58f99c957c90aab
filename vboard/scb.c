/* SPDX-License-Identifier: MIT
 * System control space: identification, fault status, control and cache registers of the SCB, and
 * the dispatch of the private peripheral bus. */
#include "scb.h"

#include <string.h>
#include <unicorn/unicorn.h>

#include "board.h"
#include "reg.h"

#define SCS            0xE000u /* offset of the system control space in the private peripheral bus */
#define CPUID_R1P0     0x411FC270u
#define DHCSR_S_SLEEP  (1u << 18)
#define AIRCR_KEY      0x05FAu
#define AIRCR_READ_KEY 0xFA050000u

/* SHCSR bits and the exceptions whose state they show. */
static const struct {
    uint8_t bit, exception;
    enum { SHCSR_ACTIVE, SHCSR_PENDED, SHCSR_ENABLED } kind;
} shcsr_bits[] = {
    {0, EXC_MEM_MANAGE, SHCSR_ACTIVE},    {1, EXC_BUS_FAULT, SHCSR_ACTIVE},
    {3, EXC_USAGE_FAULT, SHCSR_ACTIVE},   {7, EXC_SVCALL, SHCSR_ACTIVE},
    {8, EXC_DEBUG_MONITOR, SHCSR_ACTIVE}, {10, EXC_PENDSV, SHCSR_ACTIVE},
    {11, EXC_SYSTICK, SHCSR_ACTIVE},      {12, EXC_USAGE_FAULT, SHCSR_PENDED},
    {13, EXC_MEM_MANAGE, SHCSR_PENDED},   {14, EXC_BUS_FAULT, SHCSR_PENDED},
    {15, EXC_SVCALL, SHCSR_PENDED},       {16, EXC_MEM_MANAGE, SHCSR_ENABLED},
    {17, EXC_BUS_FAULT, SHCSR_ENABLED},   {18, EXC_USAGE_FAULT, SHCSR_ENABLED},
};

static uint32_t shcsr_read(const struct board *b)
{
    const struct nvic *n = &b->nvic;
    uint32_t value = 0;

    for (size_t i = 0; i < sizeof shcsr_bits / sizeof *shcsr_bits; i++) {
        unsigned e = shcsr_bits[i].exception;
        bool set = shcsr_bits[i].kind == SHCSR_ACTIVE   ? n->active[e]
                   : shcsr_bits[i].kind == SHCSR_PENDED ? n->pending[e]
                                                        : n->enabled[e];

        value |= (uint32_t)set << shcsr_bits[i].bit;
    }
    return value;
}

static void shcsr_write(struct board *b, uint32_t value)
{
    for (size_t i = 0; i < sizeof shcsr_bits / sizeof *shcsr_bits; i++) {
        unsigned e = shcsr_bits[i].exception;
        bool set = value >> shcsr_bits[i].bit & 1;

        if (shcsr_bits[i].kind == SHCSR_ENABLED)
            b->nvic.enabled[e] = set;
        else if (shcsr_bits[i].kind == SHCSR_PENDED)
            set ? nvic_pend(b, e) : nvic_unpend(b, e);
        else if (b->nvic.active[e] != set) {
            b->nvic.active[e] = set;
            b->nvic.active_count += set ? 1u : UINT32_MAX;
        }
    }
    cpu_attend(b);
}

static uint32_t icsr_read(const struct board *b)
{
    const struct nvic *n = &b->nvic;
    uint32_t active = cpu_reg(b, UC_ARM_REG_IPSR) & 0x1FF;
    bool interrupt_pending = false;

    for (unsigned e = EXC_IRQ0; n->pending_count && e < EXCEPTIONS; e++)
        interrupt_pending |= n->pending[e];
    return active | (uint32_t)(active && n->active_count <= 1) << 11 | nvic_best_pending(b) << 12 |
           (uint32_t)interrupt_pending << 22 | (uint32_t)n->pending[EXC_SYSTICK] << 26 |
           (uint32_t)n->pending[EXC_PENDSV] << 28 | (uint32_t)n->pending[EXC_NMI] << 31;
}

static void icsr_write(struct board *b, uint32_t value)
{
    if (value >> 31 & 1)
        nvic_pend(b, EXC_NMI);
    if (value >> 28 & 1)
        nvic_pend(b, EXC_PENDSV);
    else if (value >> 27 & 1)
        nvic_unpend(b, EXC_PENDSV);
    if (value >> 26 & 1)
        nvic_pend(b, EXC_SYSTICK);
    else if (value >> 25 & 1)
        nvic_unpend(b, EXC_SYSTICK);
}

static void aircr_write(struct board *b, uint32_t value)
{
    if (value >> 16 != AIRCR_KEY) {
        finding(b, RULE_AIRCR_KEY, "AIRCR = 0x%08x", value);
        return;
    }
    b->scb.prigroup = value >> 8 & 7;
    cpu_attend(b);
    if (value >> 2 & 1)
        board_reset(b, RESET_SOFTWARE);
}

static void vtor_write(struct board *b, uint32_t value)
{
    uint32_t reset_vector;

    if (value & 0x1FF)
        finding(b, RULE_VTOR_ALIGN, "VTOR = 0x%08x", value);
    value &= ~0x7Fu;
    if (value != b->scb.vtor) {
        trace_event(b, "vtor", "\"vtor\":\"0x%08x\",\"pc\":\"0x%08x\"", value, cpu_pc(b));
        b->cpu.entry_pc = 0;
        if (memory_read_word(b, value + 4, &reset_vector))
            b->cpu.entry_pc = reset_vector & ~1u;
    }
    b->scb.vtor = value;
}

static uint32_t shpr_read(const struct board *b, uint32_t off)
{
    const uint8_t *p = &b->nvic.priority[off - 0xD14]; /* 0xD18 holds exceptions 4 to 7 */

    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void shpr_write(struct board *b, uint32_t off, uint32_t value)
{
    static const uint8_t has_priority[12] = {1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1};

    for (unsigned i = 0; i < 4; i++) {
        unsigned n = off - 0xD14 + i;

        if (has_priority[n - 4])
            b->nvic.priority[n] = value >> (8 * i) & 0xF0;
    }
    cpu_attend(b);
}

static uint32_t system_read(struct board *b, uint32_t off)
{
    const struct scb *s = &b->scb;

    switch (off) {
    case 0xD00:
        return CPUID_R1P0;
    case 0xD04:
        return icsr_read(b);
    case 0xD08:
        return s->vtor;
    case 0xD0C:
        return AIRCR_READ_KEY | s->prigroup << 8;
    case 0xD10:
        return s->scr;
    case 0xD14:
        return s->ccr;
    case 0xD18:
    case 0xD1C:
    case 0xD20:
        return shpr_read(b, off);
    case 0xD24:
        return shcsr_read(b);
    case 0xD28:
        return s->cfsr;
    case 0xD2C:
        return s->hfsr;
    case 0xD34:
        return s->mmfar;
    case 0xD38:
        return s->bfar;
    case 0xD3C:
        return s->afsr;
    default:
        return 0;
    }
}

/* Identification, FPU, debug and cache registers: Cortex-M7 r1p0 with 16 KB caches and a
 * double-precision FPU (values as CMSIS core_cm7.h and F7 silicon show them). */
static uint32_t feature_read(const struct board *b, uint32_t off)
{
    const struct scb *s = &b->scb;
    static const uint32_t id[] = {0x30,       0x200,     0x100000,  0,         0x100030,
                                  0,          0x1000000, 0,         0x1101110, 0x2112000,
                                  0x20232231, 0x1111131, 0x1310132, 0};

    if (off >= 0xD40 && off < 0xD40 + sizeof id)
        return id[(off - 0xD40) / 4];
    switch (off) {
    case 0x004: /* ICTR: 110 interrupts = 4 words */
        return 3;
    case 0xD78:
        return 0x09000003; /* CLIDR */
    case 0xD7C:
        return 0x8303C003; /* CTR */
    case 0xD80:
        return s->csselr & 1 ? 0xF01FE009 : 0xF00FE019; /* CCSIDR */
    case 0xD84:
        return s->csselr;
    case 0xD88:
        return s->cpacr;
    case 0xDF0: /* DHCSR without a debugger */
        return 0;
    case 0xDFC:
        return s->demcr;
    case 0xF34:
        return s->fpccr;
    case 0xF38:
        return s->fpcar;
    case 0xF3C:
        return s->fpdscr;
    case 0xF40:
        return 0x10110221; /* MVFR0 */
    case 0xF44:
        return 0x12000011;
    case 0xF48:
        return 0x00000040;
    case 0xF90:
        return s->itcmcr;
    case 0xF94:
        return s->dtcmcr;
    case 0xF98:
        return s->ahbpcr;
    case 0xF9C:
        return s->cacr;
    case 0xFA0:
        return s->ahbscr;
    default:
        return 0;
    }
}

static void ccr_write(struct board *b, uint32_t value)
{
    b->scb.ccr = (value & 0x0003011B) | CCR_RESET;
    if (value & CCR_UNALIGN_TRP)
        finding(b, RULE_UNALIGN_TRP, "CCR = 0x%08x", value);
    cpu_decoder_changed(b);
}

static void system_write(struct board *b, uint32_t off, uint32_t value)
{
    struct scb *s = &b->scb;

    switch (off) {
    case 0xD04:
        icsr_write(b, value);
        return;
    case 0xD08:
        vtor_write(b, value);
        return;
    case 0xD0C:
        aircr_write(b, value);
        return;
    case 0xD10:
        s->scr = value & (SCR_SLEEPONEXIT | SCR_SLEEPDEEP | SCR_SEVONPEND);
        return;
    case 0xD14:
        ccr_write(b, value);
        return;
    case 0xD18:
    case 0xD1C:
    case 0xD20:
        shpr_write(b, off, value);
        return;
    case 0xD24:
        shcsr_write(b, value);
        return;
    case 0xD28:
        s->cfsr &= ~value;
        return;
    case 0xD2C:
        s->hfsr &= ~value;
        return;
    case 0xD34:
        s->mmfar = value;
        return;
    case 0xD38:
        s->bfar = value;
        return;
    default:
        return;
    }
}

static void feature_write(struct board *b, uint32_t off, uint32_t value)
{
    struct scb *s = &b->scb;

    switch (off) {
    case 0xD84:
        s->csselr = value & 0xF;
        return;
    case 0xD88:
        s->cpacr = value & CPACR_FPU;
        cpu_decoder_changed(b);
        return;
    case 0xDFC:
        dwt_enable(b, value & 0x010F07F1);
        return;
    case 0xF00: /* STIR */
        if ((value & 0x1FF) < NVIC_IRQS)
            nvic_pend(b, EXC_IRQ0 + (value & 0x1FF));
        return;
    case 0xF34:
        s->fpccr = value & 0xC0000000; /* stacking is eager: LSPACT never shows */
        return;
    case 0xF38:
        s->fpcar = value & ~7u;
        return;
    case 0xF3C:
        s->fpdscr = value & 0x07C00000;
        return;
    case 0xF98:
        s->ahbpcr = (s->ahbpcr & ~1u) | (value & 1);
        return;
    case 0xF9C:
        s->cacr = value & 7;
        return;
    case 0xFA0:
        s->ahbscr = value & 0xFFFF;
        return;
    default:
        return; /* cache maintenance: there are no caches whose content could differ */
    }
}

static bool is_system(uint32_t off)
{
    return off >= 0xD00 && off < 0xD40;
}

static uint32_t word_read(struct board *b, uint32_t off)
{
    if (off < SCS || off >= SCS + 0x1000)
        return dwt_read(b, off);
    off -= SCS;
    if (is_system(off))
        return system_read(b, off);
    if (off >= 0xD90 && off < 0xDB8)
        return mpu_read(b, off - 0xD90);
    return feature_read(b, off);
}

uint32_t scb_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t scs = off - SCS;

    if (off >= SCS + 0x10 && off < SCS + 0x20)
        return reg_part(systick_read(b, scs - 0x10, bytes), off, bytes);
    if (off >= SCS + 0x100 && off < SCS + 0x4F0)
        return nvic_read(b, scs, bytes);
    return reg_part(word_read(b, off & ~3u), off, bytes);
}

void scb_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    uint32_t scs = off - SCS, word = value;

    if (off >= SCS + 0x100 && off < SCS + 0x4F0) {
        nvic_write(b, scs, bytes, value);
        return;
    }
    if (bytes < 4) /* the other bytes keep what they hold; write-one bits get nothing */
        word = scs == 0xD28 || scs == 0xD29 || scs == 0xD2A || scs == 0xD2C
                   ? value << 8 * (off & 3)
                   : reg_merge(word_read(b, off & ~3u), off, bytes, value);
    if (off >= SCS + 0x10 && off < SCS + 0x20)
        systick_write(b, scs - 0x10, bytes, word);
    else if (off < SCS || off >= SCS + 0x1000)
        dwt_write(b, off & ~3u, word);
    else if (is_system(scs))
        system_write(b, scs & ~3u, word);
    else if (scs >= 0xD90 && scs < 0xDB8)
        mpu_write(b, (scs & ~3u) - 0xD90, word);
    else
        feature_write(b, scs & ~3u, word);
}

void scb_reset(struct board *b)
{
    struct scb kept = b->scb;

    memset(&b->scb, 0, sizeof b->scb);
    b->scb.demcr = kept.demcr;
    b->scb.dwt = kept.dwt;
    b->scb.ccr = CCR_RESET;
    b->scb.fpccr = 0xC0000000;
    b->scb.itcmcr = b->scb.dtcmcr = 0;
    b->scb.itcmcr = 5u << 3 | 1; /* 16 KB, enabled */
    b->scb.dtcmcr = 8u << 3 | 1; /* 128 KB, enabled */
    b->scb.ahbpcr = 2;
    mpu_reset(b);
}

void scb_power_on(struct board *b)
{
    memset(&b->scb, 0, sizeof b->scb);
    b->scb.dwt.anchor = b->cpu.ticks;
}
