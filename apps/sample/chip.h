/* SPDX-License-Identifier: MIT
 * The registers of the STM32F767 that the sample application uses, and nothing else. Names and
 * offsets as in RM0410 (RCC chapter 5, PWR 4, GPIO 6, SYSCFG 7, EXTI 11, USART 34, IWDG 32, FLASH
 * 3) and the ARMv7-M manual (SCS, DWT). An application may as well use a vendor's header: this one
 * only keeps the sample free of anything to install. */
#ifndef SAMPLE_CHIP_H
#define SAMPLE_CHIP_H

#include <stdint.h>

#define REG(addr) (*(volatile uint32_t *)(addr))

#define FLASH_ACR REG(0x40023C00u)

#define PWR_CR1          REG(0x40007000u)
#define PWR_CSR1         REG(0x40007004u)
#define PWR_CR1_PVDE     (1u << 4)
#define PWR_CR1_PLS      (7u << 5)
#define PWR_CR1_ODEN     (1u << 16)
#define PWR_CR1_ODSWEN   (1u << 17)
#define PWR_CSR1_PVDO    (1u << 2)
#define PWR_CSR1_ODRDY   (1u << 16)
#define PWR_CSR1_ODSWRDY (1u << 17)

#define RCC_CR              REG(0x40023800u)
#define RCC_PLLCFGR         REG(0x40023804u)
#define RCC_CFGR            REG(0x40023808u)
#define RCC_CIR             REG(0x4002380Cu)
#define RCC_AHB1ENR         REG(0x40023830u)
#define RCC_APB1ENR         REG(0x40023840u)
#define RCC_APB2ENR         REG(0x40023844u)
#define RCC_CR_HSION        (1u << 0)
#define RCC_CR_HSEON        (1u << 16)
#define RCC_CR_HSERDY       (1u << 17)
#define RCC_CR_HSEBYP       (1u << 18)
#define RCC_CR_PLLON        (1u << 24)
#define RCC_CR_PLLRDY       (1u << 25)
#define RCC_CFGR_SW         (3u << 0)
#define RCC_CFGR_SW_PLL     (2u << 0)
#define RCC_CFGR_SWS        (3u << 2)
#define RCC_CFGR_SWS_PLL    (2u << 2)
#define RCC_CFGR_PPRE1_DIV4 (5u << 10)
#define RCC_CFGR_PPRE2_DIV2 (4u << 13)
#define RCC_AHB1ENR_GPIOB   (1u << 1)
#define RCC_AHB1ENR_GPIOC   (1u << 2)
#define RCC_APB1ENR_UART4   (1u << 19)
#define RCC_APB1ENR_PWR     (1u << 28)
#define RCC_APB2ENR_SYSCFG  (1u << 14)

#define GPIOB_MODER REG(0x40020400u)
#define GPIOB_BSRR  REG(0x40020418u)
#define GPIOC_MODER REG(0x40020800u)
#define GPIOC_IDR   REG(0x40020810u)
#define GPIOC_AFRH  REG(0x40020824u)

#define SYSCFG_EXTICR4 REG(0x40013814u)
#define EXTI_IMR       REG(0x40013C00u)
#define EXTI_RTSR      REG(0x40013C08u)
#define EXTI_FTSR      REG(0x40013C0Cu)
#define EXTI_SWIER     REG(0x40013C10u)
#define EXTI_PR        REG(0x40013C14u)

#define UART4_CR1       REG(0x40004C00u)
#define UART4_BRR       REG(0x40004C0Cu)
#define UART4_ISR       REG(0x40004C1Cu)
#define UART4_TDR       REG(0x40004C28u)
#define USART_CR1_UE    (1u << 0)
#define USART_CR1_TE    (1u << 3)
#define USART_CR1_TXEIE (1u << 7)
#define USART_ISR_TC    (1u << 6)
#define USART_ISR_TXE   (1u << 7)

#define IWDG_KR        REG(0x40003000u)
#define IWDG_KR_RELOAD 0xAAAAu

#define SYST_CSR          REG(0xE000E010u)
#define SYST_RVR          REG(0xE000E014u)
#define SYST_CVR          REG(0xE000E018u)
#define NVIC_ISER(n)      REG(0xE000E100u + 4u * (n))
#define NVIC_IPR(irq)     (*(volatile uint8_t *)(0xE000E400u + (irq)))
#define SCB_VTOR          REG(0xE000ED08u)
#define SCB_AIRCR         REG(0xE000ED0Cu)
#define SCB_SHPR3_SYSTICK (*(volatile uint8_t *)0xE000ED23u)
#define SCB_CFSR          REG(0xE000ED28u)
#define SCB_HFSR          REG(0xE000ED2Cu)
#define SCB_CPACR         REG(0xE000ED88u)
#define SCB_CPACR_FPU     (0xFu << 20) /* CP10 and CP11, full access */
#define AIRCR_SYSRESETREQ 0x05FA0004u
#define DEMCR             REG(0xE000EDFCu)
#define DEMCR_TRCENA      (1u << 24)
#define DWT_CTRL          REG(0xE0001000u)
#define DWT_CYCCNT        REG(0xE0001004u)
#define DWT_LAR           REG(0xE0001FB0u)
#define DWT_LAR_KEY       0xC5ACCE55u

#define IRQ_EXTI3     9u
#define IRQ_EXTI15_10 40u
#define IRQ_UART4     52u
#define IRQ_COUNT     110u

static inline void chip_dsb(void)
{
    __asm__ volatile("dsb" ::: "memory");
}

static inline void chip_isb(void)
{
    __asm__ volatile("isb" ::: "memory");
}

/* An enable bit of RCC: the read-back gives the clock its two cycles (RM0410 5.2.13). */
static inline void chip_clock_on(volatile uint32_t *enr, uint32_t bits)
{
    *enr |= bits;
    (void)*enr;
}

static inline void chip_irq_enable(uint32_t irq, uint8_t priority)
{
    NVIC_IPR(irq) = priority;
    NVIC_ISER(irq / 32u) = 1u << irq % 32u;
}

/* Code that must not wait for the flash while a sector is erased or programmed: the linker script
 * puts it into RAM (application.ld, docs/application.md "Interrupts while the flash is busy"). */
#define RAMCODE __attribute__((section(".ramcode"), noinline))

#endif
