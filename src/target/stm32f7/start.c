/* SPDX-License-Identifier: MIT
 * The way out: to the application, with chip and core in the state after a reset.
 *
 * What differs from that state, all of it (docs/boot-flow.md explains each line):
 * - VTOR holds the application's table: a SystemInit of today does not set it.
 * - DTCM and SRAM1 hold what the loader left there; a reset does not clear RAM either.
 * - A watchdog that the option byte started runs, as after a reset; so does the one of an application
 *   on trial. It has been fed just now, and its LSI is up: RCC_CSR.LSIRDY.
 * - What has no defined value after a reset reads 0 (R0-R12, the flags in xPSR, SysTick's reload and
 *   current value, the MPU's region registers, CYCCNT). LR is 0xFFFFFFFF, as after a reset.
 * - A trace set-up in DEMCR and DWT that a debug probe had made is switched off.
 * - The instruction cache is off and invalid; after a reset it is off and undefined. */
#include <stdint.h>

#include "port/board.h"
#include "port/clock.h"
#include "port/flash.h"
#include "port/hc.h"
#include "port/log_sink.h"
#include "port/reset.h"
#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/regs_core.h"
#include "target/stm32f7/watchdog.h"

/* enter.S */
_Noreturn void enter_application(uint32_t stack, uint32_t entry, uint32_t table);

static void core_restore(void)
{
    for (uint32_t i = 0; i < NVIC_WORDS; i++)
        NVIC_ICPR(i) = 0xFFFFFFFFu; /* none was ever enabled; their sources are in reset by now */
    SCB_CCR &= ~SCB_CCR_IC;
    core_dsb();
    core_isb();
    SCB_ICIALLU = 0;
    core_dsb();
    core_isb();
    MPU_CTRL = 0;
    MPU_RASR = 0;
    MPU_RBAR = 0;
    MPU_RNR = 0;
    core_dsb();
    core_isb();
}

/* The prescaler is 4 << PR, the smallest that the period fits. The two registers reach the LSI's side
 * within 5 of its periods times the prescaler, 75 ms at 17 kHz and /256 (unverified); until then
 * the old period holds, and the feeding at the end of the way out takes up the new one. */
static void watchdog_start(uint32_t ms)
{
    const uint32_t limit_ms = 100;
    uint32_t count = ms * IWDG_LSI_KHZ / 4u;
    uint32_t prescaler = 0;
    uint32_t start_ms = clock_ms();

    for (; count > IWDG_RELOAD_COUNT; count /= 2u)
        prescaler++;
    IWDG_KR = IWDG_KR_START;
    IWDG_KR = IWDG_KR_ACCESS;
    IWDG_PR = prescaler;
    IWDG_RLR = count - 1u;
    while (IWDG_SR != 0 && clock_ms() - start_ms < limit_ms)
        clock_tend();
}

void reset_start_application(uint32_t vectors_addr, uint32_t watchdog_ms)
{
    uint32_t vectors[2];
    flash_read(vectors_addr, vectors, sizeof vectors);
    log_sink_flush();
    if (watchdog_ms != 0)
        watchdog_start(watchdog_ms);
    hc_deinit();
    board_deinit();
    clock_stop();
    core_restore();
    watchdog_feed();
    enter_application(vectors[0], vectors[1], vectors_addr);
}
