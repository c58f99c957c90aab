/* SPDX-License-Identifier: MIT
 * Pins. Each function switches the port's clock on first. */
#ifndef GPIO_H
#define GPIO_H

#include <stdbool.h>
#include <stdint.h>

#include "target/stm32f7/wiring.h"

/* Push-pull output, low from the first moment. */
void gpio_make_output(struct pin pin);

/* Input with pull-up, else with pull-down. */
void gpio_make_input(struct pin pin, bool pull_up);

/* Alternate function af (0-15), push-pull, no pull; fast = the highest speed setting. */
void gpio_make_alternate(struct pin pin, unsigned af, bool fast);

void gpio_set(struct pin pin, bool high);
bool gpio_get(struct pin pin);

/* Puts every port whose clock is on back into its reset state; the clocks stay on. */
void gpio_reset_all(void);

#endif
