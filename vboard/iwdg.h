/* SPDX-License-Identifier: MIT
 * Independent watchdog (RM0410, chapter IWDG). */
#ifndef VBOARD_IWDG_H
#define VBOARD_IWDG_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct iwdg {
    uint32_t pr, rlr, winr, sr;                  /* as the bus sees them */
    uint32_t pr_active, rlr_active, winr_active; /* as the counter's LSI domain has them */
    uint64_t update_ps[3];                       /* when PVU, RVU, WVU fall */
    uint32_t count;                              /* the counter at base_ps */
    uint64_t base_ps;
    bool running, unlocked;
};

uint32_t iwdg_read(struct board *b, uint32_t off, unsigned bytes);
void iwdg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void iwdg_reset(struct board *b);
void iwdg_on_update(struct board *b);
void iwdg_on_expire(struct board *b);

#endif
