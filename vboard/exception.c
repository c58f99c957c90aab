/* SPDX-License-Identifier: MIT
 * Exception entry, return and faults of ARMv7-M (B1.5.6 to B1.5.14). The engine has no exceptions of
 * its own; the order in which its registers are written matters, as it banks SP by IPSR and CONTROL
 * and caches the execution mode. FP state is stacked at once, which firmware cannot tell from lazy
 * stacking. */
#include "exception.h"

#include <string.h>
#include <unicorn/unicorn.h>

#include "board.h"

#define FRAME_BYTES    0x20u
#define FP_FRAME_BYTES 0x68u
#define XPSR_T         (1u << 24)
#define XPSR_ALIGNED   (1u << 9)
#define CONTROL_NPRIV  1u
#define CONTROL_SPSEL  2u
#define CONTROL_FPCA   4u
#define RETURN_HANDLER 0xFFFFFFF1u
#define RETURN_MSP     0xFFFFFFF9u
#define RETURN_PSP     0xFFFFFFFDu
#define RETURN_NO_FP   0x10u

static const int core_regs[6] = {UC_ARM_REG_R0, UC_ARM_REG_R1,  UC_ARM_REG_R2,
                                 UC_ARM_REG_R3, UC_ARM_REG_R12, UC_ARM_REG_LR};

/* The engine works out its execution mode anew only on this path. */
static void sync_mode(struct board *b)
{
    cpu_set_reg(b, UC_ARM_REG_APSR_NZCV, cpu_reg(b, UC_ARM_REG_APSR_NZCV));
}

static void add_cycles(struct board *b, enum param_id id)
{
    b->cpu.ticks += param(b, id) * TICKS_PER_CYCLE;
}

static void lock_up(struct board *b, const char *why)
{
    if (b->cpu.locked_up)
        return;
    b->cpu.locked_up = true;
    trace_event(b, "lockup", "\"pc\":\"0x%08x\",\"cfsr\":\"0x%08x\",\"hfsr\":\"0x%08x\"", b->cpu.pc,
                b->scb.cfsr, b->scb.hfsr);
    fprintf(stderr, "vboard: lock-up at 0x%08x: %s (CFSR 0x%08x, HFSR 0x%08x)\n", b->cpu.pc, why,
            b->scb.cfsr, b->scb.hfsr);
}

static bool handler_mode(const struct board *b)
{
    return (cpu_reg(b, UC_ARM_REG_IPSR) & 0x1FF) != 0;
}

/* Goes to exception n's handler: vector, mode and LR; the frame is stacked already. */
static void take(struct board *b, unsigned n, uint32_t lr)
{
    uint32_t vector, npriv = cpu_reg(b, UC_ARM_REG_CONTROL) & CONTROL_NPRIV;

    /* A vector is read over the bus like any data: from a busy flash it comes late. */
    if (b->cpu.flash_guarded && memory_is_flash(b->scb.vtor))
        flash_read_while_busy(b, b->scb.vtor + 4 * n);
    if (!memory_read_word(b, b->scb.vtor + 4 * n, &vector)) {
        b->scb.hfsr |= HFSR_VECTTBL;
        if (n <= EXC_HARD_FAULT || nvic_execution_priority(b, false) < 0 ||
            !memory_read_word(b, b->scb.vtor + 4 * EXC_HARD_FAULT, &vector)) {
            lock_up(b, "the vector table cannot be read");
            return;
        }
        n = EXC_HARD_FAULT;
    }
    nvic_activate(b, n);
    /* While unprivileged the engine ignores writes of CONTROL: handler mode first. */
    cpu_set_reg(b, UC_ARM_REG_IEPSR, n | (vector & 1 ? XPSR_T : 0));
    cpu_set_reg(b, UC_ARM_REG_CONTROL, 0);
    cpu_set_reg(b, UC_ARM_REG_IPSR, 0);
    cpu_set_reg(b, UC_ARM_REG_CONTROL, 0);
    cpu_set_reg(b, UC_ARM_REG_IPSR, n);
    cpu_set_reg(b, UC_ARM_REG_CONTROL, npriv);
    cpu_set_reg(b, UC_ARM_REG_LR, lr);
    sync_mode(b);
    b->cpu.pc = vector & ~1u;
    b->cpu.event = true;
    if (!(vector & 1))
        exception_fault(b, EXC_USAGE_FAULT, CFSR_INVSTATE);
}

