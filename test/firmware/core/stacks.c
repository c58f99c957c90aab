/* SPDX-License-Identifier: MIT
 * SVC, PendSV, FP frames, the process stack, unprivileged threads, code written into RAM. */
#include "core.h"

static volatile uint32_t exc_return, frame_addr, svc_number;
static uint32_t process_stack[256] __attribute__((aligned(8)));

__attribute__((used)) static void svc_body(uint32_t *frame, uint32_t lr)
{
    ran(5);
    exc_return = lr;
    frame_addr = (uint32_t)frame;
    svc_number = ((uint8_t *)frame[6])[-2];
    frame[0] = frame[0] + frame[1];
    if (svc_number == 9)
        __asm volatile("msr control, %0\n isb" : : "r"(2)); /* privileged again */
    REG32(SCB_ICSR) = 1u << 28;                             /* PendSV, of lower priority */
    dsb();
    ran(6);
}

__attribute__((naked)) static void on_svc(void)
{
    __asm volatile("tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n mov r1, lr\n"
                   "push {r4, lr}\n bl svc_body\n pop {r4, pc}\n");
}

static void on_pendsv(void)
{
    ran(7);
}

__attribute__((noinline)) static uint32_t call_svc(uint32_t a, uint32_t b)
{
    register uint32_t r0 __asm("r0") = a;
    register uint32_t r1 __asm("r1") = b;

    __asm volatile("svc 3" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void install(void)
{
    set_handler(11, on_svc);
    set_handler(14, on_pendsv);
    REG8(SCB_SHPR + 10) = 0xF0;
}

void case_svc_pendsv(void)
{
    uint32_t moved;

    install();
    expect("SVC's result", call_svc(40, 2), 42);
    expect("SVC's number", svc_number, 3);
    expect("EXC_RETURN", exc_return, 0xFFFFFFF9);
    expect("order", order, 0x567);
    /* A stack pointer that is only a multiple of 4 comes back as it was. */
    for (int words = 1; words <= 2; words++) {
        __asm volatile("mov r4, sp\n cmp %1, #1\n ite eq\n subeq sp, #4\n subne sp, #8\n"
                       "mov r5, sp\n svc 3\n mov r6, sp\n mov sp, r4\n sub %0, r6, r5\n"
                       : "=r"(moved)
                       : "r"(words)
                       : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r12", "lr", "memory");
        expect("SP after an exception has moved by", moved, 0);
        expect("frame aligned", frame_addr & 7, 0);
    }
    finish();
}

static volatile uint32_t fp_return;

__attribute__((naked)) static void fp_low(void)
{
    /* The stacked registers are the handler's to spoil; a higher one comes in between. */
    __asm volatile("push {r4, lr}\n vmov.f32 s0, #7.0\n vmov.f32 s15, #7.0\n vmov.f32 s1, #3.0\n"
                   "bl pend_high\n vmov.f32 s2, #3.0\n vcmp.f32 s1, s2\n vmrs r0, fpscr\n"
                   "bl note_inner\n pop {r4, pc}\n");
}

static volatile uint32_t inner_flags;

__attribute__((used)) static void note_inner(uint32_t fpscr)
{
    inner_flags = fpscr;
}

__attribute__((used, target("general-regs-only"))) static void pend_high(void)
{
    irq_pend(IRQ_B);
}

__attribute__((naked)) static void fp_high(void)
{
    __asm volatile("vmov.f32 s0, #9.0\n vmov.f32 s1, #9.0\n vmov.f32 s15, #9.0\n"
                   "movs r0, #0\n vmsr fpscr, r0\n ldr r1, =fp_return_ptr\n ldr r1, [r1]\n"
                   "str lr, [r1]\n bx lr\n");
}

volatile uint32_t *const fp_return_ptr = &fp_return;

__attribute__((noinline)) static void fp_frames(void)
{
    float s0, s15, s16;
    uint32_t control;

    set_handler(16 + IRQ_A, fp_low);
    set_handler(16 + IRQ_B, fp_high);
    irq_enable(IRQ_A, 0x80);
    irq_enable(IRQ_B, 0x40);
    __asm volatile("vmov.f32 s0, #1.5\n vmov.f32 s15, #2.5\n vmov.f32 s16, #4.0\n"
                   "mov r2, #0x00400000\n vmsr fpscr, r2\n" /* rounding mode +inf: must survive */
                   "str %4, [%3]\n dsb\n isb\n"
                   "vmov %0, s0\n vmov %1, s15\n vmov %2, s16\n"
                   : "=&r"(s0), "=&r"(s15), "=&r"(s16)
                   : "r"(NVIC_ISPR + 8), "r"(1u << 16)
                   : "r2", "s0", "s1", "s2", "s15", "s16", "memory");
    __asm volatile("mrs %0, control" : "=r"(control));
    expect("s0", s0 == 1.5f, 1);
    expect("s15", s15 == 2.5f, 1);
    expect("s16", s16 == 4.0f, 1);
    expect("CONTROL.FPCA", control >> 2 & 1, 1);
    expect("EXC_RETURN of the inner handler", fp_return, 0xFFFFFFE1);
    expect("equal after the inner handler", inner_flags >> 28, 6);
    __asm volatile("vmrs %0, fpscr" : "=r"(control));
    expect("FPSCR.RMode", control & 0x00C00000, 0x00400000);
}

void case_fp_frames(void)
{
    REG32(SCB_CPACR) |= 0x00F00000;
    dsb();
    __asm volatile("isb");
    fp_frames();
    finish();
}

void case_psp(void)
{
    uint32_t control, result;

    install();
    __asm volatile("msr psp, %0" : : "r"(process_stack + 250));
    __asm volatile("msr control, %0\n isb" : : "r"(2) : "memory");
    result = call_svc(1, 2);
    __asm volatile("mrs %0, control" : "=r"(control));
    __asm volatile("msr control, %0\n isb" : : "r"(0) : "memory");
    expect("result", result, 3);
    expect("EXC_RETURN", exc_return, 0xFFFFFFFD);
    expect("frame on the process stack",
           frame_addr >= (uint32_t)process_stack && frame_addr < (uint32_t)(process_stack + 250),
           1);
    expect("frame aligned", frame_addr & 7, 0);
    expect("CONTROL", control, 2);
    finish();
}

static volatile uint32_t refused;

__attribute__((used)) static void bus_body(uint32_t *frame)
{
    refused++;
    frame[6] += 2; /* behind the 16-bit load */
}

__attribute__((naked)) static void on_bus_fault(void)
{
    __asm volatile("mrs r0, psp\n push {r4, lr}\n bl bus_body\n pop {r4, pc}\n");
}

void case_unprivileged(void)
{
    uint32_t control, primask, after;

    install();
    set_handler(5, on_bus_fault);
    REG32(SCB_SHCSR) |= 1u << 17;
    __asm volatile("msr psp, %0" : : "r"(process_stack + 250));
    __asm volatile("msr control, %3\n isb\n"
                   "ldr r0, =0xE000ED08\n ldr r0, [r0]\n" /* VTOR: refused */
                   "cpsid i\n"                            /* ignored */
                   "msr control, %4\n"                    /* ignored */
                   "isb\n mrs %0, control\n"
                   "svc 9\n"
                   "mrs %1, primask\n mrs %2, control\n msr control, %4\n isb"
                   : "=&r"(control), "=&r"(primask), "=&r"(after)
                   : "r"(3), "r"(0)
                   : "r0", "r1", "r2", "r3", "r12", "lr", "memory");
    expect("CONTROL while unprivileged", control, 3);
    expect("CONTROL after the handler's write", after, 2);
    expect("PRIMASK", primask, 0);
    expect("SVC", svc_number, 9);
    expect("BusFaults", refused, 1);
    expect("BFSR", REG32(SCB_CFSR), 0x8200);
    expect("BFAR", REG32(SCB_BFAR), SCB_VTOR);
    finish();
}

/* Code that a program writes into RAM, over and over again, is the code that runs. */
void case_ram_code(void)
{
    static volatile uint16_t code[2] __attribute__((aligned(4)));
    uint32_t (*call)(void) = (uint32_t(*)(void))((uint32_t)code | 1);

    code[1] = 0x4770; /* bx lr */
    for (uint32_t i = 0; i < 200; i++) {
        code[0] = (uint16_t)(0x2000 | i); /* movs r0, #i */
        dsb();
        __asm volatile("isb");
        expect("result of the code", call(), i);
    }
    finish();
}
