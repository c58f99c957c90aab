/* SPDX-License-Identifier: MIT
 * What the cases share: registers of the core, and one way to say what is wrong. */
#ifndef CORE_H
#define CORE_H

#include <setjmp.h>
#include <stdint.h>

#include "rules.h"

#define SYSTICK_CTRL 0xE000E010u
#define SYSTICK_LOAD 0xE000E014u
#define SYSTICK_VAL  0xE000E018u
#define NVIC_ISER    0xE000E100u
#define NVIC_ICER    0xE000E180u
#define NVIC_ISPR    0xE000E200u
#define NVIC_ICPR    0xE000E280u
#define NVIC_IABR    0xE000E300u
#define NVIC_IPR     0xE000E400u
#define SCB_ICSR     0xE000ED04u
#define SCB_VTOR     0xE000ED08u
#define SCB_AIRCR    0xE000ED0Cu
#define SCB_SCR      0xE000ED10u
#define SCB_CCR      0xE000ED14u
#define SCB_SHPR     0xE000ED18u /* byte n - 4 is exception n's */
#define SCB_SHCSR    0xE000ED24u
#define SCB_CFSR     0xE000ED28u
#define SCB_HFSR     0xE000ED2Cu
#define SCB_BFAR     0xE000ED38u
#define SCB_CPACR    0xE000ED88u
#define NVIC_STIR    0xE000EF00u
#define DEMCR        0xE000EDFCu
#define DWT_CTRL     0xE0001000u
#define DWT_CYCCNT   0xE0001004u
#define DWT_LAR      0xE0001FB0u

/* Interrupts without a modelled peripheral: theirs to play with. */
#define IRQ_A 80u
#define IRQ_B 81u
#define IRQ_C 82u

/* Prints "ok", or the first expectation that failed with what was found. */
void expect(const char *what, uint32_t found, uint32_t wanted);
void finish(void);

void irq_enable(unsigned irq, uint8_t priority);
void irq_pend(unsigned irq);
void cycles_start(void);
static inline uint32_t cycles(void)
{
    return REG32(DWT_CYCCNT);
}

/* The order in which handlers ran, one digit each. */
extern volatile uint32_t order;
static inline void ran(uint32_t digit)
{
    order = order * 16 + digit;
}

void case_nesting(void);
void case_prigroup(void);
void case_tail_chain(void);
void case_masks(void);
void case_level(void);
void case_registers(void);
void case_svc_pendsv(void);
void case_fp_frames(void);
void case_psp(void);
void case_tasks(void);
void case_ram_code(void);
void case_unprivileged(void);
void case_usage_faults(void);
void case_bus_faults(void);
void case_fetch_faults(void);
void case_escalation(void);
void case_bad_return(void);
void case_even_vector(void);
void case_vector_table(void);
void case_lockup(void);
void case_lockup_iwdg(void);
void case_wfi(void);
void case_wfe(void);
void case_sleep_for_ever(void);
void case_sleeponexit(void);
void case_systick(void);
void case_idle(void);
void case_reset(void);
void case_hot(void);

#endif
