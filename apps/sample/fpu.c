/* SPDX-License-Identifier: MIT
 * Known answers for the FPU (FPv5-D16, IEEE 754, round to nearest; ARMv7-M A2.5). The constants are
 * the correctly rounded results of the same operations in the same order, bit for bit; the build
 * forbids contraction (-ffp-contract=off), so no other order is possible. */
#include "fpu.h"

#include <stdint.h>

#include "chip.h"

#define HARMONIC_20 0x400CC82BBAB7A28Bull /* 1 + 1/2 + ... + 1/20 = 3.5977... */
#define SQRT_2      0x3FF6A09E667F3BCDull
#define FMA_REST    0x3C90000000000000ull /* 0.1 x 10 - 1 in one rounding; 0 in two */
#define LEIBNIZ_12  0x3FE8779BDE8D3B10ull /* 1 - 1/3 + ... - 1/23 = 0.7646... */
#define PRODUCT_20  0x41A80002u           /* (1 + 1)(1 + 1/2)...(1 + 1/20), single precision */

/* The compiler must not compute any of this itself: every start value passes through here. Not
 * const: a constant would lie in flash, where an interrupt could have to wait for it. */
static volatile uint32_t one = 1;

static uint64_t bits64(double value)
{
    union {
        double value;
        uint64_t bits;
    } u = {.value = value};
    return u.bits;
}

bool fpu_main_ok(void)
{
    double start = (double)one;
    double sum = 0.0;
    for (uint32_t k = 1; k <= 20u; k++)
        sum += start / (double)k;
    double root, rest = -start;
    __asm__ volatile("vsqrt.f64 %P0, %P1" : "=w"(root) : "w"(start + start));
    __asm__ volatile("vfma.f64 %P0, %P1, %P2" : "+w"(rest) : "w"(start / 10.0), "w"(start * 10.0));
    return bits64(sum) == HARMONIC_20 && bits64(root) == SQRT_2 && bits64(rest) == FMA_REST &&
           (int32_t)(start * -2.9) == -2;
}

RAMCODE bool fpu_interrupt_ok(void)
{
    double start = (double)one, sum = 0.0;
    for (uint32_t k = 0; k < 12u; k++) {
        sum += start / (double)(2u * k + 1u);
        start = -start;
    }
    float product = (float)one;
    for (uint32_t k = 1; k <= 20u; k++)
        product *= 1.0f + 1.0f / (float)k;
    union {
        float value;
        uint32_t bits;
    } u = {.value = product};
    union {
        double value;
        uint64_t bits;
    } s = {.value = sum};
    return s.bits == LEIBNIZ_12 && u.bits == PRODUCT_20;
}
