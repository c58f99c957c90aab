/* SPDX-License-Identifier: MIT
 * Cases for the rules of the core (vboard/rules_core.def). */
#include "rules.h"

#define VTOR     0xE000ED08u
#define AIRCR    0xE000ED0Cu
#define SCR      0xE000ED10u
#define CCR      0xE000ED14u
#define MPU_CTRL 0xE000ED94u
#define DEMCR    0xE000EDFCu
#define DWT_CTRL 0xE0001000u
#define DWT_LAR  0xE0001FB0u
#define SYSTICK  0xE000E010u

static void modelled_peripheral(void)
{
    (void)REG32(0x40023800); /* RCC_CR */
}

static void unmodelled_peripheral(void)
{
    REG32(0x40023830) |= 1u << 21; /* DMA1's clock */
    (void)REG32(0x40023830);
    (void)REG32(0x40026000);
}

/* Sleeps until the SysTick is pending. */
static void sleep_with(uint32_t scr)
{
    REG32(SCR) = scr;
    REG32(SYSTICK + 4) = 999;
    REG32(SYSTICK + 8) = 0;
    __asm volatile("cpsid i");
    REG32(SYSTICK) = 7;
    dsb();
    __asm volatile("wfi");
    REG32(SYSTICK) = 0;
}

static void sleep_mode(void)
{
    sleep_with(0);
}

static void stop_mode(void)
{
    sleep_with(4);
}

static void unaligned_allowed(void)
{
    uint32_t pair[2] = {0x11223344, 0x55667788};
    uint32_t got;

    __asm volatile("ldr %0, [%1, #1]" : "=r"(got) : "r"(pair) : "memory");
    if (got != 0x88112233)
        say("wrong\n");
}

static void unaligned_trapped(void)
{
    REG32(CCR) |= 8;
    dsb();
}

static void vtor_aligned(void)
{
    uint32_t kept = REG32(VTOR);

    REG32(VTOR) = 0x08000200;
    dsb();
    REG32(VTOR) = kept;
    dsb();
}

static void vtor_unaligned(void)
{
    REG32(VTOR) = 0x08000080;
    dsb();
}

static void aircr_with_key(void)
{
    REG32(AIRCR) = 0x05FA0300;
    dsb();
    REG32(AIRCR) = 0x05FA0000;
}

static void aircr_without_key(void)
{
    REG32(AIRCR) = 0x00000300;
}

static void dwt_unlocked(void)
{
    REG32(DEMCR) |= 1u << 24;
    REG32(DWT_LAR) = 0xC5ACCE55;
    REG32(DWT_CTRL) |= 1;
}

static void dwt_locked(void)
{
    REG32(DEMCR) |= 1u << 24;
    REG32(DWT_CTRL) |= 1;
}

static void mpu_enable(void)
{
    REG32(MPU_CTRL) = 7;
    dsb();
    REG32(MPU_CTRL) = 0;
}

static void mpu_unpredictable(void)
{
    REG32(MPU_CTRL) = 2;
    dsb();
}

const struct rule_case core_cases[] = {
    {"unmodelled-peripheral", modelled_peripheral, unmodelled_peripheral},
    {"stop-mode", sleep_mode, stop_mode},
    {"unalign-trp", unaligned_allowed, unaligned_trapped},
    {"vtor-align", vtor_aligned, vtor_unaligned},
    {"aircr-key", aircr_with_key, aircr_without_key},
    {"dwt-locked", dwt_unlocked, dwt_locked},
    {"mpu-ctrl", mpu_enable, mpu_unpredictable},
    {0},
};
