/* SPDX-License-Identifier: MIT
 * Priorities, pre-emption, tail-chaining, masks, level-sensitive lines, NVIC registers. */
#include "core.h"

#define UART4 0x40004C00u

static volatile uint32_t count;

static void on_a(void) /* priority 0x80 */
{
    ran(1);
    irq_pend(IRQ_B); /* 0x40: at once */
    ran(2);
    irq_pend(IRQ_C); /* 0x80: only afterwards */
    ran(3);
}

static void on_b(void)
{
    ran(0xB);
    expect("IABR inside two handlers", REG32(NVIC_IABR + 8), 1u << 16 | 1u << 17);
    expect("VECTACTIVE", REG32(SCB_ICSR) & 0x1FF, 16 + IRQ_B);
    expect("RETTOBASE", REG32(SCB_ICSR) >> 11 & 1, 0);
}

static void on_c(void)
{
    ran(0xC);
    expect("RETTOBASE in a single handler", REG32(SCB_ICSR) >> 11 & 1, 1);
}

static void on_first(void)
{
    ran(0xF);
}

void case_nesting(void)
{
    set_handler(16 + IRQ_A, on_a);
    set_handler(16 + IRQ_B, on_b);
    set_handler(16 + IRQ_C, on_c);
    irq_enable(IRQ_A, 0x80);
    irq_enable(IRQ_B, 0x40);
    irq_enable(IRQ_C, 0x80);
    irq_pend(IRQ_A);
    expect("order", order, 0x1B23C);
    expect("IABR", REG32(NVIC_IABR + 8), 0);
    order = 0;
    set_handler(16 + IRQ_B, on_c);
    REG8(NVIC_IPR + IRQ_B) = 0x80;
    __asm volatile("cpsid i");
    set_handler(16 + IRQ_A, on_first);
    irq_pend(IRQ_B);
    irq_pend(IRQ_A);
    __asm volatile("cpsie i\n isb");
    expect("of equal ones the lowest number first", order, 0xFC);
    finish();
}

static void group_a(void)
{
    ran(1);
    irq_pend(IRQ_B); /* same group: not now */
    irq_pend(IRQ_C); /* same group, better subpriority: not now, but before B */
    ran(2);
}

static void group_b(void)
{
    ran(0xB);
}

static void group_c(void)
{
    ran(0xC);
}

void case_prigroup(void)
{
    REG32(SCB_AIRCR) = 0x05FA0500; /* 2 bits pre-empt, 2 bits order */
    expect("AIRCR", REG32(SCB_AIRCR), 0xFA050500);
    set_handler(16 + IRQ_A, group_a);
    set_handler(16 + IRQ_B, group_b);
    set_handler(16 + IRQ_C, group_c);
    irq_enable(IRQ_A, 0x70);
    irq_enable(IRQ_B, 0x50);
    irq_enable(IRQ_C, 0x40);
    irq_pend(IRQ_A);
    expect("order in one group", order, 0x12CB);
    order = 0;
    REG8(NVIC_IPR + IRQ_B) = 0x30; /* another group: at once */
    irq_pend(IRQ_A);
    expect("order in two groups", order, 0x1B2C);
    finish();
}

/* A notes the cycle at its end, B at its beginning: between them lies the tail-chain alone. */
__attribute__((naked)) static void chain_a(void)
{
    __asm volatile("ldr r0, =chain\n ldr r1, =0xE0001004\n mov r2, sp\n str r2, [r0]\n"
                   "str lr, [r0, #4]\n ldr r2, [r1]\n str r2, [r0, #8]\n bx lr\n");
}

__attribute__((naked)) static void chain_b(void)
{
    __asm volatile("ldr r1, =0xE0001004\n ldr r2, [r1]\n ldr r0, =chain\n str r2, [r0, #20]\n"
                   "mov r2, sp\n str r2, [r0, #12]\n str lr, [r0, #16]\n bx lr\n");
}

volatile uint32_t chain[6]; /* of A: SP, LR, cycle at its end; of B: SP, LR, cycle at its start */

void case_tail_chain(void)
{
    set_handler(16 + IRQ_A, chain_a);
    set_handler(16 + IRQ_B, chain_b);
    irq_enable(IRQ_A, 0x80);
    irq_enable(IRQ_B, 0x80);
    cycles_start();
    __asm volatile("cpsid i");
    irq_pend(IRQ_A);
    irq_pend(IRQ_B);
    __asm volatile("cpsie i\n isb");
    expect("B's frame is A's", chain[3], chain[0]);
    expect("B's EXC_RETURN is A's", chain[4], chain[1]);
    expect("cycles between A and B", chain[5] - chain[2] >= 6 && chain[5] - chain[2] < 14, 1);
    finish();
}

