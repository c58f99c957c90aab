/* SPDX-License-Identifier: MIT
 * The first C function, entered from startup.S with code and data in RAM. */
#ifndef STARTUP_H
#define STARTUP_H

_Noreturn void startup_main(void);

#endif
