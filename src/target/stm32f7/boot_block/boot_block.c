/* SPDX-License-Identifier: MIT
 * The only code that runs from flash: it unpacks the loader's program to RAM and jumps there. The
 * program cannot run from flash, because every access to the flash of a single-bank STM32F767 stalls
 * while a sector is erased; packed, it needs two thirds of the flash.
 *
 * The chip fetches the vectors from 0x00200000 (BOOT_ADD0's default); they name the same cells at
 * 0x08000000. Nothing here has data of its own: RAM holds garbage until the program fills it.
 * Next: src/target/stm32f7/startup.c. */
#include "config/layout.h"
#include "config/version.h"
#include "port/loader_info.h"
#include "target/stm32f7/boot_block/unpack.h"
#include "target/stm32f7/regs_core.h"
#include "target/stm32f7/regs_flash.h"
#include "target/stm32f7/regs_rcc.h"
#include "target/stm32f7/watchdog.h"

/* From the linker script. */
extern const uint8_t link_packed_start[];
extern const uint8_t link_packed_end[];
extern uint8_t link_stack_top[];

/* Behind all that the program keeps over a system reset. */
static __attribute__((section(".unpack_model"))) struct unpack_model boot_block_model;

#define FAULT_VECTORS 14u /* NMI to SysTick */

_Noreturn void boot_block_reset(void);
_Noreturn void boot_block_restart(void);

struct vectors {
    const void *stack_top;
    void (*reset)(void);
    void (*fault[FAULT_VECTORS])(void);
};

/* Nothing is set up yet: a fault starts again. */
#define RESTART_2 boot_block_restart, boot_block_restart
#define RESTART_4 RESTART_2, RESTART_2
__attribute__((section(".boot_vectors"), used)) static const struct vectors vectors = {
    .stack_top = link_stack_top,
    .reset = boot_block_reset,
    .fault = {RESTART_4, RESTART_4, RESTART_4, RESTART_2},
};

/* Behind the vectors, for the application's library (port/loader_info.h). */
__attribute__((section(".boot_info"), used)) static const struct loader_info info = {
    .magic = LOADER_INFO_MAGIC, .layout = LAYOUT_VERSION, .version = STICKBOOT_VERSION};

_Static_assert(sizeof STICKBOOT_VERSION <= LOADER_INFO_VERSION_BYTES, "its zero with it");
_Static_assert(LOADER_ADDR + sizeof vectors == LOADER_INFO_ADDR, "behind the vectors");

/* The PLL from HSI: VCO 352 MHz, SYSCLK 176 MHz, with HSI's 1 % the most that needs no over-drive
 * (HW-14). Wait states for that down to 2.1 V (HW-33). Each poll takes 5 cycles or more; the PLL locks
 * in 0.3 ms (DS11532, unverified). */
#define FAST_PLLM    8u
#define FAST_PLLN    176u
#define FAST_LATENCY 8u
#define POLLS        10000u

static bool seen(const volatile uint32_t *reg, uint32_t mask, uint32_t value)
{
    for (uint32_t i = 0; i < POLLS; i++)
        if ((*reg & mask) == value)
            return true;
    return false;
}

/* At HSI's 16 MHz unpacking would take half a second. rcc_start_pll finds the clock that this leaves;
 * when the PLL does not lock, that is HSI, and the start takes that long. The regulator follows the
 * PLL (HW-15). */
static void run_fast(void)
{
    RCC->APB1ENR |= RCC_APB1_PWR;
    RCC->PLLCFGR = RCC_PLLCFGR_PLLM(FAST_PLLM) | RCC_PLLCFGR_PLLN(FAST_PLLN) |
                   RCC_PLLCFGR_PLLP_DIV2 | RCC_PLLCFGR_PLLQ(9) | RCC_PLLCFGR_PLLR(2);
    RCC->CR |= RCC_CR_PLLON;
    FLASH->ACR = FAST_LATENCY;
    if (!seen(&RCC->CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY) ||
        !seen(&PWR->CSR1, PWR_CSR1_VOSRDY, PWR_CSR1_VOSRDY) ||
        !seen(&FLASH->ACR, FLASH_ACR_LATENCY_MASK, FAST_LATENCY))
        return;
    RCC->CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2;
    RCC->CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2 | RCC_CFGR_SW_PLL;
    (void)seen(&RCC->CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL);
}

void unpack_tend(void)
{
    watchdog_feed();
}

/* System reset (ARMv7-M B1.5.16). */
void boot_block_restart(void)
{
    core_dsb();
    SCB_AIRCR = SCB_AIRCR_VECTKEY | SCB_AIRCR_SYSRESET;
    core_dsb();
    for (;;)
        ;
}

/* A damaged program is not run: the restart tries again, and what was only misread, say while the
 * supply still rose, is right then. Until it is, nothing starts: what could verify an application is
 * in the damaged program. */
void boot_block_reset(void)
{
    __asm volatile("cpsid i" ::: "memory");
    watchdog_feed();
    core_icache_on();
    run_fast();
    if (!unpack((const struct unpack_head *)(const void *)link_packed_start,
                (uint32_t)link_packed_end - (uint32_t)link_packed_start, (uint8_t *)SRAM1_ADDR,
                SRAM1_BYTES, &boot_block_model))
        boot_block_restart();
    watchdog_feed();
    core_icache_on(); /* what was fetched ahead from RAM is not what lies there now */
    ((void (*)(void))(SRAM1_ADDR | 1u))();
    boot_block_restart(); /* the program does not return */
}
