/* SPDX-License-Identifier: MIT
 * Independent watchdog (RM0410 chapter 32). */
#ifndef VBOARD_IWDG_H
#define VBOARD_IWDG_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct iwdg {
    uint32_t pr, rlr, winr, sr;
    bool running, unlocked;
};

uint32_t iwdg_read(struct board *b, uint32_t off, unsigned bytes);
void iwdg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void iwdg_reset(struct board *b);
void iwdg_on_update(struct board *b);
void iwdg_on_expire(struct board *b);

#endif
