/* SPDX-License-Identifier: MIT
 * General-purpose I/O (RM0410 chapter 6.4). */
#ifndef REGS_GPIO_H
#define REGS_GPIO_H

#include <stddef.h>
#include <stdint.h>

struct gpio_regs {
    volatile uint32_t MODER;
    volatile uint32_t OTYPER;
    volatile uint32_t OSPEEDR;
    volatile uint32_t PUPDR;
    volatile uint32_t IDR;
    volatile uint32_t ODR;
    volatile uint32_t BSRR;
    volatile uint32_t LCKR;
    volatile uint32_t AFR[2];
};

_Static_assert(offsetof(struct gpio_regs, AFR) == 0x20, "RM0410 GPIO register map");

/* Port A = 0. */
#define GPIO(port) ((struct gpio_regs *)(0x40020000u + 0x400u * (port)))

#define GPIO_MODER_OUTPUT    1u
#define GPIO_MODER_ALTERNATE 2u
#define GPIO_OSPEEDR_LOW     0u
#define GPIO_OSPEEDR_MAX     3u
#define GPIO_PUPDR_NONE      0u
#define GPIO_PUPDR_UP        1u
#define GPIO_PUPDR_DOWN      2u

#endif
