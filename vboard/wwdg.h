/* SPDX-License-Identifier: MIT
 * Window watchdog (RM0410, chapter WWDG). */
#ifndef VBOARD_WWDG_H
#define VBOARD_WWDG_H

#include <stdint.h>

struct board;

struct wwdg {
    uint32_t cr, cfr, sr;
    uint64_t base_ps; /* when the counter was cr.T */
};

uint32_t wwdg_read(struct board *b, uint32_t off, unsigned bytes);
void wwdg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void wwdg_reset(struct board *b);
void wwdg_on_alarm(struct board *b);

#endif
