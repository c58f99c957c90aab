/* SPDX-License-Identifier: MIT
 * The Cortex-M7: Unicorn executes the instructions; exceptions, time and faults are ours. */
#ifndef VBOARD_CPU_H
#define VBOARD_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct uc_struct;

struct cpu {
    struct uc_struct *uc;
    uint64_t cycles; /* HCLK cycles executed; the base of virtual time */
};

/* HCLK is about to change: time goes on from here at the new rate. Called by rcc.c. */
void cpu_clock_changed(struct board *b);

/* Memory that may hold code was changed by a model: translated copies are dropped. */
void cpu_code_changed(struct board *b, uint32_t addr, uint32_t bytes);

/* Reads of the flash window reach flash_read_while_busy (armed = true) or go straight to the array. */
void cpu_guard_flash(struct board *b, bool armed);

/* An imprecise bus fault (a posted write was answered with an error): taken at the next block. */
void cpu_bus_fault_imprecise(struct board *b);

/* Address of the instruction that runs now, for findings. */
uint32_t cpu_pc(const struct board *b);

#endif
