/* SPDX-License-Identifier: MIT
 * Console on USART3: PD8 TX, the ST-LINK's virtual COM port (SB4-7 fitted, UM1974 6.9). */
#include "target/stm32f7/regs_usart.h"
#include "target/stm32f7/wiring.h"

const struct console_wiring console_wiring = {
    .usart_base = USART3_BASE,
    .apb1_mask = RCC_APB1_USART3,
    .irq = USART3_IRQ,
    .tx = {3, 8},
    .tx_af = 7,
};
