/* SPDX-License-Identifier: MIT
 * The address map behind the memories: which peripheral answers where. What is neither memory nor
 * in the map is reserved, and a bus error. */
#ifndef VBOARD_BUS_H
#define VBOARD_BUS_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct bus_window {
    const char *name;
    uint32_t base, bytes;
    uint16_t gate;                                                   /* RCC_GATE */
    uint32_t (*read)(struct board *b, uint32_t off, unsigned bytes); /* NULL: not modelled */
    void (*write)(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
};

#define BUS_WINDOWS_MAX 112

/* What the engine's callbacks get: the board and the window. */
struct bus {
    struct bus_link {
        struct board *board;
        const struct bus_window *window;
    } link[BUS_WINDOWS_MAX];
};

bool bus_open(struct board *b);
/* Code was fetched from a window: a finding where the chip has memory and the board has not. */
void bus_fetch(struct board *b, uint32_t addr);
/* The window that covers an address, NULL if it is reserved. */
const struct bus_window *bus_window_at(uint32_t addr);

#endif
