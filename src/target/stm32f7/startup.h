/* SPDX-License-Identifier: MIT
 * The program's first function, linked at the start of SRAM1, where the boot block jumps to. */
#ifndef STARTUP_H
#define STARTUP_H

_Noreturn void startup_main(void) __attribute__((section(".text_first")));

#endif
