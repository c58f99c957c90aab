/* SPDX-License-Identifier: MIT
 * Cases for the rules of vboard/rules_chip.def: clocks, power, pins, UARTs, watchdogs, timers.
 * Those of the flash are in chip_flash.c. Register maps: RM0410, the chapter of each block. */
#include "rules.h"

#define RCC_CR        REG32(0x40023800)
#define RCC_PLLCFGR   REG32(0x40023804)
#define RCC_CFGR      REG32(0x40023808)
#define RCC_AHB1RSTR  REG32(0x40023810)
#define RCC_AHB1ENR   REG32(0x40023830)
#define RCC_AHB2ENR   REG32(0x40023834)
#define RCC_APB1ENR   REG32(0x40023840)
#define RCC_APB2ENR   REG32(0x40023844)
#define RCC_AHB1LPENR REG32(0x40023850)
#define RCC_BDCR      REG32(0x40023870)
#define PWR_CR1       REG32(0x40007000)
#define PWR_CSR1      REG32(0x40007004)
#define FLASH_ACR     REG32(0x40023C00)
#define GPIOB(off)    REG32(0x40020400 + (off))
#define GPIOC(off)    REG32(0x40020800 + (off))
#define UART4(off)    REG32(0x40004C00 + (off))
#define USART3(off)   REG32(0x40004800 + (off))
#define IWDG(off)     REG32(0x40003000 + (off))
#define WWDG(off)     REG32(0x40002C00 + (off))
#define RTC(off)      REG32(0x40002800 + (off))

static void wait_bits(volatile uint32_t *reg, uint32_t bits)
{
    for (uint32_t i = 0; i < 100000 && (*reg & bits) != bits; i++)
        ;
}

static void hse_on(void)
{
    RCC_CR |= 1u << 18;
    RCC_CR |= 1u << 16;
    wait_bits(&RCC_CR, 1u << 17);
}

/* 8 MHz / 4 * 216 / 2 = 216 MHz, Q = 9, R = 2. */
static void pll_on(void)
{
    RCC_PLLCFGR = 0x29403604;
    RCC_CR |= 1u << 24;
    wait_bits(&RCC_CR, 1u << 25);
}

static void pwr_clock(void)
{
    RCC_APB1ENR |= 1u << 28;
    (void)RCC_APB1ENR;
}

static void overdrive_on(void)
{
    pwr_clock();
    PWR_CR1 |= 1u << 16;
    wait_bits(&PWR_CSR1, 1u << 16);
    PWR_CR1 |= 1u << 17;
    wait_bits(&PWR_CSR1, 1u << 17);
}

static void switch_to(uint32_t source, uint32_t dividers)
{
    RCC_CFGR = dividers;
    RCC_CFGR = dividers | source;
    wait_bits(&RCC_CFGR, source << 2);
}

/* Back to HSI, so that the console is right again. */
static void back_to_hsi(void)
{
    RCC_CFGR &= ~3u;
    while (RCC_CFGR & 0xC)
        ;
    RCC_CFGR = 0;
}

static void clock_gated_obey(void)
{
    RCC_AHB1ENR |= 2;
    (void)RCC_AHB1ENR;
    GPIOB(0x14) = 0;
}

static void clock_gated_break(void)
{
    GPIOB(0x14) = 0;
}

static void reset_pulse_obey(void)
{
    clock_gated_obey();
    RCC_AHB1RSTR |= 2;
    RCC_AHB1RSTR &= ~2u;
    GPIOB(0x14) = 0;
}

static void held_in_reset(void)
{
    clock_gated_obey();
    RCC_AHB1RSTR |= 2;
    GPIOB(0x14) = 0;
}

static void known_register(void)
{
    (void)RCC_CFGR;
}

static void reserved_register(void)
{
    (void)REG32(0x40023BFC);
}

static void run_at_216(void)
{
    hse_on();
    pll_on();
    overdrive_on();
    FLASH_ACR = 7;
    switch_to(2, 0x9400);
    back_to_hsi();
}

