/* SPDX-License-Identifier: MIT
 * NVIC: 110 interrupts, 4 priority bits, level-sensitive lines (RM0410 chapter 10; ARMv7-M B3.4).
 * The system exceptions 1 to 15 are kept in the same arrays; interrupt n is exception 16 + n. */
#ifndef VBOARD_NVIC_H
#define VBOARD_NVIC_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define NVIC_IRQS  110
#define EXCEPTIONS (16 + NVIC_IRQS)

enum exception_number {
    EXC_RESET = 1,
    EXC_NMI = 2,
    EXC_HARD_FAULT = 3,
    EXC_MEM_MANAGE = 4,
    EXC_BUS_FAULT = 5,
    EXC_USAGE_FAULT = 6,
    EXC_SVCALL = 11,
    EXC_DEBUG_MONITOR = 12,
    EXC_PENDSV = 14,
    EXC_SYSTICK = 15,
    EXC_IRQ0 = 16
};

enum irq_number {
    IRQ_WWDG = 0,
    IRQ_PVD = 1,
    IRQ_FLASH = 4,
    IRQ_RCC = 5,
    IRQ_EXTI0 = 6,
    IRQ_EXTI9_5 = 23,
    IRQ_USART3 = 39,
    IRQ_EXTI15_10 = 40,
    IRQ_OTG_FS_WKUP = 42,
    IRQ_UART4 = 52,
    IRQ_OTG_FS = 67
};

struct nvic {
    bool line[NVIC_IRQS]; /* the peripheral's level now */
    bool pending[EXCEPTIONS], enabled[EXCEPTIONS], active[EXCEPTIONS];
    uint8_t priority[EXCEPTIONS]; /* upper nibble only */
    unsigned pending_count, active_count;
};

/* Priority below which nothing runs: thread mode with all masks open. */
#define PRIORITY_THREAD 256

/* A peripheral's interrupt line changes level; a rising line pends, a high line re-pends when its
 * handler returns. Calling it again with the same level changes nothing. */
void nvic_line(struct board *b, enum irq_number irq, bool level);

/* For exception.c, scb.c and systick.c; n is an exception number. */
void nvic_pend(struct board *b, unsigned n);
void nvic_unpend(struct board *b, unsigned n);
void nvic_activate(struct board *b, unsigned n);
void nvic_deactivate(struct board *b, unsigned n);
int nvic_group_priority(const struct board *b, unsigned n);
/* The priority that the core executes at; ignore_primask for the wake-up rule of WFI. */
int nvic_execution_priority(const struct board *b, bool ignore_primask);
/* The enabled pending exception of highest priority, 0 if none. */
unsigned nvic_best_pending(const struct board *b);
/* The exception to take now, 0 if none. */
unsigned nvic_due(const struct board *b);
bool nvic_wakes_wfi(const struct board *b);

uint32_t nvic_read(struct board *b, uint32_t off, unsigned bytes); /* off from 0xE000E000 */
void nvic_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void nvic_reset(struct board *b);

#endif
