/* SPDX-License-Identifier: MIT
 * port/board.h over the data of boards/<name>/wiring.c. */
#include "port/board.h"

#include "port/clock.h"
#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/gpio.h"
#include "target/stm32f7/rcc.h"
#include "target/stm32f7/regs_rcc.h"
#include "target/stm32f7/uart.h"
#include "target/stm32f7/watchdog.h"
#include "target/stm32f7/wiring.h"

/* The lowest PVD level whose smallest falling threshold is at least 2.7 V, which x32 programming
 * needs: level 6, 2.85 V (DS11532 "programmable voltage detector", unverified). */
#define PVD_LEVEL     6u
#define PVD_SETTLE_US 200u /* unverified; the comparator of a sister part needs 50 us */

bool board_init(void)
{
    bool pll = rcc_start_pll();
    uart_start();
    gpio_make_output(wiring.led[BOARD_LED_ACTIVITY]);
    gpio_make_output(wiring.led[BOARD_LED_ERROR]);
    gpio_make_output(wiring.vbus_switch);
    gpio_make_input(wiring.vbus_fault, true);
    gpio_make_input(wiring.button, false);
    return pll;
}

void board_deinit(void)
{
    uart_stop();
    gpio_reset_all();
    rcc_restore();
    RCC->APB1RSTR |= RCC_APB1_PWR; /* the PVD's settings */
    RCC->APB1RSTR &= ~RCC_APB1_PWR;
    RCC->AHB1ENR = RCC_AHB1ENR_RESET;
    RCC->APB1ENR = RCC_APB1ENR_RESET;
}

void board_led(enum board_led led, bool on)
{
    gpio_set(wiring.led[led], on);
}

bool board_button(void)
{
    return gpio_get(wiring.button);
}

bool board_supply_low(void)
{
    return (PWR->CSR1 & PWR_CSR1_PVDO) != 0;
}

bool board_supply_ok(void)
{
    uint32_t wanted = PWR_CR1_PVDE | PWR_CR1_PLS(PVD_LEVEL);
    if ((PWR->CR1 & (PWR_CR1_PVDE | PWR_CR1_PLS_MASK)) != wanted) {
        PWR->CR1 = (PWR->CR1 & ~PWR_CR1_PLS_MASK) | wanted;
        uint32_t start_us = clock_us();
        while (clock_us() - start_us < PVD_SETTLE_US)
            watchdog_feed();
    }
    return !board_supply_low();
}
