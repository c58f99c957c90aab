/* SPDX-License-Identifier: MIT
 * Pins (RM0410 chapter 6). Read-modify-write of single fields: ports A and B also carry the debug
 * port, whose pins must keep their reset state. */
#include "target/stm32f7/gpio.h"

#include "target/stm32f7/regs_gpio.h"
#include "target/stm32f7/regs_rcc.h"

static struct gpio_regs *port_on(struct pin pin)
{
    RCC->AHB1ENR |= 1u << pin.port;
    (void)RCC->AHB1ENR; /* the port answers two bus clocks later (RM0410 5.2.12) */
    return GPIO(pin.port);
}

static void set_field(volatile uint32_t *reg, unsigned index, unsigned bits, uint32_t value)
{
    unsigned shift = index * bits;
    uint32_t mask = ((1u << bits) - 1u) << shift;
    *reg = (*reg & ~mask) | value << shift;
}

void gpio_make_output(struct pin pin)
{
    struct gpio_regs *port = port_on(pin);
    gpio_set(pin, false);
    set_field(&port->MODER, pin.number, 2, GPIO_MODER_OUTPUT);
}

void gpio_make_input(struct pin pin, bool pull_up)
{
    struct gpio_regs *port = port_on(pin);
    set_field(&port->PUPDR, pin.number, 2, pull_up ? GPIO_PUPDR_UP : GPIO_PUPDR_DOWN);
}

void gpio_make_alternate(struct pin pin, unsigned af, bool fast)
{
    struct gpio_regs *port = port_on(pin);
    set_field(&port->OSPEEDR, pin.number, 2, fast ? GPIO_OSPEEDR_MAX : GPIO_OSPEEDR_LOW);
    set_field(&port->PUPDR, pin.number, 2, GPIO_PUPDR_NONE);
    set_field(&port->AFR[pin.number / 8u], pin.number % 8u, 4, af);
    set_field(&port->MODER, pin.number, 2, GPIO_MODER_ALTERNATE);
}

void gpio_set(struct pin pin, bool high)
{
    GPIO(pin.port)->BSRR = 1u << (high ? pin.number : pin.number + 16u);
}

bool gpio_get(struct pin pin)
{
    return (GPIO(pin.port)->IDR >> pin.number & 1u) != 0;
}

void gpio_reset_all(void)
{
    uint32_t ports = RCC->AHB1ENR & RCC_AHB1ENR_GPIO_ALL;
    RCC->AHB1RSTR = ports;
    RCC->AHB1RSTR = 0;
    (void)RCC->AHB1RSTR;
}
