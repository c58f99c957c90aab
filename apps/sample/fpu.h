/* SPDX-License-Identifier: MIT
 * Computations whose exact IEEE 754 results are known, so that a lost FPU register shows. */
#ifndef SAMPLE_FPU_H
#define SAMPLE_FPU_H

#include <stdbool.h>

/* Double-precision sum, square root, fused multiply-add and conversions; for the main program. */
bool fpu_main_ok(void);

/* Single- and double-precision series; for interrupt handlers. Lies in RAM. */
bool fpu_interrupt_ok(void);

#endif
