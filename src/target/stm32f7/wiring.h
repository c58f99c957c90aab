/* SPDX-License-Identifier: MIT
 * What a board tells the target about itself: plain data, defined by boards/<name>/ and linked in.
 * docs/porting.md goes through it line by line. */
#ifndef WIRING_H
#define WIRING_H

#include <stdbool.h>
#include <stdint.h>

struct pin {
    uint8_t port;   /* A = 0 */
    uint8_t number; /* 0-15 */
};

struct wiring {
    uint32_t hse_hz;        /* a multiple of 2 MHz, 4-50 MHz */
    bool hse_bypass;        /* an external clock, no crystal */
    struct pin led[2];      /* in the order of enum board_led; high = on */
    struct pin button;      /* high = pressed, pulled down */
    struct pin vbus_switch; /* high = the stick has 5 V */
    struct pin vbus_fault;  /* low = the switch reports an over-current, pulled up */
    struct pin usb_dm, usb_dp;
    uint8_t usb_af; /* alternate function of OTG_FS on these pins */
};

struct console_wiring {
    uint32_t usart_base;
    uint32_t apb1_mask; /* its bit in RCC_APB1ENR and RCC_APB1RSTR */
    uint8_t irq;
    struct pin tx;
    uint8_t tx_af;
};

extern const struct wiring wiring;                 /* boards/<name>/wiring.c */
extern const struct console_wiring console_wiring; /* boards/<name>/console_<which>.c */

#endif
