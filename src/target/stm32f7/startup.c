/* SPDX-License-Identifier: MIT
 * From the copied image to boot_main: RAM vectors, memory attributes, instruction cache, clock.
 * Next: src/boot/main.c. */
#include "target/stm32f7/startup.h"

#include <stdint.h>

#include "boot/main.h"
#include "port/log_sink.h"
#include "port/reset.h"
#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/regs_core.h"

/* Only faults and NMI can be taken: PRIMASK is 1, no interrupt is enabled. 512-byte alignment is
 * what VTOR needs for a table of 126 entries (ARMv7-M B3.2.5); those of interrupts are never used. */
#define SYSTEM_VECTORS 16u

static void (*ram_vectors[SYSTEM_VECTORS])(void)
    __attribute__((section(".ram_vectors"), aligned(512)));

/* A fault in the loader is a bug, or the work of a damaged chip. A restart is the only step that is
 * right from every state; what a stick made happen ends when it is pulled out. */
static void fault_handler(void)
{
    static const char text[] = "loader fault: restarting\r\n";
    log_sink_write(text, sizeof text - 1);
    reset_system(false);
}

/* One region over 0x00000000-0x1FFFFFFF: both flash aliases, system memory, ITCM. Device, so that
 * nothing is read ahead, merged or kept; execute-never, so that no speculative fetch stalls on a
 * busy flash (Cortex-M7 may fetch from any executable address). */
static void protect_flash(void)
{
    MPU_RNR = 0;
    MPU_RBAR = 0;
    MPU_RASR = MPU_RASR_XN | MPU_RASR_AP_FULL | MPU_RASR_B | MPU_RASR_SIZE_512MB | MPU_RASR_ENABLE;
    MPU_CTRL = MPU_CTRL_ENABLE | MPU_CTRL_PRIVDEFENA;
    core_dsb();
    core_isb();
}

static void icache_on(void)
{
    SCB_ICIALLU = 0;
    core_dsb();
    core_isb();
    SCB_CCR |= SCB_CCR_IC;
    core_dsb();
    core_isb();
}

void startup_main(void)
{
    for (uint32_t i = 0; i < SYSTEM_VECTORS; i++)
        ram_vectors[i] = fault_handler;
    SCB_VTOR = (uint32_t)ram_vectors;
    core_dsb();
    protect_flash();
    icache_on();
    clock_start();
    boot_main();
    reset_system(false); /* boot_main does not return */
}
