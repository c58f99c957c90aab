/* SPDX-License-Identifier: MIT
 * EXTI line 13 from port C. A press that began before the application ran (the loader has a use of
 * its own for the button at power-up) is not counted. */
#include "button.h"

#include <stdbool.h>
#include <stdint.h>

#include "applib/needs.h"
#include "chip.h"
#include "startup.h"

#define LINE_13      (1u << 13)
#define VERY_LONG_MS 4000u
#define LONG_MS      1000u
#define BOUNCE_MS    20u

static volatile enum button_press press;
static bool down;
static uint32_t down_at_ms;

void button_init(void)
{
    chip_clock_on(&RCC_AHB1ENR, RCC_AHB1ENR_GPIOC); /* PC13 is an input after a reset */
    chip_clock_on(&RCC_APB2ENR, RCC_APB2ENR_SYSCFG);
    SYSCFG_EXTICR4 = (SYSCFG_EXTICR4 & ~(0xFu << 4)) | 2u << 4;
    EXTI_RTSR |= LINE_13;
    EXTI_FTSR |= LINE_13;
    EXTI_IMR |= LINE_13;
    chip_irq_enable(IRQ_EXTI15_10, 0xC0);
}

RAMCODE void exti15_10_handler(void)
{
    EXTI_PR = LINE_13;
    chip_dsb();
    if ((GPIOC_IDR & LINE_13) != 0) {
        if (!down)
            down_at_ms = clock_ms();
        down = true;
        return;
    }
    uint32_t held_ms = clock_ms() - down_at_ms;
    if (down && held_ms >= BOUNCE_MS)
        press = held_ms > VERY_LONG_MS ? BUTTON_VERY_LONG
                : held_ms > LONG_MS    ? BUTTON_LONG
                                       : BUTTON_SHORT;
    down = false;
}

enum button_press button_take(void)
{
    enum button_press taken = press;
    if (taken != BUTTON_NONE)
        press = BUTTON_NONE;
    return taken;
}
