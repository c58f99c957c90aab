/* SPDX-License-Identifier: MIT
 * What the application library asks of an application (applib/needs.h) and no other file has: reset
 * and supply. */
#include "applib/needs.h"

#include "chip.h"

#define PVD_SETTLE_MS 2u /* one whole tick; far more than the comparator takes */

/* PLS 6, 2.85 V or more (datasheet, unverified): the lowest level whose smallest falling threshold
 * is not below the 2.7 V of 32-bit programming. */
#define PLS_LEVEL (6u << 5)

static void RAMCODE pvd_on(void)
{
    chip_clock_on(&RCC_APB1ENR, RCC_APB1ENR_PWR);
    PWR_CR1 = (PWR_CR1 & ~PWR_CR1_PLS) | PLS_LEVEL | PWR_CR1_PVDE;
    uint32_t start = clock_ms();
    while (clock_ms() - start < PVD_SETTLE_MS)
        clock_idle();
}

RAMCODE bool board_supply_ok(void)
{
    if ((RCC_APB1ENR & RCC_APB1ENR_PWR) == 0 || (PWR_CR1 & PWR_CR1_PVDE) == 0)
        pvd_on();
    return (PWR_CSR1 & PWR_CSR1_PVDO) == 0;
}

_Noreturn void reset_system(bool note)
{
    (void)note;
    chip_dsb();
    SCB_AIRCR = AIRCR_SYSRESETREQ;
    chip_dsb();
    for (;;) {
    }
}
