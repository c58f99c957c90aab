/* SPDX-License-Identifier: MIT
 * System control space of the Cortex-M7 (ARMv7-M B3.2): SCB, caches, MPU, FPU, DWT, DEMCR. */
#ifndef VBOARD_SCB_H
#define VBOARD_SCB_H

#include <stdint.h>

struct board;

struct scb {
    uint32_t vtor, placeholder;
};

#endif
