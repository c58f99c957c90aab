/* SPDX-License-Identifier: MIT
 * SysTick (ARMv7-M B3.3) and DWT_CYCCNT (C1.8). */
#include "tick.h"

#include "applib/needs.h"
#include "chip.h"
#include "fpu.h"
#include "interrupts.h"
#include "startup.h"

#define HEARTBEAT_MS 500u
#define LD2          (1u << 7) /* PB7 */

static volatile uint32_t ticks_ms;
static volatile uint32_t fpu_errors;

void tick_init(uint32_t hclk_hz)
{
    chip_clock_on(&RCC_AHB1ENR, RCC_AHB1ENR_GPIOB);
    GPIOB_MODER = (GPIOB_MODER & ~(3u << 14)) | 1u << 14;
    SCB_SHPR3_SYSTICK = 0x10;
    SYST_RVR = hclk_hz / 1000u - 1u;
    SYST_CVR = 0;
    SYST_CSR = 7; /* processor clock, interrupt, on */
    DEMCR |= DEMCR_TRCENA;
    DWT_LAR = DWT_LAR_KEY;
    DWT_CYCCNT = 0;
    DWT_CTRL |= 1u;
}

RAMCODE void systick_handler(void)
{
    uint32_t now = ticks_ms + 1u;
    ticks_ms = now;
    if (now % HEARTBEAT_MS == 0)
        GPIOB_BSRR = now / HEARTBEAT_MS % 2u != 0 ? LD2 : LD2 << 16;
    if (!fpu_interrupt_ok())
        fpu_errors++;
    interrupts_note_tick();
}

uint32_t tick_fpu_errors(void)
{
    return fpu_errors;
}

uint32_t tick_measure(uint32_t ms, void (*during)(void))
{
    uint32_t start = ticks_ms;
    while (ticks_ms == start)
        clock_idle();
    uint32_t cycles = DWT_CYCCNT;
    start = ticks_ms;
    while (ticks_ms - start < ms) {
        during();
        clock_idle();
    }
    return DWT_CYCCNT - cycles;
}

RAMCODE uint32_t clock_ms(void)
{
    return ticks_ms;
}

/* The product may have switched the hardware watchdog on; feeding one that is off does nothing. */
RAMCODE void clock_idle(void)
{
    IWDG_KR = IWDG_KR_RELOAD;
}
