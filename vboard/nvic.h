/* SPDX-License-Identifier: MIT
 * NVIC: 110 interrupts, 4 priority bits, level-sensitive lines (RM0410 chapter 10; ARMv7-M B3.4). */
#ifndef VBOARD_NVIC_H
#define VBOARD_NVIC_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define NVIC_IRQS 110

enum irq_number {
    IRQ_WWDG = 0,
    IRQ_PVD = 1,
    IRQ_FLASH = 4,
    IRQ_RCC = 5,
    IRQ_EXTI0 = 6,
    IRQ_EXTI9_5 = 23,
    IRQ_USART3 = 39,
    IRQ_EXTI15_10 = 40,
    IRQ_OTG_FS_WKUP = 42,
    IRQ_UART4 = 52,
    IRQ_OTG_FS = 67
};

struct nvic {
    bool line[NVIC_IRQS]; /* the peripheral's level now */
    bool pending[NVIC_IRQS], enabled[NVIC_IRQS], active[NVIC_IRQS];
    uint8_t priority[NVIC_IRQS]; /* upper nibble only */
};

/* A peripheral's interrupt line changes level; a rising line pends, a high line re-pends when its
 * handler returns. Calling it again with the same level changes nothing. */
void nvic_line(struct board *b, enum irq_number irq, bool level);

#endif
