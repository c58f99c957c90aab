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
    uint32_t supply_step;  /* next entry of options.supply */
    uint64_t vos_ready_ps; /* VOSRDY reads 1 from then on, while the PLL is ready */
    uint64_t pvd_ready_ps; /* PVDO is valid from then on */
    bool off;              /* no supply at all (a power cut) */
    bool held_in_reset;    /* the supply is below the reset threshold */
};

/* The over-drive is in use (ODSWRDY). */
bool pwr_overdrive_on(const struct board *b);
/* 1, 2 or 3: the regulator's scale in force; 3 while the PLL is off (RM0410 4.1.4). */
unsigned pwr_voltage_scale(const struct board *b);
/* Supply in mV at which the reset falls and rises, by the option bytes' BOR level. */
uint32_t pwr_reset_threshold_mv(const struct board *b, bool rising);
/* RCC: the PLL's ready flag rose or fell. */
void pwr_pll_changed(struct board *b);
/* The first power-on: the supply's course starts. */
void pwr_start(struct board *b);

uint32_t pwr_read(struct board *b, uint32_t off, unsigned bytes);
void pwr_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void pwr_reset(struct board *b);
void pwr_on_overdrive(struct board *b);
void pwr_on_supply(struct board *b);

#endif
