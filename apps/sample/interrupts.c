/* SPDX-License-Identifier: MIT
 * EXTI (RM0410 chapter 11), software-triggered, and pre-emption (ARMv7-M B1.5). */
#include "interrupts.h"

#include <stdbool.h>

#include "applib/needs.h"
#include "chip.h"
#include "fpu.h"
#include "startup.h"

#define LINE_3            (1u << 3)
#define TICKS_IN_HANDLER  2u
#define HANDLER_TURNS_MAX 1000000u

static volatile bool inside;
static volatile uint32_t taken, nested, errors;

RAMCODE void interrupts_note_tick(void)
{
    if (inside)
        nested++;
}

RAMCODE void exti3_handler(void)
{
    EXTI_PR = LINE_3;
    chip_dsb();
    inside = true;
    uint32_t start = clock_ms(), turns = 0;
    while (clock_ms() - start < TICKS_IN_HANDLER && turns++ < HANDLER_TURNS_MAX)
        if (!fpu_interrupt_ok())
            errors++;
    if (turns >= HANDLER_TURNS_MAX)
        errors++;
    inside = false;
    taken++;
}

struct interrupts_result interrupts_run(void)
{
    EXTI_IMR |= LINE_3;
    chip_irq_enable(IRQ_EXTI3, 0x80);
    for (uint32_t i = 0; i < INTERRUPTS_TRIGGERED; i++) {
        EXTI_SWIER = LINE_3;
        chip_dsb();
        uint32_t start = clock_ms();
        while (taken == i && clock_ms() - start < 2u * TICKS_IN_HANDLER) {
            if (!fpu_main_ok())
                errors++;
            clock_idle();
        }
    }
    return (struct interrupts_result){.taken = taken, .nested = nested, .errors = errors};
}
