/* SPDX-License-Identifier: MIT
 * Code that runs often. The board may carry it out in larger pieces than one instruction; a register,
 * a fault or an interrupt must still come at its own instruction, at its own time, and code that was
 * changed must run as it is now. Two copies of a loop tell: one is hot, the other runs for the first
 * time. */
#include "core.h"

#define RAM_END 0x20080000u
#define TIMES   300u

static uint32_t words[256];
static volatile uint32_t stacked_at, stacked_sum, stacked_left, hash;

/* uint32_t NAME(from, words): the sum; NAME_load is its load. */
#define SUM(name)                                                                                  \
    uint32_t name(const volatile uint32_t *from, uint32_t count);                                  \
    extern const uint16_t name##_load[];                                                           \
    __attribute__((naked, noinline, aligned(64))) uint32_t name(                                   \
        __attribute__((unused)) const volatile uint32_t *from,                                     \
        __attribute__((unused)) uint32_t count)                                                    \
    {                                                                                              \
        __asm volatile("movs r2, #0\n.global " #name "_load\n" #name "_load:\n"                    \
                       "ldr r3, [r0], #4\n adds r2, r2, r3\n subs r1, #1\n bne " #name "_load\n"   \
                       "mov r0, r2\n bx lr\n");                                                    \
    }
SUM(sum_hot)
SUM(sum_cold)
SUM(sum_interrupted)
SUM(sum_interrupted_cold)
SUM(sum_faulting)
SUM(sum_in_ram)

typedef uint32_t sum_fn(const volatile uint32_t *from, uint32_t count);

static void make_hot(sum_fn *sum)
{
    for (unsigned i = 0; i < TIMES; i++)
        expect("the sum", sum(words, 16), 16 * 17 / 2);
}

__attribute__((noinline)) static uint32_t cycles_of(sum_fn *sum, uint32_t count)
{
    uint32_t from = cycles();

    (void)sum(words, count);
    return cycles() - from;
}

/* When the loop reads the cycle counter. */
__attribute__((noinline)) static uint32_t moment_of(sum_fn *sum)
{
    uint32_t from = cycles();

    return sum((const volatile uint32_t *)DWT_CYCCNT, 1) - from;
}

__attribute__((used)) static void note(const uint32_t *frame)
{
    stacked_sum = frame[2];
    stacked_left = frame[1];
    stacked_at = frame[6];
    hash = hash * 31 + (frame[6] & 63);
}

__attribute__((naked)) static void on_tick(void)
{
    __asm volatile("mrs r0, msp\n b note\n");
}

__attribute__((used)) static void skip_load(uint32_t *frame)
{
    note(frame);
    REG32(SCB_CFSR) = REG32(SCB_CFSR);
    frame[1] = 1; /* the last one, as far as the loop knows */
    frame[6] += 4;
}

__attribute__((naked)) static void on_fault(void)
{
    __asm volatile("mrs r0, msp\n b skip_load\n");
}

__attribute__((noinline)) static uint32_t interrupted_at(sum_fn *sum)
{
    hash = 0;
    REG32(SYSTICK_LOAD) = 210;
    REG32(SYSTICK_VAL) = 0;
    REG32(SYSTICK_CTRL) = 7;
    for (unsigned i = 0; i < 20; i++)
        (void)sum(words, 256);
    REG32(SYSTICK_CTRL) = 0;
    return hash;
}

static void check_fault(void)
{
    volatile uint32_t *last = (volatile uint32_t *)(RAM_END - 8);

    last[0] = 5;
    last[1] = 6;
    make_hot(sum_faulting);
    (void)sum_faulting(last, 4);
    expect("stacked PC of the fault", stacked_at, (uint32_t)sum_faulting_load);
    expect("sum so far", stacked_sum, 11);
    expect("words left", stacked_left, 2);
    expect("BFAR", REG32(SCB_BFAR), RAM_END);
}

static uint16_t code[16] __attribute__((aligned(64)));

static void change_code(unsigned at, uint16_t half_word)
{
    code[at] = half_word;
    dsb();
    __asm volatile("isb");
}

static void check_changed_code(void)
{
    const uint16_t *from = (const uint16_t *)((uint32_t)sum_in_ram & ~1u);
    sum_fn *sum = (sum_fn *)((uint32_t)code | 1);
    unsigned load = (unsigned)(sum_in_ram_load - from);
    uint32_t taken;

    for (unsigned i = 0; i < 16; i++)
        change_code(i, from[i]);
    make_hot(sum);
    expect("ADDS", code[load + 2], 0x18D2);
    change_code(load + 2, 0x1AD2); /* SUBS r2, r2, r3 */
    expect("as it is now", sum(words, 16), 0u - 16 * 17 / 2);
    taken = cycles_of(sum, 200);
    change_code(load, 0x6803);     /* LDR r3, [r0] */
    change_code(load + 1, 0x3004); /* ADDS r0, #4: one more instruction in the same space */
    expect("cycles as it is now", cycles_of(sum, 200), taken + 200);
}

void case_hot(void)
{
    for (uint32_t i = 0; i < 256; i++)
        words[i] = i + 1;
    set_handler(15, on_tick);
    set_handler(5, on_fault);
    REG32(SCB_SHCSR) = 7u << 16;
    cycles_start();
    make_hot(sum_hot);
    expect("cycles", cycles_of(sum_hot, 200), cycles_of(sum_cold, 200));
    make_hot(sum_hot);
    expect("moment of a read", moment_of(sum_hot), moment_of(sum_cold));
    make_hot(sum_interrupted);
    expect("where interrupts come", interrupted_at(sum_interrupted),
           interrupted_at(sum_interrupted_cold));
    check_fault();
    check_changed_code();
    finish();
}
