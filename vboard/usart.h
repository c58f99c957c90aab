/* SPDX-License-Identifier: MIT
 * USART3 and UART4 (RM0410, chapter USART): the consoles. Asynchronous mode at the real baud rate;
 * no DMA, LIN, smartcard, IrDA, modem lines or auto-baud (a finding says so when one is enabled).
 */
#ifndef VBOARD_USART_H
#define VBOARD_USART_H

#include <stdbool.h>
#include <stdint.h>

struct board;

enum { USART_USART3, USART_UART4, USART_COUNT };

struct usart {
    uint32_t cr1, cr2, cr3, brr, gtpr, rtor, isr, rdr, tdr;
    uint32_t shift;   /* the character on the wire */
    bool shifting;    /* a character is on the wire until the TX alarm */
    bool baud_judged; /* the divisor was checked since it last changed */
};

/* A character arrives on the RX pin (already at the right baud rate). */
void usart_receive(struct board *b, unsigned which, uint8_t byte);
/* The clock or the registers of the unit go away: a character in flight is lost. */
void usart_stopped(struct board *b, unsigned which);

uint32_t usart3_read(struct board *b, uint32_t off, unsigned bytes);
void usart3_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
uint32_t uart4_read(struct board *b, uint32_t off, unsigned bytes);
void uart4_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void usart_reset(struct board *b, unsigned which);
void usart3_on_tx(struct board *b);
void uart4_on_tx(struct board *b);

#endif