static void stack_fp(struct board *b, uint8_t *at, uint32_t addr)
{
    uint32_t word;

    for (int i = 0; i < 16; i++) {
        word = cpu_reg(b, UC_ARM_REG_S0 + i);
        memcpy(at + 0x20 + 4 * (size_t)i, &word, 4);
    }
    word = cpu_reg(b, UC_ARM_REG_FPSCR);
    memcpy(at + 0x60, &word, 4);
    b->scb.fpcar = addr + 0x20;
    cpu_set_reg(b, UC_ARM_REG_FPSCR, b->scb.fpdscr);
}

/* Puts the frame on the current stack; false: a bus error on the way. */
static bool stack_frame(struct board *b, bool fp)
{
    uint32_t sp = cpu_reg(b, UC_ARM_REG_SP), xpsr = cpu_reg(b, UC_ARM_REG_XPSR);
    uint32_t bytes = fp ? FP_FRAME_BYTES : FRAME_BYTES, addr = (sp - bytes) & ~7u;
    uint32_t frame[8];
    uint8_t *at = memory_is_flash(addr) ? NULL : memory_at(b, addr, bytes);

    cpu_set_reg(b, UC_ARM_REG_SP, addr);
    if (!at)
        return false;
    for (unsigned i = 0; i < 6; i++)
        frame[i] = cpu_reg(b, core_regs[i]);
    frame[6] = b->cpu.pc;
    frame[7] = (xpsr & ~XPSR_ALIGNED) | (sp & 4 ? XPSR_ALIGNED : 0);
    memcpy(at, frame, sizeof frame);
    if (fp)
        stack_fp(b, at, addr);
    return true;
}

void exception_enter(struct board *b, unsigned n)
{
    uint32_t control = cpu_reg(b, UC_ARM_REG_CONTROL), lr;
    bool fp = (control & CONTROL_FPCA) && (b->scb.fpccr & FPCCR_ASPEN);

    lr = handler_mode(b) ? RETURN_HANDLER : control & CONTROL_SPSEL ? RETURN_PSP : RETURN_MSP;
    if (fp)
        lr &= ~RETURN_NO_FP;
    if (!stack_frame(b, fp)) {
        /* The derived fault competes with n; n stays pending if it loses (B1.5.11). */
        nvic_pend(b, n);
        exception_fault(b, EXC_BUS_FAULT, CFSR_STKERR);
        if (b->cpu.locked_up)
            return;
        n = nvic_best_pending(b);
    }
    add_cycles(b, PARAM_IRQ_ENTRY_CYCLES);
    alarm_fire_due(b);
    /* Late arrival: what has come during stacking goes first if it has a higher priority. */
    if (nvic_best_pending(b) &&
        nvic_group_priority(b, nvic_best_pending(b)) < nvic_group_priority(b, n)) {
        nvic_pend(b, n);
        n = nvic_best_pending(b);
    }
    take(b, n, lr);
}

/* Faults of the return itself: no frame is stacked for them, the old one stays where it is. */
static void return_fault(struct board *b, uint32_t exc_return, unsigned n, uint32_t cfsr_bits)
{
    cpu_set_reg(b, UC_ARM_REG_LR, exc_return);
    exception_fault(b, n, cfsr_bits);
    if (b->cpu.locked_up)
        return;
    take(b, nvic_best_pending(b), exc_return);
}

static bool return_is_valid(const struct board *b, uint32_t exc_return)
{
    switch (exc_return | RETURN_NO_FP) {
    case RETURN_HANDLER:
        return b->nvic.active_count > 1;
    case RETURN_MSP:
    case RETURN_PSP:
        return b->nvic.active_count == 1 || (b->scb.ccr & 1); /* NONBASETHRDENA */
    default:
        return false;
    }
}

static void unstack_fp(struct board *b, const uint8_t *at)
{
    uint32_t word;

    for (int i = 0; i < 16; i++) {
        memcpy(&word, at + 0x20 + 4 * (size_t)i, 4);
        cpu_set_reg(b, UC_ARM_REG_S0 + i, word);
    }
    memcpy(&word, at + 0x60, 4);
    cpu_set_reg(b, UC_ARM_REG_FPSCR, word);
}

