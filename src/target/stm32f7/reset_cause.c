/* SPDX-License-Identifier: MIT
 * Causes of the last resets (RM0410 5.1 and RCC_CSR 5.3.21). */
#include "port/reset.h"
#include "target/stm32f7/regs_rcc.h"

/* Every internal reset sets PINRSTF too, and a power-on sets BOR and POR: the rarer flag tells. */
const char *reset_cause(void)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } causes[] = {
        {RCC_CSR_LPWRRSTF, "low-power"},
        {RCC_CSR_WWDGRSTF, "window watchdog"},
        {RCC_CSR_IWDGRSTF, "independent watchdog"},
        {RCC_CSR_SFTRSTF, "software"},
        {RCC_CSR_PORRSTF, "power-on"},
        {RCC_CSR_BORRSTF, "brown-out"},
        {RCC_CSR_PINRSTF, "pin"},
    };
    uint32_t csr = RCC->CSR;
    for (uint32_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if ((csr & causes[i].flag) != 0)
            return causes[i].name;
    return "unknown";
}

void reset_cause_clear(void)
{
    RCC->CSR |= RCC_CSR_RMVF;
}
