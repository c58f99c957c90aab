/* SPDX-License-Identifier: MIT
 * What the start-up code calls, and the one service it offers. */
#ifndef SAMPLE_STARTUP_H
#define SAMPLE_STARTUP_H

/* system_new.c or system_old.c: the two generations of the vendor's template. */
void system_init(void);
int main(void);

void systick_handler(void);   /* tick.c */
void exti3_handler(void);     /* interrupts.c */
void exti15_10_handler(void); /* button.c */
void uart4_handler(void);     /* console.c */

/* Moves the vector table into RAM. Interrupts whose handlers are RAMCODE then go on while the
 * flash is busy. */
void startup_vectors_to_ram(void);

#endif
