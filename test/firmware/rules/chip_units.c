/* SPDX-License-Identifier: MIT
 * Cases for the rules of vboard/rules_chip.def: pins, UARTs, watchdogs, timers, random numbers,
 * memory remap. Register maps: RM0410, the chapter of each block. */
#include "rules.h"

#define RCC_AHB1ENR REG32(0x40023830)
#define RCC_AHB2ENR REG32(0x40023834)
#define RCC_APB1ENR REG32(0x40023840)
#define RCC_APB2ENR REG32(0x40023844)
#define GPIOB(off)  REG32(0x40020400 + (off))
#define GPIOC(off)  REG32(0x40020800 + (off))
#define UART4(off)  REG32(0x40004C00 + (off))
#define IWDG(off)   REG32(0x40003000 + (off))
#define WWDG(off)   REG32(0x40002C00 + (off))

static void wait_bits(volatile uint32_t *reg, uint32_t bits)
{
    for (uint32_t i = 0; i < 100000 && (*reg & bits) != bits; i++)
        ;
}

static void port_b_clock(void)
{
    RCC_AHB1ENR |= 2;
    (void)RCC_AHB1ENR;
}

static void pin_lock(void)
{
    port_b_clock();
    GPIOB(0x1C) = 1u << 16 | 1;
    GPIOB(0x1C) = 1;
    GPIOB(0x1C) = 1u << 16 | 1;
    (void)GPIOB(0x1C);
    GPIOB(0x00) |= 1u << 2; /* another pin */
}

static void pin_locked(void)
{
    pin_lock();
    GPIOB(0x00) |= 1;
}

static void uart_rate(uint32_t brr)
{
    UART4(0x00) = 0;
    UART4(0x0C) = brr;
    UART4(0x00) = 9;
    UART4(0x28) = 'x';
    wait_bits(&UART4(0x1C), 1u << 6);
    UART4(0x00) = 0;
    UART4(0x0C) = 16000000 / 115200;
    UART4(0x00) = 9;
}

static void uart_rate_right(void)
{
    uart_rate(16000000 / 57600);
}

static void uart_rate_wrong(void)
{
    uart_rate(16000000 / 80000);
}

static void uart_waits(void)
{
    say("ab");
}

static void uart_hurries(void)
{
    UART4(0x28) = 'a';
    UART4(0x28) = 'b';
    UART4(0x28) = 'c';
    wait_bits(&UART4(0x1C), 1u << 6);
}

static void uart_without_pin(void)
{
    GPIOC(0x00) = 0;
    UART4(0x28) = 'x';
    wait_bits(&UART4(0x1C), 1u << 6);
    GPIOC(0x00) = 2u << 20;
}

static void uart_config_on(void)
{
    UART4(0x0C) = 278;
}

static void uart_dma(void)
{
    UART4(0x08) = 1u << 7;
}

static void iwdg_keys(void)
{
    IWDG(0x00) = 0xCCCC;
    IWDG(0x00) = 0x5555;
    IWDG(0x04) = 1;
    IWDG(0x00) = 0xAAAA;
}

static void iwdg_no_key(void)
{
    IWDG(0x04) = 1;
}

static void iwdg_waits(void)
{
    iwdg_keys();
    while (IWDG(0x0C) != 0)
        ;
    IWDG(0x00) = 0x5555;
    IWDG(0x04) = 6;
}

static void iwdg_hurries(void)
{
    iwdg_keys();
    IWDG(0x00) = 0x5555;
    IWDG(0x04) = 6;
}

/* Window 0x800 of a counter that starts at 0xFFF. */
static void iwdg_window(uint32_t loops)
{
    IWDG(0x00) = 0xCCCC;
    IWDG(0x00) = 0x5555;
    IWDG(0x10) = 0x800;
    while (IWDG(0x0C) != 0)
        ;
    spin(loops);
    IWDG(0x00) = 0xAAAA;
}

static void iwdg_in_window(void)
{
    iwdg_window(700000);
}

static void iwdg_too_early(void)
{
    iwdg_window(0);
}

static void wwdg_start(void)
{
    RCC_APB1ENR |= 1u << 11;
    (void)RCC_APB1ENR;
    WWDG(0x04) = 3u << 7 | 0x50;
    WWDG(0x00) = 0xFF;
}

static void wwdg_in_window(void)
{
    wwdg_start();
    while ((WWDG(0x00) & 0x7F) > 0x48)
        ;
    WWDG(0x00) = 0xFF;
}

static void wwdg_too_early(void)
{
    wwdg_start();
    WWDG(0x00) = 0xFF;
}

static void timer_counts(uint32_t cr1)
{
    RCC_APB1ENR |= 1;
    (void)RCC_APB1ENR;
    REG32(0x40000000) = cr1;
}

static void timer_up(void)
{
    timer_counts(1);
}

static void timer_up_down(void)
{
    timer_counts(1u << 5 | 1);
}

static void random_cr(uint32_t cr)
{
    RCC_AHB2ENR |= 1u << 6;
    (void)RCC_AHB2ENR;
    REG32(0x50060800) = cr;
}

static void random_polled(void)
{
    random_cr(1u << 2);
}

static void random_interrupts(void)
{
    random_cr(3u << 2);
}

static void syscfg_memrmp(uint32_t value)
{
    RCC_APB2ENR |= 1u << 14;
    (void)RCC_APB2ENR;
    REG32(0x40013800) = value;
}

static void memory_not_mapped(void)
{
    syscfg_memrmp(0);
}

static void memory_mapped(void)
{
    syscfg_memrmp(1u << 8);
}

const struct rule_case chip_unit_cases[] = {
    {"gpio-locked", pin_lock, pin_locked},
    {"usart-baud", uart_rate_right, uart_rate_wrong},
    {"usart-lost", uart_waits, uart_hurries},
    {"usart-no-pin", uart_waits, uart_without_pin},
    {"usart-config", uart_rate_right, uart_config_on},
    {"usart-mode", uart_waits, uart_dma},
    {"iwdg-key", iwdg_keys, iwdg_no_key},
    {"iwdg-update", iwdg_waits, iwdg_hurries},
    {"iwdg-window", iwdg_in_window, iwdg_too_early},
    {"wwdg-window", wwdg_in_window, wwdg_too_early},
    {"tim-mode", timer_up, timer_up_down},
    {"rng-mode", random_polled, random_interrupts},
    {"syscfg-remap", memory_not_mapped, memory_mapped},
    {0},
};
