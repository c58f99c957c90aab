/* SPDX-License-Identifier: MIT
 * WFI, WFE, SLEEPONEXIT, SysTick, system reset. */
#include "core.h"

#define MARK (*(volatile uint32_t *)0x20040000u)

static volatile uint32_t count;

static void on_tick(void)
{
    count++;
}

static void tick(uint32_t load, uint32_t ctrl)
{
    set_handler(15, on_tick);
    REG32(SYSTICK_CTRL) = 0;
    REG32(SYSTICK_LOAD) = load;
    REG32(SYSTICK_VAL) = 0;
    REG32(SYSTICK_CTRL) = ctrl;
}

void case_wfi(void)
{
    uint32_t start;

    cycles_start();
    tick(15999, 7);
    start = cycles();
    for (uint32_t i = 0; i < 10; i++)
        __asm volatile("wfi");
    expect("ticks", count, 10);
    expect("10 ms in cycles", (cycles() - start) / 1000, 160);
    __asm volatile("cpsid i\n wfi");
    expect("awake with PRIMASK, without the handler", count, 10);
    expect("PENDSTSET", REG32(SCB_ICSR) >> 26 & 1, 1);
    __asm volatile("wfi"); /* falls through */
    REG32(SYSTICK_CTRL) = 0;
    __asm volatile("cpsie i");
    expect("then the handler", count, 11);
    finish();
}

void case_wfe(void)
{
    uint32_t start;

    cycles_start();
    __asm volatile("sev\n wfe"); /* takes the event, does not sleep */
    start = cycles();
    __asm volatile("sev\n wfe");
    expect("SEV, WFE", cycles() - start < 20, 1);
    tick(15999, 7);
    __asm volatile("sev\n wfe\n");
    start = count;
    __asm volatile("wfe");
    expect("woken by an exception", count, start + 1);
    REG32(SYSTICK_CTRL) = 0;
    /* The handler has set the event register by its entry and return. */
    start = cycles();
    __asm volatile("wfe");
    expect("event of the exception", cycles() - start < 20, 1);
    /* SEVONPEND: a disabled interrupt that becomes pending is an event. */
    __asm volatile("cpsid i");
    REG32(SCB_SCR) = 1u << 4;
    tick(15999, 7);
    start = count;
    __asm volatile("wfe");
    expect("SEVONPEND wakes under PRIMASK, without the handler", count, start);
    expect("pending", REG32(SCB_ICSR) >> 26 & 1, 1);
    REG32(SYSTICK_CTRL) = 0;
    irq_pend(IRQ_A); /* never enabled */
    start = cycles();
    __asm volatile("wfe");
    expect("SEVONPEND of a disabled interrupt", cycles() - start < 40, 1);
    __asm volatile("cpsie i");
    finish();
}

void case_sleep_for_ever(void)
{
    say("good night\n");
    __asm volatile("cpsid i");
    REG32(SYSTICK_CTRL) = 0;
    for (;;)
        __asm volatile("wfi");
}

static void on_tick_and_wake(void)
{
    if (++count == 5)
        REG32(SCB_SCR) = 0;
}

void case_sleeponexit(void)
{
    tick(1599, 7);
    set_handler(15, on_tick_and_wake);
    REG32(SCB_SCR) = 2;
    __asm volatile("wfi");
    expect("thread code runs after the fifth tick", count, 5);
    finish();
}

volatile uint32_t entered;

__attribute__((naked)) static void on_first_tick(void)
{
    __asm volatile("ldr r1, =0xE0001004\n ldr r2, [r1]\n ldr r0, =entered\n str r2, [r0]\n"
                   "bx lr\n");
}

/* From the store that starts the counter to the handler: LOAD + 1 cycles, 12 of the entry, and the
 * three instructions store, LDR, LDR. */
static uint32_t cycles_to_first_tick(uint32_t load)
{
    uint32_t start;

    set_handler(15, on_first_tick);
    REG32(SYSTICK_CTRL) = 0;
    REG32(SYSTICK_LOAD) = load;
    REG32(SYSTICK_VAL) = 0;
    __asm volatile("ldr %0, [%1]\n str %2, [%3]\n wfi\n"
                   : "=&r"(start)
                   : "r"(DWT_CYCCNT), "r"(7), "r"(SYSTICK_CTRL)
                   : "memory");
    REG32(SYSTICK_CTRL) = 0;
    return entered - start;
}

void case_systick(void)
{
    uint32_t first, value;

    cycles_start();
    expect("cycles to the first tick", cycles_to_first_tick(4999), 5000 + 12 + 3);
    tick(99, 5);
    REG32(SYSTICK_VAL) = 0;
    first = cycles();
    while (!(REG32(SYSTICK_CTRL) >> 16 & 1))
        ;
    value = cycles() - first;
    expect("COUNTFLAG after LOAD + 1 cycles", value >= 100 && value < 112, 1);
    expect("COUNTFLAG is cleared by reading", REG32(SYSTICK_CTRL) >> 16 & 1, 0);
    spin(60);
    REG32(SYSTICK_VAL) = 77;
    expect("VAL's write clears COUNTFLAG", REG32(SYSTICK_CTRL) >> 16 & 1, 0);
    tick(9999, 7);
    first = cycles();
    while (count < 20)
        ;
    REG32(SYSTICK_CTRL) = 0;
    value = cycles() - first;
    expect("20 periods of 10000 cycles", value >= 199990 && value < 200060, 1);
    count = 0;
    tick(999, 3); /* HCLK / 8 */
    first = cycles();
    while (count < 5)
        ;
    REG32(SYSTICK_CTRL) = 0;
    value = cycles() - first;
    expect("5 periods of 8000 cycles", value >= 39990 && value < 40060, 1);
    tick(0xFFFF, 5);
    REG32(SYSTICK_VAL) = 0;
    first = REG32(SYSTICK_VAL);
    value = first - REG32(SYSTICK_VAL);
    expect("VAL counts down", value > 0 && value < 10, 1);
    finish();
}

/* Sleeps and prints by turns: the events must not depend on how idle time passes. */
void case_idle(void)
{
    tick(15999, 7);
    REG32(0x40023830) |= 1u << 1;
    (void)REG32(0x40023830);
    REG32(0x40020400) = 0x00000281; /* PB0: LD1 */
    for (uint32_t i = 0; i < 8; i++) {
        while (count < 3 * (i + 1))
            __asm volatile("wfi");
        REG32(0x40020414) ^= 1;
        say("blink\n");
    }
    finish();
}

void case_reset(void)
{
    if (MARK == 0x12345678) {
        MARK = 0;
        expect("RCC_CSR software reset", REG32(0x40023874) >> 28 & 1, 1);
        expect("PRIMASK after reset", REG32(SYSTICK_CTRL), 0);
        finish();
        return;
    }
    MARK = 0x12345678;
    dsb();
    REG32(SCB_AIRCR) = 0x05FA0004;
    dsb();
    for (;;)
        ;
}
