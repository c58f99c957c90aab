/* SPDX-License-Identifier: MIT
 * Power control (RM0410 chapter 4): over-drive, voltage scaling, PVD, and the supply itself. */
#ifndef VBOARD_PWR_H
#define VBOARD_PWR_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct pwr {
    uint32_t cr1, csr1, cr2, csr2;
    uint32_t supply_mv;
    uint32_t supply_step; /* next entry of options.supply */
};

uint32_t pwr_read(struct board *b, uint32_t off, unsigned bytes);
void pwr_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void pwr_reset(struct board *b);
void pwr_on_overdrive(struct board *b);
void pwr_on_supply(struct board *b);

#endif
