/* SPDX-License-Identifier: MIT
 * EXTI (RM0410 chapter 11): edge detection on 25 lines, software triggers, pending flags. */
#include "board.h"

#define LINES     25
#define LINE_MASK 0x01FFFFFFu

static const uint8_t irq_of_line[LINES] = {
    6, 7,  8,  9,  10, 23, 23, 23, 23, 23, 40, 40, 40, 40, 40, 40, /* pins */
    1, 41, 42, 62, 76, 2,  3,  93, 109 /* PVD, alarm, OTG_FS, ETH, OTG_HS, tamper, wake-up, ... */
};

static void update_irqs(struct board *b)
{
    uint32_t active = b->exti.pr & b->exti.imr;
    bool level[NVIC_IRQS] = {false};

    for (unsigned line = 0; line < LINES; line++)
        level[irq_of_line[line]] |= (active >> line & 1) != 0;
    for (unsigned line = 0; line < LINES; line++)
        nvic_line(b, (enum irq_number)irq_of_line[line], level[irq_of_line[line]]);
}

static void trigger(struct board *b, unsigned line)
{
    if (b->exti.emr >> line & 1)
        cpu_send_event(b);
    if (b->exti.imr >> line & 1) {
        b->exti.pr |= 1u << line;
        update_irqs(b);
    }
}

void exti_source(struct board *b, unsigned line, bool level)
{
    bool was = (b->exti.level >> line & 1) != 0;
    uint32_t edges = level ? b->exti.rtsr : b->exti.ftsr;

    if (was == level)
        return;
    b->exti.level ^= 1u << line;
    if (edges >> line & 1)
        trigger(b, line);
}

void exti_pins_changed(struct board *b)
{
    for (unsigned line = 0; line < 16; line++)
        exti_source(b, line, gpio_pin_level(b, syscfg_exti_port(b, line), line));
}

static uint32_t *plain_register(struct board *b, uint32_t off)
{
    struct exti *x = &b->exti;
    uint32_t *regs[] = {&x->imr, &x->emr, &x->rtsr, &x->ftsr, &x->swier, &x->pr};

    return off / 4 < sizeof regs / sizeof regs[0] ? regs[off / 4] : NULL;
}

uint32_t exti_read(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t *reg = plain_register(b, off);

    if (reg == NULL) {
        finding(b, RULE_RESERVED_REGISTER, "EXTI offset 0x%02X", (unsigned)off);
        return 0;
    }
    return reg_part(*reg, off, bytes);
}

void exti_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    uint32_t *reg = plain_register(b, off), old, rising;

    if (reg == NULL) {
        finding(b, RULE_RESERVED_REGISTER, "EXTI offset 0x%02X", (unsigned)off);
        return;
    }
    old = *reg;
    if (reg == &b->exti.pr) { /* write 1 to clear; takes SWIER's bit along */
        value = reg_merge(0, off, bytes, value) & LINE_MASK;
        b->exti.pr &= ~value;
        b->exti.swier &= ~value;
    } else {
        *reg = reg_merge(old, off, bytes, value) & LINE_MASK;
    }
    rising = reg == &b->exti.swier ? *reg & ~old : 0;
    for (unsigned line = 0; line < LINES; line++)
        if (rising >> line & 1)
            trigger(b, line);
    update_irqs(b);
}

void exti_reset(struct board *b)
{
    b->exti = (struct exti){.level = b->exti.level};
    update_irqs(b);
}
