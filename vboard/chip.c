/* SPDX-License-Identifier: MIT
 * The chip's peripherals taken together: power-on, resets, the check of clock gates. */
#include "board.h"

#define USART3_BIT 18
#define UART4_BIT  19

bool chip_gate(struct board *b, uint16_t gate, uint32_t addr)
{
    if (!rcc_gate_open(b, gate)) {
        finding(b, RULE_CLOCK_GATED, "access to 0x%08X", (unsigned)addr);
        return false;
    }
    if (rcc_held_in_reset(b, gate)) {
        finding(b, RULE_HELD_IN_RESET, "access to 0x%08X", (unsigned)addr);
        return false;
    }
    return true;
}

void chip_gates_closed(struct board *b, unsigned index, uint32_t bits)
{
    if (index != RCC_APB1ENR)
        return;
    if (bits >> USART3_BIT & 1)
        usart_stopped(b, USART_USART3);
    if (bits >> UART4_BIT & 1)
        usart_stopped(b, USART_UART4);
}

static void reset_apb1(struct board *b, unsigned bit)
{
    static const uint8_t timers[] = {TIM_2, TIM_3, TIM_4, TIM_5, TIM_6, TIM_7};

    if (bit < sizeof timers)
        tim_reset(b, timers[bit]);
    else if (bit == 11)
        wwdg_reset(b);
    else if (bit == USART3_BIT || bit == UART4_BIT) {
        usart_stopped(b, bit - USART3_BIT);
        usart_reset(b, bit - USART3_BIT);
    } else if (bit == 28)
        pwr_reset(b);
}

void chip_reset_peripheral(struct board *b, uint16_t gate)
{
    unsigned bit = gate & 31;

    switch ((gate >> 5) / 4) {
    case RCC_AHB1ENR:
        if (bit < GPIO_PORTS)
            gpio_reset(b, bit);
        else if (bit == 12)
            crc_reset(b);
        break;
    case RCC_AHB2ENR:
        if (bit == 6)
            rng_reset(b);
        else if (bit == 7)
            otg_reset(b);
        break;
    case RCC_APB1ENR:
        reset_apb1(b, bit);
        break;
    case RCC_APB2ENR:
        if (bit < 2)
            tim_reset(b, bit == 0 ? TIM_1 : TIM_8);
        else if (bit == 14)
            syscfg_reset(b);
        break;
    default:
        break;
    }
}

void chip_power_off(struct board *b)
{
    b->pwr.off = true;
    flash_power_off(b);
    for (unsigned port = 0; port < GPIO_PORTS; port++)
        gpio_reset(b, port);
}

void chip_power_on(struct board *b)
{
    b->pwr.off = false;
    if (!b->chip_started) {
        b->chip_started = true;
        flash_start(b);
        pwr_start(b);
        wiring_start(b);
    }
    flash_power_on(b);
    rcc_power_on(b);
    rtc_power_on(b);
    small_power_on(b);
}

void chip_reset(struct board *b, int cause)
{
    flash_reset(b);
    rcc_reset(b, cause);
    pwr_reset(b);
    small_reset(b);
    exti_reset(b);
    for (unsigned port = 0; port < GPIO_PORTS; port++)
        gpio_reset(b, port);
    wiring_power_on(b);
    for (unsigned i = 0; i < USART_COUNT; i++)
        usart_reset(b, i);
    for (unsigned i = 0; i < TIM_COUNT; i++)
        tim_reset(b, i);
    wwdg_reset(b);
    iwdg_reset(b);
}

void chip_end(struct board *b)
{
    flash_run_flush(b);
}
