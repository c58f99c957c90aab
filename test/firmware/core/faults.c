/* SPDX-License-Identifier: MIT
 * Faults, their status registers, escalation, lock-up. */
#include "core.h"

#define RESERVED_ADDR 0x10000000u
#define XPSR_IT       0x0600FC00u

static jmp_buf back;
static volatile uint32_t fault_pc, fault_ipsr, fault_cfsr, fault_hfsr;

static void recover(void)
{
    longjmp(back, 1);
}

__attribute__((used)) static void fault_body(uint32_t *frame)
{
    __asm volatile("mrs %0, ipsr" : "=r"(fault_ipsr));
    fault_pc = frame[6];
    fault_cfsr = REG32(SCB_CFSR);
    fault_hfsr = REG32(SCB_HFSR);
    REG32(SCB_CFSR) = fault_cfsr;
    REG32(SCB_HFSR) = fault_hfsr;
    frame[6] = (uint32_t)recover & ~1u;
    frame[7] = (frame[7] & ~XPSR_IT) | 1u << 24;
}

__attribute__((naked)) static void on_fault(void)
{
    __asm volatile("tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n push {r4, lr}\n"
                   "bl fault_body\n pop {r4, pc}\n");
}

static void install(uint32_t shcsr)
{
    for (unsigned n = 3; n <= 6; n++)
        set_handler(n, on_fault);
    REG32(SCB_SHCSR) = shcsr;
    fault_cfsr = fault_hfsr = fault_ipsr = 0;
}

/* Runs action and comes back, by way of the fault handler if there is a fault. */
static void attempt(void (*action)(void))
{
    fault_ipsr = 0;
    if (setjmp(back) == 0)
        action();
}

static void undefined(void)
{
    __asm volatile("udf #1");
}

static void divide(void)
{
    __asm volatile("udiv r0, %0, %1" : : "r"(5), "r"(0) : "r0");
}

static void load_pair(void)
{
    __asm volatile("ldrd r0, r1, [%0]" : : "r"(0x20000102) : "r0", "r1");
}

static void load_many(void)
{
    __asm volatile("mov r2, %0\n ldmia r2!, {r0, r1}" : : "r"(0x20000101) : "r0", "r1", "r2");
}

static void use_fpu(void)
{
    __asm volatile("vmov.f32 s0, #1.0" : : : "s0");
}

static void go_arm_state(void)
{
    __asm volatile("bx %0" : : "r"((uint32_t)undefined & ~1u) : "lr");
}

static void check(const char *what, uint32_t exception, uint32_t cfsr)
{
    expect(what, fault_cfsr, cfsr);
    expect("exception", fault_ipsr, exception);
    fault_cfsr = 0;
}

void case_usage_faults(void)
{
    install(7u << 16);
    attempt(undefined);
    check("UNDEFINSTR", 6, 1u << 16);
    expect("stacked PC", fault_pc, (uint32_t)undefined & ~1u);
    attempt(divide);
    check("no trap on division", 0, 0);
    REG32(SCB_CCR) |= 1u << 4;
    attempt(divide);
    check("DIVBYZERO", 6, 1u << 25);
    attempt(load_pair);
    check("UNALIGNED LDRD", 6, 1u << 24);
    attempt(load_many);
    check("UNALIGNED LDM", 6, 1u << 24);
    attempt(use_fpu);
    check("NOCP", 6, 1u << 19);
    attempt(go_arm_state);
    check("INVSTATE", 6, 1u << 17);
    expect("HFSR", fault_hfsr, 0);
    finish();
}

static volatile uint32_t kept;

static void read_reserved(void)
{
    kept = 0x55;
    kept = REG32(RESERVED_ADDR + 0x120);
}

static volatile uint32_t after_store;

static void write_reserved(void)
{
    REG32(RESERVED_ADDR) = 1;
    after_store = 1;
    dsb();
    after_store = 2;
}

static void read_gap(void)
{
    kept = REG32(0x40008000u); /* between APB1 and APB2 */
}

void case_bus_faults(void)
{
    install(7u << 16);
    attempt(read_reserved);
    check("PRECISERR", 5, 0x8200);
    expect("BFAR", REG32(SCB_BFAR), RESERVED_ADDR + 0x120);
    expect("the register is not loaded", kept, 0x55);
    attempt(write_reserved);
    check("IMPRECISERR", 5, 0x0400);
    expect("before the next DSB is over", after_store < 2, 1);
    attempt(read_gap);
    check("reserved peripheral address", 5, 0x8200);
    REG32(SCB_CCR) |= 1u << 8; /* BFHFNMIGN */
    __asm volatile("cpsid f");
    kept = REG32(RESERVED_ADDR);
    __asm volatile("cpsie f");
    expect("ignored under FAULTMASK, but recorded", REG32(SCB_CFSR), 0x8200);
    finish();
}

