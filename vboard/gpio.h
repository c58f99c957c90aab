/* SPDX-License-Identifier: MIT
 * GPIO ports A to K (RM0410 chapter 6). */
#ifndef VBOARD_GPIO_H
#define VBOARD_GPIO_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define GPIO_PORTS 11
enum { PORT_A, PORT_B, PORT_C, PORT_D, PORT_E, PORT_F, PORT_G, PORT_H };

struct gpio {
    struct gpio_port {
        uint32_t moder, otyper, ospeedr, pupdr, odr, lckr, afr[2];
        uint32_t lock_pins;
        uint8_t lock_step;
        uint32_t driven, level; /* pins that the board drives, and to which level */
    } port[GPIO_PORTS];
};

/* The pin is in alternate function `af` and its port is clocked or was. */
bool gpio_pin_has_af(const struct board *b, unsigned port, unsigned pin, unsigned af);
/* The board drives a pin from outside (button, FAULT line), or lets go of it. */
void gpio_drive(struct board *b, unsigned port, unsigned pin, bool driven, bool level);
bool gpio_pin_level(const struct board *b, unsigned port, unsigned pin);

uint32_t gpio_read(struct board *b, uint32_t off, unsigned bytes); /* off from 0x40020000 */
void gpio_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void gpio_reset(struct board *b, unsigned port);

#endif
