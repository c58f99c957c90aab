/* SPDX-License-Identifier: MIT
 * The NUCLEO-F767ZI around the chip (UM1974): LEDs, button, VBUS switch, crystal, console. */
#ifndef VBOARD_WIRING_H
#define VBOARD_WIRING_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct wiring {
    bool led[3];      /* LD1 PB0, LD2 PB7, LD3 PB14 */
    bool vbus;        /* PG6 high */
    bool overcurrent; /* the switch's FAULT line: PG7 low */
    uint32_t button_step;
};

/* An output level may have changed; gpio.c calls it after every write. */
void wiring_pins_changed(struct board *b);
/* The 5 V switch reports over-current (pulls FAULT low), or no longer. */
void wiring_overcurrent(struct board *b, bool fault);
/* A TX pin of the UART (USART_USART3, USART_UART4) is in its alternate function. */
bool wiring_console_routed(const struct board *b, unsigned usart);
/* The first power-on: the course of the button starts. */
void wiring_start(struct board *b);
void wiring_power_on(struct board *b);
void wiring_on_button(struct board *b);

#endif
