/* SPDX-License-Identifier: MIT
 * GPIO ports A to K (RM0410 chapter 6): modes, pulls, output levels, locks, alternate functions.
 * A pin's level comes from, in this order: the port itself as an output, the board outside,
 * the pull, the parameter for a floating pin. */
#include "board.h"

enum { MODE_INPUT, MODE_OUTPUT, MODE_AF, MODE_ANALOG };

#define LCKR_KEY (1u << 16)

static unsigned pin_mode(const struct gpio_port *port, unsigned pin)
{
    return port->moder >> (2 * pin) & 3;
}

static uint16_t port_gate(unsigned port)
{
    return RCC_GATE(0x30, port);
}

bool gpio_pin_has_af(const struct board *b, unsigned port, unsigned pin, unsigned af)
{
    const struct gpio_port *p = &b->gpio.port[port];

    return pin_mode(p, pin) == MODE_AF && (p->afr[pin / 8] >> (4 * (pin % 8)) & 0xF) == af;
}

bool gpio_pin_level(const struct board *b, unsigned port, unsigned pin)
{
    const struct gpio_port *p = &b->gpio.port[port];
    bool open_drain = (p->otyper >> pin & 1) != 0;
    bool output = (p->odr >> pin & 1) != 0;

    if (pin_mode(p, pin) == MODE_OUTPUT && !(open_drain && output))
        return output;
    if (p->driven >> pin & 1)
        return (p->level >> pin & 1) != 0;
    switch (p->pupdr >> (2 * pin) & 3) {
    case 1:
        return true;
    case 2:
        return false;
    default:
        return param(b, PARAM_GPIO_FLOATING) != 0;
    }
}

void gpio_drive(struct board *b, unsigned port, unsigned pin, bool driven, bool level)
{
    struct gpio_port *p = &b->gpio.port[port];

    p->driven = (p->driven & ~(1u << pin)) | (uint32_t)driven << pin;
    p->level = (p->level & ~(1u << pin)) | (uint32_t)level << pin;
    wiring_pins_changed(b);
}

static uint32_t read_idr(const struct board *b, unsigned port)
{
    uint32_t value = 0;

    for (unsigned pin = 0; pin < 16; pin++)
        if (pin_mode(&b->gpio.port[port], pin) != MODE_ANALOG)
            value |= (uint32_t)gpio_pin_level(b, port, pin) << pin;
    return value;
}

/* The lock sequence: LCKK 1, 0, 1 with the same pins, then a read (RM0410 6.4.8). */
static void write_lckr(struct gpio_port *p, uint32_t value)
{
    static const uint8_t wanted_key[] = {1, 0, 1};
    bool key = (value & LCKR_KEY) != 0;

    if (p->lckr & LCKR_KEY)
        return;
    if (p->lock_step > 0 && (value & 0xFFFF) != p->lock_pins)
        p->lock_step = 0;
    if (key != (wanted_key[p->lock_step] != 0)) {
        p->lock_step = 0;
        return;
    }
    p->lock_pins = value & 0xFFFF;
    p->lckr = value & 0xFFFF;
    if (++p->lock_step == 3) {
        p->lckr |= LCKR_KEY;
        p->lock_step = 0;
    }
}

/* Bits of a configuration register that LCKR holds, with `width` bits a pin from pin `first`. */
static uint32_t locked_mask(const struct gpio_port *p, unsigned width, unsigned first)
{
    uint32_t mask = 0;

    if ((p->lckr & LCKR_KEY) == 0)
        return 0;
    for (unsigned pin = first; pin < 16 && (pin - first) * width < 32; pin++)
        if (p->lckr >> pin & 1)
            mask |= ((1u << width) - 1) << (width * (pin - first));
    return mask;
}

static void write_config(struct board *b, uint32_t *reg, uint32_t value, uint32_t locked)
{
    if ((*reg ^ value) & locked)
        finding(b, RULE_GPIO_LOCKED, "configuration of a locked pin: ignored");
    *reg = (value & ~locked) | (*reg & locked);
}

static uint32_t *config_register(struct gpio_port *p, uint32_t off, unsigned *width)
{
    switch (off) {
    case 0x00:
        *width = 2;
        return &p->moder;
    case 0x04:
        *width = 1;
        return &p->otyper;
    case 0x08:
        *width = 2;
        return &p->ospeedr;
    case 0x0C:
        *width = 2;
        return &p->pupdr;
    case 0x20:
    case 0x24:
        *width = 4;
        return &p->afr[(off - 0x20) / 4];
    default:
        return NULL;
    }
}

uint32_t gpio_read(struct board *b, uint32_t off, unsigned bytes)
{
    unsigned port = off / 0x400, width;
    struct gpio_port *p = &b->gpio.port[port];
    uint32_t reg = off & 0x3FC, value;
    uint32_t *config = config_register(p, reg, &width);

    if (!chip_gate(b, port_gate(port), 0x40020000 + off))
        return 0;
    if (config != NULL)
        value = *config;
    else if (reg == 0x10)
        value = read_idr(b, port);
    else if (reg == 0x14)
        value = p->odr;
    else if (reg == 0x1C)
        value = p->lckr;
    else
        value = 0; /* BSRR is write-only */
    if (reg > 0x24)
        finding(b, RULE_RESERVED_REGISTER, "GPIO offset 0x%03X", (unsigned)off);
    return reg_part(value, off, bytes);
}

void gpio_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    unsigned port = off / 0x400, width;
    struct gpio_port *p = &b->gpio.port[port];
    uint32_t reg = off & 0x3FC;
    uint32_t *config = config_register(p, reg, &width);

    if (!chip_gate(b, port_gate(port), 0x40020000 + off))
        return;
    if (config != NULL) {
        value = reg_merge(*config, off, bytes, value);
        if (reg == 0x04)
            value &= 0xFFFF;
        write_config(b, config, value, locked_mask(p, width, reg == 0x24 ? 8 : 0));
    } else if (reg == 0x14) {
        p->odr = reg_merge(p->odr, off, bytes, value) & 0xFFFF;
    } else if (reg == 0x18) {
        value = reg_merge(0, off, bytes, value);
        p->odr = (p->odr & ~(value >> 16)) | (value & 0xFFFF); /* set wins over reset */
    } else if (reg == 0x1C) {
        write_lckr(p, reg_merge(p->lckr, off, bytes, value));
    } else {
        finding(b, RULE_RESERVED_REGISTER, "GPIO offset 0x%03X", (unsigned)off);
    }
    wiring_pins_changed(b);
}

void gpio_reset(struct board *b, unsigned port)
{
    struct gpio_port *p = &b->gpio.port[port];
    uint32_t driven = p->driven, level = p->level;

    *p = (struct gpio_port){.driven = driven, .level = level};
    if (port == PORT_A) { /* the debug port's pins */
        p->moder = 0xA8000000;
        p->ospeedr = 0x0C000000;
        p->pupdr = 0x64000000;
    } else if (port == PORT_B) {
        p->moder = 0x00000280;
        p->ospeedr = 0x000000C0;
        p->pupdr = 0x00000100;
    }
    wiring_pins_changed(b);
}
