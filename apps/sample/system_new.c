/* SPDX-License-Identifier: MIT
 * SystemInit as the vendor's current template does it: only the FPU is switched on. Neither VTOR
 * nor RCC is written, so the application depends on what it was started with: its own vector table
 * in VTOR and the clock tree of a reset. */
#include "chip.h"
#include "startup.h"

void system_init(void)
{
    SCB_CPACR |= SCB_CPACR_FPU;
    chip_dsb();
    chip_isb();
}
