/* SPDX-License-Identifier: MIT
 * Start-up and console of the test firmwares of the chip models. */
#include "chip.h"

extern uint32_t load_from[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

volatile uint32_t systick_ms;

void reset_handler(void);

static void stop(void)
{
    for (;;)
        __asm volatile("wfi");
}

void wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value)
{
    for (uint32_t polls = 0; polls < 100000; polls++)
        if ((*reg & mask) == value)
            return;
    say_value("stuck at", (uint32_t)(uintptr_t)reg);
    stop();
}

void console_open(uint32_t clock_hz)
{
    RCC(0x30) |= 1u << 3;
    (void)RCC(0x30);
    RCC(0x40) |= 1u << 18;
    (void)RCC(0x40);
    GPIO('D', 0x24) = (GPIO('D', 0x24) & ~0xFFu) | 0x77;
    GPIO('D', 0x00) = (GPIO('D', 0x00) & ~0x000F0000u) | 0x000A0000;
    USART3(0x00) = 0;
    USART3(0x0C) = (clock_hz + 57600) / 115200;
    USART3(0x00) = 1;
    USART3(0x00) = 1 | 1u << 3 | 1u << 2;
    wait_for(&USART3(0x1C), 1u << 21, 1u << 21);
}

void say(const char *text)
{
    for (; *text != 0; text++) {
        wait_for(&USART3(0x1C), 1u << 7, 1u << 7);
        USART3(0x28) = (uint8_t)*text;
    }
    wait_for(&USART3(0x1C), 1u << 6, 1u << 6);
}

void say_value(const char *name, uint32_t value)
{
    char text[] = "=0x00000000\n";

    for (unsigned i = 0; i < 8; i++)
        text[3 + i] = "0123456789ABCDEF"[value >> (28 - 4 * i) & 15];
    say(name);
    say(text);
}

void check(bool ok, const char *what)
{
    say(ok ? "ok: " : "FAILED: ");
    say(what);
    say("\n");
}

void reset_handler(void)
{
    uint32_t *from = load_from;

    for (uint32_t *to = data_start; to < data_end; to++)
        *to = *from++;
    for (uint32_t *to = bss_start; to < bss_end; to++)
        *to = 0;
    chip_main();
    say("end\n");
    stop();
}

static void on_fault(void)
{
    check(false, "no fault");
    say_value("CFSR", SCB(0x28));
    stop();
}

static void on_systick(void)
{
    systick_ms++;
}

static void on_irq(void)
{
    irq_handler((SCB(0x04) & 0x1FF) - 16);
}

#define FOUR(x)    x, x, x, x
#define SIXTEEN(x) FOUR(x), FOUR(x), FOUR(x), FOUR(x)

__attribute__((section(".vectors"), used)) static void (*const vectors[126])(void) = {
    (void (*)(void))(uintptr_t)stack_top,
    reset_handler,
    on_fault,
    on_fault,
    on_fault,
    on_fault,
    on_fault,
    0,
    0,
    0,
    0,
    on_fault,
    on_fault,
    0,
    on_fault,
    on_systick,
    SIXTEEN(on_irq),
    SIXTEEN(on_irq),
    SIXTEEN(on_irq),
    SIXTEEN(on_irq),
    SIXTEEN(on_irq),
    SIXTEEN(on_irq),
    FOUR(on_irq),
    FOUR(on_irq),
    FOUR(on_irq),
    on_irq,
    on_irq};