static void jump_peripheral(void)
{
    ((void (*)(void))0x40000001u)();
}

static void jump_reserved(void)
{
    ((void (*)(void))(RESERVED_ADDR + 1))();
}

void case_fetch_faults(void)
{
    install(7u << 16);
    attempt(jump_peripheral);
    check("IACCVIOL", 4, 1);
    expect("stacked PC", fault_pc, 0x40000000);
    attempt(jump_reserved);
    check("IBUSERR", 5, 0x100);
    expect("stacked PC", fault_pc, RESERVED_ADDR);
    finish();
}

static void breakpoint(void)
{
    __asm volatile("bkpt #0");
}

static void svc_masked(void)
{
    __asm volatile("cpsid i\n svc 0\n cpsie i");
}

void case_escalation(void)
{
    install(0);
    attempt(undefined);
    check("UNDEFINSTR", 3, 1u << 16);
    expect("FORCED", fault_hfsr, 1u << 30);
    attempt(read_reserved);
    check("PRECISERR", 3, 0x8200);
    attempt(breakpoint);
    expect("DEBUGEVT", fault_hfsr, 1u << 31);
    attempt(svc_masked);
    __asm volatile("cpsie i");
    expect("SVC under PRIMASK", fault_hfsr, 1u << 30);
    install(7u << 16);
    __asm volatile("msr basepri, %0" : : "r"(0x10));
    REG8(SCB_SHPR + 2) = 0x20; /* UsageFault below BASEPRI */
    attempt(undefined);
    __asm volatile("msr basepri, %0" : : "r"(0));
    check("UsageFault of too low a priority", 3, 1u << 16);
    finish();
}

static void bad_return(void)
{
    __asm volatile("ldr r0, =0xFFFFFFE3\n bx r0"); /* no such EXC_RETURN */
}

static void raise_a(void)
{
    irq_pend(IRQ_A);
}

static void to_nowhere(void) /* handler mode cannot return to a handler that is not there */
{
    __asm volatile("ldr r0, =0xFFFFFFF1\n bx r0");
}

/* LR holds the value that was refused: the return needs a good one. */
__attribute__((naked)) static void on_refused(void)
{
    __asm volatile("mrs r0, msp\n ldr lr, =0xFFFFFFF9\n push {r4, lr}\n bl fault_body\n"
                   "pop {r4, pc}\n");
}

void case_bad_return(void)
{
    install(7u << 16);
    set_handler(6, on_refused);
    set_handler(16 + IRQ_A, bad_return);
    irq_enable(IRQ_A, 0x80);
    attempt(raise_a);
    check("INVPC", 6, 1u << 18);
    set_handler(16 + IRQ_A, to_nowhere);
    attempt(raise_a);
    check("INVPC of a wrong level", 6, 1u << 18);
    expect("nothing active", REG32(NVIC_IABR + 8), 0);
    finish();
}

static void on_invstate(void)
{
    expect("INVSTATE", REG32(SCB_CFSR), 1u << 17);
    finish();
    say("done\n");
    for (;;)
        ;
}

/* A vector without the Thumb bit: UsageFault at the handler's first instruction. */
void case_even_vector(void)
{
    install(7u << 16);
    set_handler(6, on_invstate);
    set_handler(16 + IRQ_A, (void (*)(void))((uint32_t)undefined & ~1u));
    irq_enable(IRQ_A, 0x80);
    irq_pend(IRQ_A);
    say("not reached\n");
}

static void on_vecttbl(void)
{
    expect("VECTTBL", REG32(SCB_HFSR), 1u << 1);
    finish();
    say("done\n");
    for (;;)
        ;
}

/* The table's end lies behind the RAM: the vector cannot be read, HardFault's can. */
void case_vector_table(void)
{
    REG32(0x2007FF80u + 12) = (uint32_t)on_vecttbl;
    REG32(SCB_VTOR) = 0x2007FF80;
    irq_enable(IRQ_A, 0x80);
    irq_pend(IRQ_A);
    say("not reached\n");
}

void case_lockup(void)
{
    install(0);
    set_handler(3, undefined);
    undefined();
}

void case_lockup_iwdg(void)
{
    if (REG32(0x40023874) & 1u << 29) { /* RCC_CSR: the watchdog bit */
        say("after the watchdog\n");
        finish();
        return;
    }
    REG32(0x40003000) = 0xCCCC;
    install(0);
    set_handler(3, undefined);
    undefined();
}