static void no_overdrive(void)
{
    hse_on();
    pll_on();
    FLASH_ACR = 7;
    switch_to(2, 0x9400);
    back_to_hsi();
}

static void few_wait_states(void)
{
    hse_on();
    pll_on();
    overdrive_on();
    FLASH_ACR = 5;
    switch_to(2, 0x9400);
    back_to_hsi();
}

static void hse_off_when_unused(void)
{
    hse_on();
    RCC_CR &= ~(1u << 16);
}

static void hse_off_in_use(void)
{
    hse_on();
    switch_to(1, 0);
    RCC_CR &= ~(1u << 16);
    back_to_hsi();
}

static void valid_pll(void)
{
    hse_on();
    pll_on();
}

static void invalid_pll(void)
{
    hse_on();
    RCC_PLLCFGR = 0x29403610; /* VCO input 0.5 MHz */
    RCC_CR |= 1u << 24;
}

static void pll_config_on(void)
{
    valid_pll();
    RCC_PLLCFGR = 0x24003010;
}

static void switch_ready(void)
{
    hse_on();
    switch_to(1, 0);
    back_to_hsi();
}

static void switch_early(void)
{
    RCC_CFGR = 2;
    RCC_CFGR = 0;
}

static void bypass_late(void)
{
    hse_on();
    RCC_CR &= ~(1u << 18);
}

static void crystal(void)
{
    RCC_CR |= 1u << 16;
}

static void overdrive_at_once(void)
{
    hse_on();
    pll_on();
    pwr_clock();
    PWR_CR1 |= 3u << 16;
}

static void overdrive_obey(void)
{
    hse_on();
    pll_on();
    overdrive_on();
}

static void vos_before_pll(void)
{
    pwr_clock();
    PWR_CR1 = 0x8000;
    hse_on();
    pll_on();
}

static void vos_after_pll(void)
{
    pwr_clock();
    hse_on();
    pll_on();
    PWR_CR1 = 0x8000;
}

static void sleep_clocks_kept(void)
{
    RCC_AHB1LPENR = RCC_AHB1LPENR;
}

static void sleep_clocks_changed(void)
{
    RCC_AHB1LPENR &= ~(1u << 15);
}

static void backup_open(void)
{
    pwr_clock();
    PWR_CR1 |= 1u << 8;
    RTC(0x50) = 1;
}

static void backup_closed(void)
{
    RTC(0x50) = 1;
}

static void rtc_unlocked(void)
{
    backup_open();
    RTC(0x24) = 0xCA;
    RTC(0x24) = 0x53;
    RTC(0x08) = 0x40; /* FMT */
}

static void rtc_locked(void)
{
    backup_open();
    RTC(0x08) = 0x40;
}

static void rtc_wakeup(void)
{
    rtc_unlocked();
    RTC(0x08) = 1u << 10;
}

static void pin_lock(void)
{
    clock_gated_obey();
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

const struct rule_case chip_cases[] = {
    {"clock-gated", clock_gated_obey, clock_gated_break},
    {"held-in-reset", reset_pulse_obey, held_in_reset},
    {"reserved-register", known_register, reserved_register},
    {"clock-limit", run_at_216, no_overdrive},
    {"flash-latency", run_at_216, few_wait_states},
    {"clock-in-use", hse_off_when_unused, hse_off_in_use},
    {"pll-invalid", valid_pll, invalid_pll},
    {"pll-locked", valid_pll, pll_config_on},
    {"sw-not-ready", switch_ready, switch_early},
    {"hsebyp-late", hse_on, bypass_late},
    {"hse-crystal", hse_on, crystal},
    {"overdrive-order", overdrive_obey, overdrive_at_once},
    {"vos-late", vos_before_pll, vos_after_pll},
    {"sleep-clock", sleep_clocks_kept, sleep_clocks_changed},
    {"backup-locked", backup_open, backup_closed},
    {"rtc-locked", rtc_unlocked, rtc_locked},
    {"rtc-mode", rtc_unlocked, rtc_wakeup},
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
