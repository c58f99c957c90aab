/* SPDX-License-Identifier: MIT
 * The clock tree (RM0410 5.2, over-drive 4.1.4). VCO input 2 MHz, VCO 432 MHz: SYSCLK = /2 =
 * 216 MHz, USB = /9 = 48 MHz exactly; APB1 54 MHz, APB2 108 MHz. VOS stays at scale 1 (reset).
 * Without HSE the PLL runs from HSI, VCO 400 MHz, SYSCLK 200 MHz, which leaves room for an HSI that
 * is too fast; it is not exact enough for USB. On HSI itself a signature would take longer than a
 * watchdog that the option bytes start allows. */
#include "target/stm32f7/rcc.h"

#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/regs_flash.h"
#include "target/stm32f7/regs_rcc.h"
#include "target/stm32f7/wait.h"
#include "target/stm32f7/wiring.h"

#define VCO_INPUT_HZ 2000000u
#define HSE_PLL_HZ   216000000u
#define HSI_PLL_HZ   200000000u
/* Wait states for 216 MHz down to 2.1 V (RM0410 table 7): the loader also runs at low supply, and
 * its code is in RAM. */
#define PLL_LATENCY 9u

/* Generous: HSE bypass answers in microseconds, the PLL locks in 0.3 ms (DS11532, unverified). */
#define HSE_LIMIT_MS       100u
#define PLL_LIMIT_MS       5u
#define OVERDRIVE_LIMIT_MS 5u
#define SWITCH_LIMIT_MS    5u

static uint32_t pll_hz; /* SYSCLK; 0 = the PLL does not run */
static bool usb_clock;

uint32_t rcc_hclk_hz(void)
{
    return pll_hz != 0 ? pll_hz : RCC_HSI_HZ;
}

uint32_t rcc_pclk1_hz(void)
{
    return pll_hz != 0 ? pll_hz / 4u : RCC_HSI_HZ;
}

bool rcc_usb_clock_ok(void)
{
    return usb_clock;
}

static bool hse_on(void)
{
    if (wiring.hse_bypass)
        RCC->CR |= RCC_CR_HSEBYP;
    RCC->CR |= RCC_CR_HSEON;
    return wait_reg(&RCC->CR, RCC_CR_HSERDY, RCC_CR_HSERDY, HSE_LIMIT_MS);
}

/* source: RCC_PLLCFGR_PLLSRC_HSE, or 0 for HSI. */
static bool pll_on(uint32_t source, uint32_t source_hz, uint32_t sysclk_hz)
{
    RCC->PLLCFGR = RCC_PLLCFGR_PLLM(source_hz / VCO_INPUT_HZ) |
                   RCC_PLLCFGR_PLLN(2u * sysclk_hz / VCO_INPUT_HZ) | RCC_PLLCFGR_PLLP_DIV2 |
                   source | RCC_PLLCFGR_PLLQ(9) | RCC_PLLCFGR_PLLR(2);
    RCC->CR |= RCC_CR_PLLON;
    return wait_reg(&RCC->CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY, PLL_LIMIT_MS);
}

/* Only while SYSCLK is HSI or HSE (RM0410 4.1.4). */
static bool overdrive_on(void)
{
    PWR->CR1 |= PWR_CR1_ODEN;
    if (!wait_reg(&PWR->CSR1, PWR_CSR1_ODRDY, PWR_CSR1_ODRDY, OVERDRIVE_LIMIT_MS))
        return false;
    PWR->CR1 |= PWR_CR1_ODSWEN;
    return wait_reg(&PWR->CSR1, PWR_CSR1_ODSWRDY, PWR_CSR1_ODSWRDY, OVERDRIVE_LIMIT_MS);
}

static void overdrive_off(void)
{
    PWR->CR1 &= ~PWR_CR1_ODSWEN;
    (void)wait_reg(&PWR->CSR1, PWR_CSR1_ODSWRDY, 0, OVERDRIVE_LIMIT_MS);
    PWR->CR1 &= ~PWR_CR1_ODEN;
    (void)wait_reg(&PWR->CSR1, PWR_CSR1_ODRDY, 0, OVERDRIVE_LIMIT_MS);
}

/* More wait states before the faster clock, fewer after the slower one (RM0410 3.3.2). */
static bool set_latency(uint32_t wait_states)
{
    FLASH->ACR = wait_states;
    return wait_reg(&FLASH->ACR, FLASH_ACR_LATENCY_MASK, wait_states, SWITCH_LIMIT_MS);
}

static bool switch_to_pll(void)
{
    RCC->CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2;
    RCC->CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2 | RCC_CFGR_SW_PLL;
    return wait_reg(&RCC->CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL, SWITCH_LIMIT_MS);
}

static bool run_on_pll(uint32_t source, uint32_t source_hz, uint32_t sysclk_hz)
{
    if (!pll_on(source, source_hz, sysclk_hz) || !overdrive_on() || !set_latency(PLL_LATENCY) ||
        !switch_to_pll())
        return false;
    pll_hz = sysclk_hz;
    clock_rate_changed();
    return true;
}

bool rcc_start_pll(void)
{
    RCC->APB1ENR |= RCC_APB1_PWR;
    (void)RCC->APB1ENR;
    rcc_restore(); /* the boot block left its own clock */
    usb_clock = hse_on() && run_on_pll(RCC_PLLCFGR_PLLSRC_HSE, wiring.hse_hz, HSE_PLL_HZ);
    if (!usb_clock) {
        rcc_restore();
        if (!run_on_pll(0, RCC_HSI_HZ, HSI_PLL_HZ))
            rcc_restore();
    }
    return usb_clock;
}

void rcc_restore(void)
{
    RCC->CFGR &= ~RCC_CFGR_SW_MASK;
    (void)wait_reg(&RCC->CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_HSI, SWITCH_LIMIT_MS);
    RCC->CFGR = 0;
    pll_hz = 0;
    usb_clock = false;
    clock_rate_changed();
    overdrive_off();
    RCC->CR &= ~RCC_CR_PLLON;
    (void)wait_reg(&RCC->CR, RCC_CR_PLLRDY, 0, PLL_LIMIT_MS);
    RCC->PLLCFGR = RCC_PLLCFGR_RESET;
    RCC->CR &= ~RCC_CR_HSEON;
    (void)wait_reg(&RCC->CR, RCC_CR_HSERDY, 0, HSE_LIMIT_MS);
    RCC->CR &= ~RCC_CR_HSEBYP; /* writable only while HSE is off */
    (void)set_latency(0);
}
