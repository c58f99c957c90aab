/* SPDX-License-Identifier: MIT
 * Start-up, console and choice of the case: see rules.h. */
#include "rules.h"

#include <string.h>

#define RCC_AHB1ENR 0x40023830u
#define RCC_APB1ENR 0x40023840u
#define GPIOC       0x40020800u
#define UART4       0x40004C00u
#define SCB_VTOR    0xE000ED08u
#define VECTORS     126u

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
void reset_handler(void);
static void default_handler(void);

__attribute__((section(".vectors"), used)) static const struct {
    const void *stack;
    void (*handler[VECTORS - 1])(void);
} vectors = {stack_top, {reset_handler, [1 ... VECTORS - 2] = default_handler}};

static void (*ram_vectors[VECTORS])(void) __attribute__((aligned(512)));

void dsb(void)
{
    __asm volatile("dsb" ::: "memory");
}

void spin(uint32_t loops)
{
    for (volatile uint32_t i = 0; i < loops; i++)
        ;
}

void say(const char *text)
{
    for (; *text; text++) {
        while (!(REG32(UART4 + 0x1C) & 1u << 7)) /* TXE */
            ;
        REG32(UART4 + 0x28) = (uint8_t)*text;
    }
    while (!(REG32(UART4 + 0x1C) & 1u << 6)) /* TC */
        ;
}

void say_hex(uint32_t value)
{
    char text[9];

    for (int i = 0; i < 8; i++)
        text[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
    text[8] = 0;
    say(text);
}

void set_handler(unsigned n, void (*handler)(void))
{
    ram_vectors[n] = handler;
    dsb();
}

static void default_handler(void)
{
    uint32_t n;

    __asm volatile("mrs %0, ipsr" : "=r"(n));
    say("exception ");
    say_hex(n);
    say(" cfsr ");
    say_hex(REG32(0xE000ED28));
    say("\ndone\n");
    for (;;)
        ;
}

static void console_init(void)
{
    REG32(RCC_AHB1ENR) |= 1u << 2;
    REG32(RCC_APB1ENR) |= 1u << 19;
    (void)REG32(RCC_APB1ENR);
    REG32(GPIOC + 0x24) = 8u << 8; /* PC10 is UART4_TX */
    REG32(GPIOC + 0x00) = 2u << 20;
    REG32(UART4 + 0x0C) = 16000000 / 115200;
    REG32(UART4 + 0x00) = 1u << 3 | 1u;
}

/* True when the case was among these. */
static int run_case(const struct rule_case *cases, const char *select)
{
    size_t length;

    for (; cases->rule; cases++) {
        length = strlen(cases->rule);
        if (strncmp(select, cases->rule, length) != 0 || select[length] != ' ')
            continue;
        if (strcmp(select + length + 1, "obey") == 0)
            cases->obey();
        else if (strcmp(select + length + 1, "break") == 0)
            cases->break_it();
        else
            return 0;
        return 1;
    }
    return 0;
}

void reset_handler(void)
{
    const struct rule_case *const *table;
    char select[64];

    memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
    memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
    memcpy(ram_vectors, &vectors, sizeof ram_vectors);
    REG32(SCB_VTOR) = (uint32_t)ram_vectors;
    dsb();
    console_init();
    memcpy(select, (const void *)SELECT_ADDR, sizeof select);
    select[sizeof select - 1] = 0;
    for (table = case_tables; *table && !run_case(*table, select); table++)
        ;
    if (!*table)
        say("no such case\n");
    say("done\n");
    for (;;)
        ;
}
