/* SPDX-License-Identifier: MIT
 * The NUCLEO-F767ZI around the chip: LEDs, button, VBUS switch, crystal, console. */
#ifndef VBOARD_WIRING_H
#define VBOARD_WIRING_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct wiring {
    bool led[3]; /* LD1 PB0, LD2 PB7, LD3 PB14 */
    bool vbus;   /* PG6 high */
    uint32_t button_step;
};

/* An output level may have changed; gpio.c calls it after every write. */
void wiring_pins_changed(struct board *b);
void wiring_power_on(struct board *b);
void wiring_on_button(struct board *b);

#endif
