/* SPDX-License-Identifier: MIT
 * Two tasks with stacks of their own, switched by PendSV at every SysTick, as an RTOS does it: FP
 * registers are kept only for a task that has used them. Each task's sums must come out right. */
#include "core.h"

#define STACK_WORDS 256
#define ROUNDS      4000u
#define STEPS       (28.0f * (float)ROUNDS / 8) /* 0 + 1 + ... + 7 in every 8 rounds */

static uint32_t stacks[2][STACK_WORDS] __attribute__((aligned(8)));
static uint32_t *volatile saved[2];
static volatile uint32_t current, switches, finished[2];
static volatile float sums[2];

__attribute__((used)) static uint32_t *next_task(uint32_t *sp)
{
    saved[current] = sp;
    current ^= 1;
    switches++;
    return saved[current];
}

__attribute__((naked)) static void on_pendsv(void)
{
    __asm volatile("mrs r0, psp\n tst lr, #0x10\n it eq\n vstmdbeq r0!, {s16-s31}\n"
                   "stmdb r0!, {r4-r11, lr}\n bl next_task\n"
                   "ldmia r0!, {r4-r11, lr}\n tst lr, #0x10\n it eq\n vldmiaeq r0!, {s16-s31}\n"
                   "msr psp, r0\n isb\n bx lr\n");
}

static void on_tick(void)
{
    REG32(SCB_ICSR) = 1u << 28;
}

__attribute__((noinline)) static void work(uint32_t task)
{
    float sum = 0, step = task ? 0.5f : 0.25f;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        sum += step * (float)(i & 7);
        sums[task] = sum;
    }
    finished[task] = 1;
    while (!(finished[0] && finished[1]))
        ;
}

static void task_1(void)
{
    work(1);
    for (;;)
        ;
}

/* Task 1 begins in a frame made by hand; task 0 is the thread that runs now. */
static void prepare(void)
{
    uint32_t *sp = stacks[1] + STACK_WORDS - 8;

    sp[6] = (uint32_t)task_1 & ~1u;
    sp[7] = 1u << 24;
    sp -= 9;
    sp[8] = 0xFFFFFFFD;
    saved[1] = sp;
    set_handler(14, on_pendsv);
    set_handler(15, on_tick);
    REG8(SCB_SHPR + 10) = 0xF0;
    REG8(SCB_SHPR + 11) = 0xF0;
}

/* On the process stack from here on; what lies on the main stack is left alone. */
__attribute__((noinline)) static void run_tasks(void)
{
    REG32(SYSTICK_LOAD) = 1599;
    REG32(SYSTICK_VAL) = 0;
    REG32(SYSTICK_CTRL) = 7;
    work(0);
    REG32(SYSTICK_CTRL) = 0;
}

/* Calls run with the process stack at top. */
__attribute__((noinline)) static void on_own_stack(void (*run)(void), uint32_t *top)
{
    __asm volatile("msr psp, %1\n movs r4, #2\n msr control, r4\n isb\n blx %0\n"
                   "movs r4, #0\n msr control, r4\n isb\n"
                   :
                   : "r"(run), "r"(top)
                   : "r0", "r1", "r2", "r3", "r4", "r12", "lr", "memory");
}

void case_tasks(void)
{
    REG32(SCB_CPACR) |= 0x00F00000;
    dsb();
    __asm volatile("isb");
    prepare();
    on_own_stack(run_tasks, stacks[0] + STACK_WORDS);
    expect("sum of task 0", sums[0] == 0.25f * STEPS, 1);
    expect("sum of task 1", sums[1] == 0.5f * STEPS, 1);
    expect("switches", switches > 20, 1);
    finish();
}
