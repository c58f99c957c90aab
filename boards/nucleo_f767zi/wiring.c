/* SPDX-License-Identifier: MIT
 * NUCLEO-F767ZI (MB1137, UM1974): what hangs on which pin. */
#include "target/stm32f7/wiring.h"

enum { PORT_A, PORT_B, PORT_C, PORT_D, PORT_E, PORT_F, PORT_G };

const struct wiring wiring = {
    .hse_hz = 8000000, /* the ST-LINK's MCO on OSC_IN (UM1974 6.8.1) */
    .hse_bypass = true,
    .led = {{PORT_B, 0}, {PORT_B, 14}}, /* LD1 green (SB120 fitted), LD3 red */
    .button = {PORT_C, 13},             /* B1: pressed = high, external pull-down */
    .vbus_switch = {PORT_G, 6},         /* STMPS2151, EN active high, feeds CN13 */
    .vbus_fault = {PORT_G, 7},          /* its FAULT, open drain (HW-43) */
    .usb_dm = {PORT_A, 11},
    .usb_dp = {PORT_A, 12},
    .usb_af = 10,
};
