/* SPDX-License-Identifier: MIT
 * From the unpacked program to boot_main: data, RAM vectors, memory attributes, clock. The boot
 * block has filled SRAM1, stack pointer and instruction cache are set. Next: src/boot/main.c. */
#include "target/stm32f7/startup.h"

#include <stdint.h>

#include "boot/main.h"
#include "port/log_sink.h"
#include "port/reset.h"
#include "target/stm32f7/clock_f7.h"
#include "target/stm32f7/regs_core.h"

/* From the linker script. The words of .data lie behind the code. */
extern uint32_t link_data_start[];
extern uint32_t link_data_end[];
extern const uint32_t link_data_load[];
extern uint32_t link_bss_start[];
extern uint32_t link_bss_end[];

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

static uint32_t words_between(const uint32_t *from, const uint32_t *to)
{
    return ((uint32_t)to - (uint32_t)from) / sizeof *from;
}

static void fill_data(void)
{
    uint32_t data_words = words_between(link_data_start, link_data_end);
    uint32_t bss_words = words_between(link_bss_start, link_bss_end);

    for (uint32_t i = 0; i < data_words; i++)
        link_data_start[i] = link_data_load[i];
    for (uint32_t i = 0; i < bss_words; i++)
        link_bss_start[i] = 0;
}

void startup_main(void)
{
    fill_data();
    for (uint32_t i = 0; i < SYSTEM_VECTORS; i++)
        ram_vectors[i] = fault_handler;
    SCB_VTOR = (uint32_t)ram_vectors;
    core_dsb();
    protect_flash();
    clock_start();
    boot_main();
    reset_system(false); /* boot_main does not return */
}
