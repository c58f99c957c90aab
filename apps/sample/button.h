/* SPDX-License-Identifier: MIT
 * The user button B1 (PC13, pressed = high), by interrupts on both edges. */
#ifndef SAMPLE_BUTTON_H
#define SAMPLE_BUTTON_H

enum button_press {
    BUTTON_NONE,
    BUTTON_SHORT,
    BUTTON_LONG,      /* more than 1 s */
    BUTTON_VERY_LONG, /* more than 4 s */
};

void button_init(void);

/* The last press that has ended since the last call. */
enum button_press button_take(void);

#endif
