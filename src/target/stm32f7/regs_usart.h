/* SPDX-License-Identifier: MIT
 * USART and UART (RM0410 chapter 34.8): the transmitter's registers and bits. */
#ifndef REGS_USART_H
#define REGS_USART_H

#include <stddef.h>
#include <stdint.h>

struct usart_regs {
    volatile uint32_t CR1;
    volatile uint32_t CR2;
    volatile uint32_t CR3;
    volatile uint32_t BRR;
    volatile uint32_t GTPR;
    volatile uint32_t RTOR;
    volatile uint32_t RQR;
    volatile uint32_t ISR;
    volatile uint32_t ICR;
    volatile uint32_t RDR;
    volatile uint32_t TDR;
};

_Static_assert(offsetof(struct usart_regs, TDR) == 0x28, "RM0410 USART register map");

#define USART3_BASE 0x40004800u
#define UART4_BASE  0x40004C00u

#define USART_CR1_UE    (1u << 0)
#define USART_CR1_TE    (1u << 3)
#define USART_CR1_TXEIE (1u << 7)
#define USART_ISR_TC    (1u << 6)
#define USART_ISR_TXE   (1u << 7)

/* Bits in RCC_APB1ENR and RCC_APB1RSTR (RM0410 5.3), interrupt numbers (RM0410 table 46). */
#define RCC_APB1_USART3 (1u << 18)
#define RCC_APB1_UART4  (1u << 19)
#define USART3_IRQ      39u
#define UART4_IRQ       52u

#endif
