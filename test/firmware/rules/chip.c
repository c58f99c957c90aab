/* SPDX-License-Identifier: MIT
 * Cases for the rules of vboard/rules_chip.def: clocks, power, backup domain. The others are
 * in chip_flash.c and chip_units.c. Register maps: RM0410, the chapter of each block. */
#include "rules.h"

#define RCC_CR        REG32(0x40023800)
#define RCC_PLLCFGR   REG32(0x40023804)
#define RCC_CFGR      REG32(0x40023808)
#define RCC_AHB1RSTR  REG32(0x40023810)
#define RCC_AHB1ENR   REG32(0x40023830)
#define RCC_APB1ENR   REG32(0x40023840)
#define RCC_AHB1LPENR REG32(0x40023850)
#define RCC_BDCR      REG32(0x40023870)
#define PWR_CR1       REG32(0x40007000)
#define PWR_CSR1      REG32(0x40007004)
#define FLASH_ACR     REG32(0x40023C00)
#define GPIOB(off)    REG32(0x40020400 + (off))
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
    {0},
};
