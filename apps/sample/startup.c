/* SPDX-License-Identifier: MIT
 * Vector table and reset handler of the sample application. The table lies at the start of the
 * run area (after an image header, if there is one): application.ld. */
#include "startup.h"

#include "chip.h"
#include "console.h"

extern uint32_t stack_top[], ramcode_start[], ramcode_end[], data_start[], data_end[];
extern uint32_t bss_start[], bss_end[];
extern const uint32_t ramcode_load[], data_load[];

#define VECTOR_COUNT (16u + IRQ_COUNT)

union vector {
    void (*handler)(void);
    const void *stack;
};

static void copy_words(uint32_t *to, const uint32_t *end, const uint32_t *from)
{
    while (to < end)
        *to++ = *from++;
}

static void clear_words(uint32_t *from, const uint32_t *end)
{
    while (from < end)
        *from++ = 0;
}

void reset_handler(void)
{
    system_init(); /* first of all: it switches the FPU on, and any function may use it */
    copy_words(ramcode_start, ramcode_end, ramcode_load);
    copy_words(data_start, data_end, data_load);
    clear_words(bss_start, bss_end);
    chip_dsb();
    chip_isb();
    main();
    for (;;) {
    }
}

/* Every exception that nobody asked for: says which and stays. */
static void fault_handler(void)
{
    uint32_t ipsr;
    __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
    console_panic("Sample application: unexpected exception ", ipsr, SCB_CFSR);
    for (;;) {
    }
}

#define IRQ(n) [16u + (n)]

#define FAULT                                                                                      \
    {                                                                                              \
        .handler = fault_handler                                                                   \
    }
#define UNUSED_FROM_TO(first, last) [16u + (first)... 16u + (last)] = FAULT

__attribute__((section(".vectors"), used)) const union vector vectors[VECTOR_COUNT] = {
    [0] = {.stack = stack_top},
    [1] = {.handler = reset_handler},
    [2 ... 14] = FAULT,
    [15] = {.handler = systick_handler},
    UNUSED_FROM_TO(0, IRQ_EXTI3 - 1u),
    IRQ(IRQ_EXTI3) = {.handler = exti3_handler},
    UNUSED_FROM_TO(IRQ_EXTI3 + 1u, IRQ_EXTI15_10 - 1u),
    IRQ(IRQ_EXTI15_10) = {.handler = exti15_10_handler},
    UNUSED_FROM_TO(IRQ_EXTI15_10 + 1u, IRQ_UART4 - 1u),
    IRQ(IRQ_UART4) = {.handler = uart4_handler},
    UNUSED_FROM_TO(IRQ_UART4 + 1u, IRQ_COUNT - 1u),
};

static union vector ram_vectors[VECTOR_COUNT] __attribute__((aligned(512)));

void startup_vectors_to_ram(void)
{
    for (uint32_t i = 0; i < VECTOR_COUNT; i++)
        ram_vectors[i] = vectors[i];
    chip_dsb();
    SCB_VTOR = (uint32_t)(uintptr_t)ram_vectors;
    chip_dsb();
    chip_isb();
}
