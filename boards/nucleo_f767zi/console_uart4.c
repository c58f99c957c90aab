/* SPDX-License-Identifier: MIT
 * Console on UART4: PC10 TX (CN8 pin 6), PC11 RX unused. The default. */
#include "target/stm32f7/regs_usart.h"
#include "target/stm32f7/wiring.h"

const struct console_wiring console_wiring = {
    .usart_base = UART4_BASE,
    .apb1_mask = RCC_APB1_UART4,
    .irq = UART4_IRQ,
    .tx = {2, 10},
    .tx_af = 8,
};
