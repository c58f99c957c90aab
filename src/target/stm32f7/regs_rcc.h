/* SPDX-License-Identifier: MIT
 * Reset and clock control (RM0410 chapter 5) and power control (RM0410 chapter 4): the registers
 * and bits that the loader uses, with the reset values that it restores. */
#ifndef REGS_RCC_H
#define REGS_RCC_H

#include <stddef.h>
#include <stdint.h>

struct rcc_regs {
    volatile uint32_t CR;
    volatile uint32_t PLLCFGR;
    volatile uint32_t CFGR;
    volatile uint32_t CIR;
    volatile uint32_t AHB1RSTR;
    volatile uint32_t AHB2RSTR;
    volatile uint32_t AHB3RSTR;
    uint32_t reserved_1c;
    volatile uint32_t APB1RSTR;
    volatile uint32_t APB2RSTR;
    uint32_t reserved_28[2];
    volatile uint32_t AHB1ENR;
    volatile uint32_t AHB2ENR;
    volatile uint32_t AHB3ENR;
    uint32_t reserved_3c;
    volatile uint32_t APB1ENR;
    volatile uint32_t APB2ENR;
    uint32_t reserved_48[11];
    volatile uint32_t CSR;
};

_Static_assert(offsetof(struct rcc_regs, AHB1ENR) == 0x30, "RM0410 RCC register map");
_Static_assert(offsetof(struct rcc_regs, CSR) == 0x74, "RM0410 RCC register map");

#define RCC ((struct rcc_regs *)0x40023800)

#define RCC_CR_HSION  (1u << 0)
#define RCC_CR_HSIRDY (1u << 1)
#define RCC_CR_HSEON  (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON  (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)

#define RCC_PLLCFGR_PLLM(m)    ((uint32_t)(m) << 0)
#define RCC_PLLCFGR_PLLN(n)    ((uint32_t)(n) << 6)
#define RCC_PLLCFGR_PLLP_DIV2  (0u << 16)
#define RCC_PLLCFGR_PLLSRC_HSE (1u << 22)
#define RCC_PLLCFGR_PLLQ(q)    ((uint32_t)(q) << 24)
#define RCC_PLLCFGR_PLLR(r)    ((uint32_t)(r) << 28)
#define RCC_PLLCFGR_RESET      0x24003010u

#define RCC_CFGR_SW_MASK    (3u << 0)
#define RCC_CFGR_SW_HSI     (0u << 0)
#define RCC_CFGR_SW_PLL     (2u << 0)
#define RCC_CFGR_SWS_MASK   (3u << 2)
#define RCC_CFGR_SWS_HSI    (0u << 2)
#define RCC_CFGR_SWS_PLL    (2u << 2)
#define RCC_CFGR_PPRE1_DIV4 (5u << 10)
#define RCC_CFGR_PPRE2_DIV2 (4u << 13)

#define RCC_AHB1ENR_GPIO_ALL 0x7FFu /* one bit a port, A = 0; AHB1RSTR alike */
#define RCC_AHB1ENR_RESET    0x00100000u
#define RCC_AHB2_OTGFS       (1u << 7)   /* AHB2ENR and AHB2RSTR */
#define RCC_APB1_PWR         (1u << 28)  /* APB1ENR and APB1RSTR */
#define RCC_APB1ENR_RESET    0x00000400u /* RTC register interface on */

#define RCC_CSR_RMVF     (1u << 24) /* clears the flags that follow */
#define RCC_CSR_BORRSTF  (1u << 25)
#define RCC_CSR_PINRSTF  (1u << 26)
#define RCC_CSR_PORRSTF  (1u << 27)
#define RCC_CSR_SFTRSTF  (1u << 28)
#define RCC_CSR_IWDGRSTF (1u << 29)
#define RCC_CSR_WWDGRSTF (1u << 30)
#define RCC_CSR_LPWRRSTF (1u << 31)

struct pwr_regs {
    volatile uint32_t CR1;
    volatile uint32_t CSR1;
};

#define PWR ((struct pwr_regs *)0x40007000)

#define PWR_CR1_PVDE     (1u << 4)
#define PWR_CR1_PLS_MASK (7u << 5)
#define PWR_CR1_PLS(n)   ((uint32_t)(n) << 5)
#define PWR_CR1_ODEN     (1u << 16)
#define PWR_CR1_ODSWEN   (1u << 17)
#define PWR_CSR1_PVDO    (1u << 2)
#define PWR_CSR1_VOSRDY  (1u << 14)
#define PWR_CSR1_ODRDY   (1u << 16)
#define PWR_CSR1_ODSWRDY (1u << 17)

#endif
