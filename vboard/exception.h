/* SPDX-License-Identifier: MIT
 * Exception entry, return and faults of ARMv7-M (B1.5): stack frames, EXC_RETURN, tail-chaining,
 * escalation, lock-up. */
#ifndef VBOARD_EXCEPTION_H
#define VBOARD_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

struct board;

/* Stacks the frame and goes to exception n's handler; cpu.pc becomes the handler. */
void exception_enter(struct board *b, unsigned n);
/* A branch to an EXC_RETURN value in handler mode. */
void exception_return(struct board *b, uint32_t exc_return);
/* A synchronous fault: sets CFSR bits, pends exception n or escalates it; locks up if it cannot. */
void exception_fault(struct board *b, unsigned n, uint32_t cfsr_bits);
/* A bus fault of the access to addr. */
void exception_bus_fault(struct board *b, uint32_t addr, uint32_t cfsr_bits);
/* SVC: taken, or a HardFault where its priority does not suffice. */
void exception_svc(struct board *b);
/* HardFault for a reason of HFSR (BKPT without a debugger). */
void exception_hard_fault(struct board *b, uint32_t hfsr_bits);

#endif
