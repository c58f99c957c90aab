/* SPDX-License-Identifier: MIT
 * The USB stick: a bulk-only mass-storage device over a disk image. */
#ifndef VBOARD_STICK_H
#define VBOARD_STICK_H

#include <stdbool.h>
#include <stdint.h>

struct board;

struct stick {
    uint32_t placeholder;
};

void stick_power_on(struct board *b);
void stick_on_plug(struct board *b);
void stick_on_attach(struct board *b);
void stick_on_work(struct board *b);

#endif
