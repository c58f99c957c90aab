/* SPDX-License-Identifier: MIT
 * The NUCLEO-F767ZI around the chip: which pin does what, and towards which level the board pulls
 * it (UM1974 6.4 to 6.9 and schematics; docs/hardware-notes.md HW-41 to HW-45). */
#include "board.h"

static const struct {
    uint8_t port, pin;
} led_pin[3] = {{PORT_B, 0}, {PORT_B, 7}, {PORT_B, 14}};

/* Where a UART's TX can come out, with the alternate function (datasheet table of AFs). */
static const struct {
    uint8_t usart, port, pin, af;
} tx_pins[] = {
    {USART_USART3, PORT_D, 8, 7}, {USART_USART3, PORT_B, 10, 7}, {USART_USART3, PORT_C, 10, 7},
    {USART_UART4, PORT_C, 10, 8}, {USART_UART4, PORT_A, 0, 8},   {USART_UART4, PORT_D, 1, 8},
    {USART_UART4, PORT_A, 12, 6},
};

/* An output that the port drives: high, not merely pulled. */
static bool driven_high(const struct board *b, unsigned port, unsigned pin)
{
    bool output = (b->gpio.port[port].moder >> (2 * pin) & 3) == 1;

    return output && gpio_pin_level(b, port, pin);
}

void wiring_pins_changed(struct board *b)
{
    bool vbus = driven_high(b, PORT_G, 6); /* EN of the switch has a pull-down */

    for (unsigned i = 0; i < 3; i++) {
        bool on = driven_high(b, led_pin[i].port, led_pin[i].pin);

        if (on == b->wiring.led[i])
            continue;
        b->wiring.led[i] = on;
        trace_event(b, "led", "\"led\":%u,\"on\":%s", i + 1, on ? "true" : "false");
    }
    if (vbus != b->wiring.vbus) {
        b->wiring.vbus = vbus;
        trace_event(b, "vbus", "\"on\":%s", vbus ? "true" : "false");
        otg_vbus(b, vbus);
    }
    exti_pins_changed(b);
}

bool wiring_console_routed(const struct board *b, unsigned usart)
{
    for (unsigned i = 0; i < sizeof tx_pins / sizeof tx_pins[0]; i++)
        if (tx_pins[i].usart == usart &&
            gpio_pin_has_af(b, tx_pins[i].port, tx_pins[i].pin, tx_pins[i].af))
            return true;
    return false;
}

void wiring_overcurrent(struct board *b, bool fault)
{
    b->wiring.overcurrent = fault;
    gpio_drive(b, PORT_G, 7, true, !fault);
}

/* Steps of the button: 2 n = pressed for the nth time, 2 n + 1 = released. */
static uint64_t button_time_us(const struct board *b)
{
    uint32_t step = b->wiring.button_step;

    if (step / 2 >= b->options.button_count)
        return UINT64_MAX;
    return step % 2 == 0 ? b->options.button[step / 2].from_us : b->options.button[step / 2].to_us;
}

static void next_button_step(struct board *b)
{
    uint64_t at_us = button_time_us(b);

    if (at_us < UINT64_MAX / PS_PER_US)
        alarm_set(b, ALARM_BUTTON, at_us * PS_PER_US);
}

void wiring_on_button(struct board *b)
{
    bool pressed = b->wiring.button_step % 2 == 0;

    b->wiring.button_step++;
    trace_event(b, "button", "\"pressed\":%s", pressed ? "true" : "false");
    gpio_drive(b, PORT_C, 13, true, pressed);
    next_button_step(b);
}

void wiring_start(struct board *b)
{
    gpio_drive(b, PORT_C, 13, true, false);
    next_button_step(b);
}

void wiring_power_on(struct board *b)
{
    gpio_drive(b, PORT_D, 9, true, true); /* the ST-LINK's TX idles high */
    wiring_overcurrent(b, b->wiring.overcurrent);
}
