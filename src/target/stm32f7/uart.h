/* SPDX-License-Identifier: MIT
 * The console's transmitter, below port/log_sink.h. */
#ifndef UART_H
#define UART_H

/* 115200 8N1 at the current PCLK1. */
void uart_start(void);

/* Moves the next queued character on when the transmitter has room. Never blocks. */
void uart_poll(void);

/* Back to the state after a reset, clock off. What is queued is lost: flush first. */
void uart_stop(void);

#endif
