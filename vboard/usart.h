/* SPDX-License-Identifier: MIT
 * USART3 and UART4 (RM0410 chapter 34): the consoles. */
#ifndef VBOARD_USART_H
#define VBOARD_USART_H

#include <stdint.h>

struct board;

enum { USART_USART3, USART_UART4, USART_COUNT };

struct usart {
    uint32_t cr1, cr2, cr3, brr, gtpr, rtor, isr, rdr, tdr;
};

uint32_t usart3_read(struct board *b, uint32_t off, unsigned bytes);
void usart3_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t uart4_read(struct board *b, uint32_t off, unsigned bytes);
void uart4_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void usart_reset(struct board *b, unsigned which);
void usart3_on_tx(struct board *b);
void uart4_on_tx(struct board *b);

#endif
