/* SPDX-License-Identifier: MIT
 * The table of cases and their common helpers. */
#include "core.h"

volatile uint32_t order;
static int failed;

void expect(const char *what, uint32_t found, uint32_t wanted)
{
    if (found == wanted)
        return;
    failed = 1;
    say("wrong: ");
    say(what);
    say(" is ");
    say_hex(found);
    say(", wanted ");
    say_hex(wanted);
    say("\n");
}

void finish(void)
{
    if (!failed)
        say("ok\n");
}

void irq_enable(unsigned irq, uint8_t priority)
{
    REG8(NVIC_IPR + irq) = priority;
    REG32(NVIC_ISER + irq / 32 * 4) = 1u << irq % 32;
}

void irq_pend(unsigned irq)
{
    REG32(NVIC_ISPR + irq / 32 * 4) = 1u << irq % 32;
    dsb();
    __asm volatile("isb");
}

void cycles_start(void)
{
    REG32(DEMCR) |= 1u << 24;
    REG32(DWT_LAR) = 0xC5ACCE55;
    REG32(DWT_CYCCNT) = 0;
    REG32(DWT_CTRL) |= 1;
}

const struct rule_case core_cases[] = {
    {"nesting", case_nesting, 0},
    {"prigroup", case_prigroup, 0},
    {"tail-chain", case_tail_chain, 0},
    {"masks", case_masks, 0},
    {"level", case_level, 0},
    {"registers", case_registers, 0},
    {"svc-pendsv", case_svc_pendsv, 0},
    {"fp-frames", case_fp_frames, 0},
    {"ram-code", case_ram_code, 0},
    {"hot", case_hot, 0},
    {"tasks", case_tasks, 0},
    {"psp", case_psp, 0},
    {"unprivileged", case_unprivileged, 0},
    {"usage-faults", case_usage_faults, 0},
    {"bus-faults", case_bus_faults, 0},
    {"fetch-faults", case_fetch_faults, 0},
    {"escalation", case_escalation, 0},
    {"bad-return", case_bad_return, 0},
    {"even-vector", case_even_vector, 0},
    {"vector-table", case_vector_table, 0},
    {"lockup", case_lockup, 0},
    {"lockup-iwdg", case_lockup_iwdg, 0},
    {"wfi", case_wfi, 0},
    {"wfe", case_wfe, 0},
    {"sleep-for-ever", case_sleep_for_ever, 0},
    {"sleeponexit", case_sleeponexit, 0},
    {"systick", case_systick, 0},
    {"idle", case_idle, 0},
    {"reset", case_reset, 0},
    {0},
};
const struct rule_case *const case_tables[] = {core_cases, 0};
