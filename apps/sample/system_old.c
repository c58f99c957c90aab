/* SPDX-License-Identifier: MIT
 * SystemInit as the vendor's older template does it: it forces RCC back to its reset values without
 * waiting for anything, and overwrites VTOR with flash base + offset. */
#include "chip.h"
#include "config/layout.h"
#include "startup.h"

extern const uint32_t vectors_offset[]; /* application.ld: image header before the table */

void system_init(void)
{
    SCB_CPACR |= SCB_CPACR_FPU;
    RCC_CR |= RCC_CR_HSION;
    RCC_CFGR = 0;
    RCC_CR &= 0xFEF6FFFFu; /* PLLON, CSSON, HSEON off */
    RCC_PLLCFGR = 0x24003010u;
    RCC_CR &= 0xFFFBFFFFu; /* HSEBYP off */
    RCC_CIR = 0;
    SCB_VTOR = (uint32_t)RUN_ADDR + (uint32_t)(uintptr_t)vectors_offset;
    chip_dsb();
    chip_isb();
}
