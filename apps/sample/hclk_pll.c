/* SPDX-License-Identifier: MIT
 * 216 MHz from the 8 MHz that the board's ST-LINK feeds into OSC_IN (HSE bypass): M 4, N 216, P 2,
 * over-drive, 7 wait states (RM0410 3.3.2, 4.1.4, 5.2.3). Like the vendor's library it refuses a
 * clock tree that is not the one of a reset. */
#include "chip.h"
#include "hclk.h"

#define WAIT_TURNS        400000u     /* at least 100 ms at 16 MHz, the bound for the HSE's start */
#define PLLCFGR_216       0x29403604u /* R 2, Q 9, source HSE, P 2, N 216, M 4 */
#define ACR_7_WAIT_STATES 7u

static uint32_t wait_set(volatile uint32_t *reg, uint32_t bits)
{
    for (uint32_t turn = 0; turn < WAIT_TURNS; turn++) {
        if ((*reg & bits) == bits)
            return 1;
        IWDG_KR = IWDG_KR_RELOAD;
    }
    return 0;
}

static uint32_t pll_on(void)
{
    chip_clock_on(&RCC_APB1ENR, RCC_APB1ENR_PWR);
    RCC_CR |= RCC_CR_HSEBYP;
    RCC_CR |= RCC_CR_HSEON;
    if (!wait_set(&RCC_CR, RCC_CR_HSERDY)) {
        RCC_CR &= ~RCC_CR_HSEON;
        return 0;
    }
    RCC_PLLCFGR = PLLCFGR_216;
    RCC_CR |= RCC_CR_PLLON;
    PWR_CR1 |= PWR_CR1_ODEN;
    if (!wait_set(&PWR_CSR1, PWR_CSR1_ODRDY))
        return 0;
    PWR_CR1 |= PWR_CR1_ODSWEN;
    return wait_set(&PWR_CSR1, PWR_CSR1_ODSWRDY) && wait_set(&RCC_CR, RCC_CR_PLLRDY);
}

struct hclk hclk_init(void)
{
    const struct hclk hsi = {.hclk_hz = 16000000, .pclk1_hz = 16000000};
    if ((RCC_CFGR & RCC_CFGR_SWS) != 0 || (RCC_CR & RCC_CR_PLLON) != 0 || !pll_on())
        return hsi;
    FLASH_ACR = ACR_7_WAIT_STATES;
    if (!wait_set(&FLASH_ACR, ACR_7_WAIT_STATES))
        return hsi;
    RCC_CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2;
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    for (uint32_t turn = 0; turn < WAIT_TURNS; turn++)
        if ((RCC_CFGR & RCC_CFGR_SWS) == RCC_CFGR_SWS_PLL)
            return (struct hclk){.hclk_hz = 216000000, .pclk1_hz = 54000000};
    return hsi;
}
