/* SPDX-License-Identifier: MIT
 * OTG_FS, host side, slave mode (RM0410 chapter 37; Synopsys core 3.20a). */
#ifndef VBOARD_OTG_H
#define VBOARD_OTG_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct otg {
    uint32_t placeholder;
};

uint32_t otg_read(struct board *b, uint32_t off, unsigned bytes); /* off from 0x50000000 */
void otg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void otg_reset(struct board *b); /* system reset or AHB2RSTR.OTGFSRST */
/* The board switches the stick's 5 V (wiring.c). */
void otg_vbus(struct board *b, bool on);
void otg_on_frame(struct board *b);
void otg_on_bus(struct board *b);
void otg_on_port(struct board *b);
void otg_on_mode(struct board *b);

#endif
