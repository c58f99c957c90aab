/* SPDX-License-Identifier: MIT
 * Bounded waits on registers. */
#include "target/stm32f7/wait.h"

#include "port/clock.h"
#include "target/stm32f7/watchdog.h"

bool wait_reg(const volatile uint32_t *reg, uint32_t mask, uint32_t value, uint32_t limit_ms)
{
    uint32_t start_ms = clock_ms();
    while ((*reg & mask) != value) {
        watchdog_feed();
        /* <=: a whole millisecond may be as good as over when the wait begins. */
        if (clock_ms() - start_ms > limit_ms)
            return (*reg & mask) == value;
    }
    return true;
}