static void on_masked(void)
{
    count++;
    __asm volatile("cpsid f"); /* the return ends it */
}

void case_masks(void)
{
    uint32_t faultmask;

    set_handler(16 + IRQ_A, on_masked);
    irq_enable(IRQ_A, 0x80);
    __asm volatile("cpsid i");
    irq_pend(IRQ_A);
    expect("under PRIMASK", count, 0);
    expect("ISRPENDING", REG32(SCB_ICSR) >> 22 & 1, 1);
    expect("VECTPENDING", REG32(SCB_ICSR) >> 12 & 0x1FF, 16 + IRQ_A);
    __asm volatile("cpsie i");
    expect("at once after cpsie", count, 1);
    __asm volatile("msr basepri, %0" : : "r"(0x80));
    irq_pend(IRQ_A);
    expect("under BASEPRI of its own priority", count, 1);
    __asm volatile("msr basepri, %0" : : "r"(0x90));
    expect("at once after BASEPRI is lower", count, 2);
    __asm volatile("msr basepri, %0\n cpsid f" : : "r"(0));
    irq_pend(IRQ_A);
    expect("under FAULTMASK", count, 2);
    __asm volatile("cpsie f");
    expect("at once after cpsie f", count, 3);
    REG32(NVIC_ICER + 8) = 1u << 16;
    irq_pend(IRQ_A);
    expect("disabled", count, 3);
    REG32(NVIC_ICPR + 8) = 1u << 16;
    REG32(NVIC_ISER + 8) = 1u << 16;
    expect("cleared while disabled", count, 3);
    REG32(NVIC_STIR) = IRQ_A;
    dsb();
    expect("by STIR", count, 4);
    __asm volatile("mrs %0, faultmask" : "=r"(faultmask));
    expect("FAULTMASK after a return", faultmask, 0);
    finish();
}

static void on_uart(void)
{
    if (++count == 5)
        REG32(UART4) &= ~(1u << 7); /* TXEIE: the line goes low */
}

/* TXE stays high: the interrupt comes again and again, until its source is off. */
void case_level(void)
{
    set_handler(16 + 52, on_uart);
    irq_enable(52, 0x80);
    REG32(UART4) |= 1u << 7;
    dsb();
    spin(200);
    expect("entries", count, 5);
    __asm volatile("cpsid i");
    REG32(UART4) |= 1u << 7;
    REG32(NVIC_ICPR + 4) = 1u << 20;
    expect("pending again after ICPR", REG32(NVIC_ISPR + 4) >> 20 & 1, 1);
    REG32(UART4) &= ~(1u << 7);
    REG32(NVIC_ICPR + 4) = 1u << 20;
    expect("not pending once the line is low", REG32(NVIC_ISPR + 4) >> 20 & 1, 0);
    __asm volatile("cpsie i");
    finish();
}

void case_registers(void)
{
    REG32(NVIC_IPR + 80) = 0x11223344;
    expect("IPR word", REG32(NVIC_IPR + 80), 0x10203040);
    expect("IPR byte", REG8(NVIC_IPR + 82), 0x20);
    expect("IPR half-word", REG16(NVIC_IPR + 80), 0x3040);
    REG8(NVIC_IPR + 81) = 0xFF;
    expect("IPR after a byte", REG32(NVIC_IPR + 80), 0x1020F040);
    REG8(SCB_SHPR + 11) = 0xFF; /* SysTick */
    REG8(SCB_SHPR + 7) = 0x50;  /* SVCall */
    expect("SHPR2", REG32(SCB_SHPR + 4), 0x50000000);
    expect("SHPR3", REG32(SCB_SHPR + 8), 0xF0000000);
    REG32(NVIC_ISER + 12) = UINT32_MAX;
    expect("ISER3 has 14 bits", REG32(NVIC_ISER + 12), 0x3FFF);
    REG32(NVIC_ICER + 12) = UINT32_MAX;
    REG32(0xE000ED98) = 3; /* MPU_RNR */
    REG32(0xE000ED9C) = 0x08000000;
    REG32(0xE000EDA0) = 0x1707002B;
    REG32(0xE000ED9C) = 0x20000015; /* region 5 */
    expect("MPU_RNR", REG32(0xE000ED98), 5);
    REG32(0xE000ED98) = 3;
    expect("MPU_RBAR", REG32(0xE000ED9C), 0x08000003);
    expect("MPU_RASR", REG32(0xE000EDA0), 0x1707002B);
    expect("CPUID", REG32(0xE000ED00), 0x411FC270);
    expect("CCR", REG32(SCB_CCR), 0x40200);
    REG32(0xE000ED84) = 1;
    expect("CCSIDR of the I-cache", REG32(0xE000ED80), 0xF01FE009);
    finish();
}