/* Takes the frame off the stack and goes on where it says; false: a bus error. */
static bool unstack_frame(struct board *b, uint32_t exc_return)
{
    bool thread = exc_return & 8, psp = exc_return & 4, fp = !(exc_return & RETURN_NO_FP);
    int stack = psp ? UC_ARM_REG_PSP : UC_ARM_REG_MSP;
    uint32_t sp = cpu_reg(b, stack), bytes = fp ? FP_FRAME_BYTES : FRAME_BYTES, frame[8], control;
    const uint8_t *at = memory_at(b, sp & ~3u, bytes);

    if (!at)
        return false;
    memcpy(frame, at, sizeof frame);
    for (unsigned i = 0; i < 6; i++)
        cpu_set_reg(b, core_regs[i], frame[i]);
    if (fp)
        unstack_fp(b, at);
    control = cpu_reg(b, UC_ARM_REG_CONTROL) & CONTROL_NPRIV;
    cpu_set_reg(b, UC_ARM_REG_CONTROL, 0); /* still in handler mode */
    cpu_set_reg(b, stack, (sp + bytes) | (frame[7] & XPSR_ALIGNED ? 4 : 0));
    cpu_set_reg(b, UC_ARM_REG_XPSR_NZCVQG, frame[7] & ~XPSR_ALIGNED);
    cpu_set_reg(b, UC_ARM_REG_CONTROL,
                control | (thread && psp ? CONTROL_SPSEL : 0) | (fp ? CONTROL_FPCA : 0));
    sync_mode(b);
    b->cpu.pc = frame[6] & ~1u;
    if (((frame[7] & 0x1FF) == 0) != thread)
        exception_fault(b, EXC_USAGE_FAULT, CFSR_INVPC);
    else if (!(frame[7] & XPSR_T))
        exception_fault(b, EXC_USAGE_FAULT, CFSR_INVSTATE);
    return true;
}

void exception_return(struct board *b, uint32_t exc_return)
{
    unsigned n = cpu_reg(b, UC_ARM_REG_IPSR) & 0x1FF, next;
    bool valid = b->nvic.active[n] && return_is_valid(b, exc_return);

    if (n != EXC_NMI)
        cpu_set_reg(b, UC_ARM_REG_FAULTMASK, 0);
    nvic_deactivate(b, n);
    if (!valid) {
        return_fault(b, exc_return, EXC_USAGE_FAULT, CFSR_INVPC);
        return;
    }
    alarm_fire_due(b);
    next = nvic_due(b);
    if (next) {
        add_cycles(b, PARAM_TAIL_CHAIN_CYCLES);
        take(b, next, exc_return);
        return;
    }
    if (!unstack_frame(b, exc_return)) {
        return_fault(b, exc_return, EXC_BUS_FAULT, CFSR_UNSTKERR);
        return;
    }
    add_cycles(b, PARAM_IRQ_EXIT_CYCLES);
    b->cpu.event = true;
    if ((b->scb.scr & SCR_SLEEPONEXIT) && (exc_return & 8))
        b->cpu.sleep = CPU_WFI;
}

void exception_fault(struct board *b, unsigned n, uint32_t cfsr_bits)
{
    int priority = nvic_execution_priority(b, false);

    b->scb.cfsr |= cfsr_bits;
    trace_event(b, "fault", "\"exception\":%u,\"pc\":\"0x%08x\",\"cfsr\":\"0x%08x\"", n, b->cpu.pc,
                b->scb.cfsr);
    if (n != EXC_HARD_FAULT && b->nvic.enabled[n] && nvic_group_priority(b, n) < priority) {
        nvic_pend(b, n);
        return;
    }
    if (priority <= -1) {
        lock_up(b, "a fault inside a HardFault or NMI handler");
        return;
    }
    b->scb.hfsr |= HFSR_FORCED;
    nvic_pend(b, EXC_HARD_FAULT);
}

void exception_bus_fault(struct board *b, uint32_t addr, uint32_t cfsr_bits)
{
    if (cfsr_bits & CFSR_PRECISERR) {
        b->scb.bfar = addr;
        cfsr_bits |= CFSR_BFARVALID;
    }
    exception_fault(b, EXC_BUS_FAULT, cfsr_bits);
}

void exception_svc(struct board *b)
{
    int priority = nvic_execution_priority(b, false);

    if (nvic_group_priority(b, EXC_SVCALL) < priority) {
        nvic_pend(b, EXC_SVCALL);
        return;
    }
    exception_fault(b, EXC_HARD_FAULT, 0);
}

void exception_hard_fault(struct board *b, uint32_t hfsr_bits)
{
    if (nvic_execution_priority(b, false) <= -1) {
        lock_up(b, "a breakpoint inside a HardFault or NMI handler");
        return;
    }
    b->scb.hfsr |= hfsr_bits;
    nvic_pend(b, EXC_HARD_FAULT);
}
