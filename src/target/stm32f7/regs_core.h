/* SPDX-License-Identifier: MIT
 * Registers of the Cortex-M7 core that the loader uses (ARMv7-M Architecture Reference Manual,
 * chapters B3.2 SCB, B3.3 SysTick, B3.4 NVIC, B3.5 MPU, C1.8 DWT; PM0253 for the M7's own). */
#ifndef REGS_CORE_H
#define REGS_CORE_H

#include <stdint.h>

#define REG32(addr) (*(volatile uint32_t *)(addr))

/* SysTick */
#define SYST_CSR           REG32(0xE000E010)
#define SYST_CSR_ENABLE    (1u << 0)
#define SYST_CSR_TICKINT   (1u << 1)
#define SYST_CSR_CLKSOURCE (1u << 2)  /* 1 = HCLK */
#define SYST_CSR_COUNTFLAG (1u << 16) /* cleared by reading */
#define SYST_RVR           REG32(0xE000E014)
#define SYST_CVR           REG32(0xE000E018)

/* NVIC: n = 0..3 for the 110 interrupts of an STM32F767 */
#define NVIC_WORDS   4u
#define NVIC_ISPR(n) REG32(0xE000E200 + 4u * (n))
#define NVIC_ICPR(n) REG32(0xE000E280 + 4u * (n))

/* System control block */
#define SCB_ICSR           REG32(0xE000ED04)
#define SCB_ICSR_PENDSTCLR (1u << 25)
#define SCB_ICSR_PENDSTSET (1u << 26)
#define SCB_VTOR           REG32(0xE000ED08)
#define SCB_AIRCR          REG32(0xE000ED0C)
#define SCB_AIRCR_VECTKEY  (0x05FAu << 16)
#define SCB_AIRCR_SYSRESET (1u << 2)
#define SCB_SCR            REG32(0xE000ED10)
#define SCB_SCR_SEVONPEND  (1u << 4)
#define SCB_CCR            REG32(0xE000ED14)
#define SCB_CCR_IC         (1u << 17)
#define SCB_ICIALLU        REG32(0xE000EF50)

/* MPU */
#define MPU_CTRL            REG32(0xE000ED94)
#define MPU_CTRL_ENABLE     (1u << 0)
#define MPU_CTRL_PRIVDEFENA (1u << 2)
#define MPU_RNR             REG32(0xE000ED98)
#define MPU_RBAR            REG32(0xE000ED9C)
#define MPU_RASR            REG32(0xE000EDA0)
#define MPU_RASR_ENABLE     (1u << 0)
#define MPU_RASR_SIZE_512MB (28u << 1) /* 2^(28 + 1) bytes */
#define MPU_RASR_B          (1u << 16) /* TEX = 0, C = 0, B = 1: Device */
#define MPU_RASR_AP_FULL    (3u << 24)
#define MPU_RASR_XN         (1u << 28)

/* Debug watchpoint and trace: the cycle counter. The M7's DWT is locked after power-on. */
#define DEMCR              REG32(0xE000EDFC)
#define DEMCR_TRCENA       (1u << 24)
#define DWT_CTRL           REG32(0xE0001000)
#define DWT_CTRL_CYCCNTENA (1u << 0)
#define DWT_CYCCNT         REG32(0xE0001004)
#define DWT_LAR            REG32(0xE0001FB0)
#define DWT_LAR_KEY        0xC5ACCE55u

static inline void core_dsb(void)
{
    __asm volatile("dsb" ::: "memory");
}

static inline void core_isb(void)
{
    __asm volatile("isb" ::: "memory");
}

/* Invalidates the instruction cache and switches it on. */
static inline void core_icache_on(void)
{
    SCB_ICIALLU = 0;
    core_dsb();
    core_isb();
    SCB_CCR |= SCB_CCR_IC;
    core_dsb();
    core_isb();
}

/* Sleeps until an event; the event register makes a wake-up that came earlier count. */
static inline void core_wfe(void)
{
    __asm volatile("wfe" ::: "memory");
}

/* Makes the next WFE fall through. */
static inline void core_sev(void)
{
    __asm volatile("sev" ::: "memory");
}

#endif
