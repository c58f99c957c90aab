/* SPDX-License-Identifier: MIT
 * What the board around the chip offers: two LEDs, one button, the supply. */
#ifndef PORT_BOARD_H
#define PORT_BOARD_H

#include <stdbool.h>

enum board_led { BOARD_LED_ACTIVITY, BOARD_LED_ERROR }; /* NUCLEO-F767ZI: LD1 green, LD3 red */

/* Pins and clocks that the loader needs, console first. Returns false when the crystal or the PLL
 * never came: the loader then runs on the internal oscillator, without USB. */
bool board_init(void);

/* Puts back everything that board_init and the drivers changed: the state after a reset. */
void board_deinit(void);

void board_led(enum board_led led, bool on);

/* The button is pressed now. */
bool board_button(void);

/* The supply is high enough to erase and program (2.7 V, x32). Starts the PVD on first use and
 * gives it its settling time; never blocks longer than 1 ms. */
bool board_supply_ok(void);

/* The supply is too low now. Only after board_supply_ok, and quicker: for each word of an operation.
 * An application's is in applib/supply.c. */
bool board_supply_low(void);

#endif
