/* SPDX-License-Identifier: MIT
 * The engine and its loop. The engine stops before the next instruction when something has to be
 * attended to (cpu_hooks.c), and cpu_slice decides what.
 *
 * The engine is opened without its M-class flag, which would select another core. Host writes of
 * code need uc_ctl_remove_cache, and a stop from a register callback must not be resumed. */
#include "cpu.h"

#include <stdio.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "board.h"
#include "exception.h"

#define SLICE_TICKS 100000000ull /* 100,000 cycles: how long a signal may wait */

uint32_t cpu_reg(const struct board *b, int reg)
{
    uint32_t value = 0;

    uc_reg_read(b->cpu.uc, reg, &value);
    return value;
}

void cpu_set_reg(struct board *b, int reg, uint32_t value)
{
    uc_reg_write(b->cpu.uc, reg, &value);
}

uint32_t cpu_pc(const struct board *b)
{
    return b->cpu.running ? b->cpu.insn_addr : b->cpu.pc;
}

void cpu_attend(struct board *b)
{
    b->cpu.deadline = 0;
}

void cpu_send_event(struct board *b)
{
    b->cpu.event = true;
    cpu_attend(b);
}

uint32_t cpu_dsb_count(const struct board *b)
{
    return b->cpu.dsb_count;
}

void cpu_clock_changed(struct board *b)
{
    struct cpu *c = &b->cpu;

    c->base_ps = now_ps(b);
    c->base_ticks = c->ticks;
    c->clock_dirty = true;
    cpu_attend(b);
}

/* The new rate is known now: no tick has passed since cpu_clock_changed. */
static void learn_clock(struct board *b)
{
    if (!b->cpu.clock_dirty)
        return;
    b->cpu.clock_dirty = false;
    b->cpu.hclk_hz = rcc_hclk_hz(b);
    systick_clock_changed(b);
}

void cpu_code_changed(struct board *b, uint32_t addr, uint32_t bytes)
{
    uc_ctl_remove_cache(b->cpu.uc, (uint64_t)addr, (uint64_t)addr + bytes);
}

void cpu_refuse_access(struct board *b, uint32_t addr)
{
    b->cpu.bus_addr = addr;
    b->cpu.refused = true;
    cpu_attend(b);
}

void cpu_bus_fault_imprecise(struct board *b)
{
    b->cpu.imprecise_wanted = true;
    cpu_attend(b);
}

void cpu_guard_flash(struct board *b, bool armed)
{
    uint32_t rights = armed ? UC_PROT_EXEC : UC_PROT_EXEC | UC_PROT_READ;

    if (armed == b->cpu.flash_guarded)
        return;
    b->cpu.flash_guarded = armed;
    uc_mem_protect(b->cpu.uc, FLASH_AXI_BASE, b->memory.flash_bytes, rights);
    uc_mem_protect(b->cpu.uc, FLASH_ITCM_BASE, b->memory.flash_bytes, rights);
}

void cpu_pass_time(struct board *b, uint64_t at_ps)
{
    struct cpu *c = &b->cpu;

    while (now_ps(b) < at_ps && !b->run.done && !b->run.reset_wanted && !b->run.cut_wanted) {
        uint64_t next, ticks;

        learn_clock(b);
        next = alarm_next_ps(b);
        if (next == ALARM_NEVER && at_ps == ALARM_NEVER)
            return;
        ticks = alarm_ticks_at(b, next < at_ps ? next : at_ps);
        if (ticks > c->ticks)
            c->ticks = ticks;
        alarm_fire_due(b);
    }
    learn_clock(b);
}

static bool map_memories(struct board *b)
{
    uc_engine *uc = b->cpu.uc;
    uint8_t *flash = b->flash.array;
    uint32_t rx = UC_PROT_READ | UC_PROT_EXEC;

    if (uc_mem_map_ptr(uc, ITCM_BASE, ITCM_BYTES, UC_PROT_ALL, b->memory.itcm) ||
        uc_mem_map_ptr(uc, RAM_BASE, RAM_BYTES, UC_PROT_ALL, b->memory.ram) ||
        uc_mem_map_ptr(uc, FLASH_AXI_BASE, b->memory.flash_bytes, rx, flash) ||
        uc_mem_map_ptr(uc, FLASH_ITCM_BASE, b->memory.flash_bytes, rx, flash))
        return false;
    /* Only after a first write by the host does the engine discard the guest's own stores. */
    return !uc_mem_write(uc, FLASH_AXI_BASE, flash, 4) &&
           !uc_mem_write(uc, FLASH_ITCM_BASE, flash, 4);
}

bool cpu_open(struct board *b)
{
    struct cpu *c = &b->cpu;

    cpu_replace_slow_parts();
    c->hclk_hz = 16000000; /* HSI, until the first reset asks */
    c->ticks_per_insn = (uint32_t)param(b, PARAM_CPI_MILLI);
    c->engine.table = c->block;
    if (uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &c->uc) ||
        uc_ctl_set_cpu_model(c->uc, UC_CPU_ARM_CORTEX_M7) || !map_memories(b) ||
        !cpu_add_hooks(b) || uc_context_alloc(c->uc, &c->reset_context) ||
        uc_context_save(c->uc, c->reset_context)) {
        fprintf(stderr, "vboard: the Unicorn engine cannot be opened\n");
        return false;
    }
    return true;
}

void cpu_close(struct board *b)
{
    if (b->cpu.reset_context)
        uc_context_free(b->cpu.reset_context);
    if (b->cpu.uc)
        uc_close(b->cpu.uc);
}

void cpu_reset(struct board *b, uint32_t vtor)
{
    struct cpu *c = &b->cpu;
    uint32_t sp = 0, entry = 0;

    uc_context_restore(c->uc, c->reset_context);
    c->sleep = CPU_AWAKE;
    c->event = c->locked_up = c->imprecise_wanted = c->refused = c->entry_reached = false;
    c->entry_pc = 0;
    c->clock_dirty = true;
    c->base_ps = now_ps(b);
    c->base_ticks = c->ticks;
    learn_clock(b);
    b->scb.vtor = vtor;
    cpu_decoder_changed(b);
    memory_read_word(b, vtor, &sp);
    memory_read_word(b, vtor + 4, &entry);
    sp &= ~3u;
    cpu_set_reg(b, UC_ARM_REG_SP, sp);
    cpu_set_reg(b, UC_ARM_REG_LR, UINT32_MAX);
    cpu_set_reg(b, UC_ARM_REG_XPSR_NZCVQG, (entry & 1) << 24);
    c->pc = entry & ~1u;
    trace_event(b, "start", "\"vtor\":\"0x%08x\",\"pc\":\"0x%08x\",\"sp\":\"0x%08x\"", vtor, c->pc,
                sp);
    if (!(entry & 1))
        exception_fault(b, EXC_USAGE_FAULT, CFSR_INVSTATE);
}

static void fall_asleep(struct board *b, enum cpu_sleep how)
{
    b->cpu.sleep = how;
    if (b->scb.scr & SCR_SLEEPDEEP)
        finding(b, RULE_STOP_MODE, "SCR = 0x%08x", b->scb.scr);
}

static void undefined_insn(struct board *b)
{
    uint32_t first = cpu_half_word(b, b->cpu.insn_addr),
             second = cpu_half_word(b, b->cpu.insn_addr + 2);
    bool wide = first == 0xF3AF;

    if (first == 0xBF20 || (wide && second == 0x8002)) { /* WFE */
        if (!b->cpu.event)
            fall_asleep(b, CPU_WFE);
        b->cpu.event = false;
        b->cpu.pc = b->cpu.insn_addr + (wide ? 4 : 2);
    } else if (first == 0xBF10 || (wide && second == 0x8001)) { /* YIELD */
        b->cpu.pc = b->cpu.insn_addr + (wide ? 4 : 2);
    } else if (!(cpu_reg(b, UC_ARM_REG_XPSR) >> 24 & 1)) {
        exception_fault(b, EXC_USAGE_FAULT, CFSR_INVSTATE);
    } else {
        b->cpu.pc = b->cpu.insn_addr;
        exception_fault(b, EXC_USAGE_FAULT, CFSR_UNDEFINSTR);
    }
}

static void engine_trap(struct board *b)
{
    switch (b->cpu.stop_arg) {
    case 3: /* fetch from a region that the default map makes execute-never */
        exception_fault(b, EXC_MEM_MANAGE, CFSR_IACCVIOL);
        break;
    case 4:
        exception_fault(b, EXC_USAGE_FAULT, CFSR_UNALIGNED);
        break;
    case 7:
        exception_hard_fault(b, HFSR_DEBUGEVT); /* BKPT, and no debugger */
        break;
    case 17:
        exception_fault(b, EXC_USAGE_FAULT, CFSR_NOCP);
        break;
    case 18:
        exception_fault(b, EXC_USAGE_FAULT, CFSR_INVSTATE);
        break;
    default:
        exception_fault(b, EXC_USAGE_FAULT, CFSR_UNDEFINSTR);
        break;
    }
}

static void handle_stop(struct board *b, uc_err error)
{
    struct cpu *c = &b->cpu;

    c->pc = cpu_reg(b, UC_ARM_REG_PC);
    switch (c->stop) {
    case STOP_DEADLINE:
        if (c->refused) {
            c->refused = false;
            c->pc = c->insn_addr;
            exception_bus_fault(b, c->bus_addr, CFSR_PRECISERR);
        }
        break;
    case STOP_BEFORE:
        c->pc = c->stop_addr;
        break;
    case STOP_EXCEPTION_RETURN:
        exception_return(b, c->stop_arg);
        break;
    case STOP_SVC:
        exception_svc(b);
        break;
    case STOP_UNDEFINED:
        undefined_insn(b);
        break;
    case STOP_TRAP:
        c->pc = c->stop_addr;
        exception_fault(b, EXC_USAGE_FAULT, c->stop_arg);
        break;
    case STOP_ENGINE_TRAP:
        engine_trap(b);
        break;
    case STOP_BUS:
        exception_bus_fault(b, c->bus_addr, c->bus_fetch ? CFSR_IBUSERR : CFSR_PRECISERR);
        break;
    case STOP_NONE:
        if (error != UC_ERR_OK)
            exception_fault(b, EXC_USAGE_FAULT, CFSR_UNDEFINSTR);
        else if (!b->run.cut_wanted)
            fall_asleep(b, CPU_WFI);
        break;
    }
}

static void execute(struct board *b)
{
    struct cpu *c = &b->cpu;
    uint64_t next = alarm_ticks_at(b, alarm_next_ps(b));
    uc_err error;

    c->deadline = next < c->ticks + SLICE_TICKS ? next : c->ticks + SLICE_TICKS;
    c->stop = STOP_NONE;
    c->running = true;
    cpu_blocks_choose(b);
    cpu_pages_in_use(&c->pages);
    engine_blocks_in_use(&c->engine);
    error = uc_emu_start(c->uc, c->pc | 1, 0, 0, 0);
    engine_blocks_in_use(NULL);
    cpu_pages_in_use(NULL);
    c->running = false;
    if (c->scratch_page) {
        uc_mem_unmap(c->uc, c->scratch_page, CPU_PAGE_BYTES);
        c->scratch_page = 0;
    }
    handle_stop(b, error);
}

static bool wakes_up(struct board *b)
{
    struct cpu *c = &b->cpu;

    if (c->sleep == CPU_WFE && c->event)
        c->event = false;
    else if (c->sleep == CPU_WFE ? !nvic_due(b) : !nvic_wakes_wfi(b))
        return false;
    c->sleep = CPU_AWAKE;
    return true;
}

/* The core does nothing until the next alarm. */
static void idle(struct board *b)
{
    struct cpu *c = &b->cpu;
    uint64_t next = alarm_next_ps(b);

    if (c->locked_up && !board_watchdog_runs(b) &&
        b->alarms.at_ps[ALARM_POWER_CUT] == ALARM_NEVER) {
        board_end(b, VBOARD_LOCKED_UP, "locked up, and no watchdog runs");
        return;
    }
    if (alarm_only_timeline(b) && (b->trace.until || next == ALARM_NEVER)) {
        board_end(b, VBOARD_LOCKED_UP, "asleep, and nothing can wake the core");
        return;
    }
    if (param(b, PARAM_IDLE_SKIP) || c->locked_up) {
        cpu_pass_time(b, next);
    } else {
        c->ticks += c->ticks_per_insn;
        alarm_fire_due(b);
    }
}

/* How busy the core was, told when it sleeps. */
static void account_sleep(struct board *b, uint64_t from_ps)
{
    struct cpu *c = &b->cpu;
    uint64_t now = now_ps(b);
    uint64_t passed_ps = now - c->load.from_ps;

    c->load.slept_ps += now - from_ps;
    if (passed_ps < param(b, PARAM_CORE_LOAD_MS) * PS_PER_MS)
        return;
    trace_event(b, "core", "\"from_us\":%llu,\"busy_us\":%llu,\"calls\":%u",
                (unsigned long long)(c->load.from_ps / PS_PER_US),
                (unsigned long long)((passed_ps - c->load.slept_ps) / PS_PER_US), c->load.calls);
    c->load.from_ps = now;
    c->load.slept_ps = 0;
    c->load.calls = 0;
}

void cpu_slice(struct board *b)
{
    struct cpu *c = &b->cpu;
    unsigned n;

    learn_clock(b);
    alarm_fire_due(b);
    if (b->run.done || b->run.reset_wanted || b->run.cut_wanted)
        return;
    if (c->imprecise_wanted && !c->locked_up) {
        c->imprecise_wanted = false;
        exception_bus_fault(b, 0, CFSR_IMPRECISERR);
    }
    if (c->locked_up || (c->sleep != CPU_AWAKE && !wakes_up(b))) {
        uint64_t from = c->ticks;
        uint64_t from_ps = now_ps(b);

        idle(b);
        if (param(b, PARAM_CORE_LOAD_MS) != 0)
            account_sleep(b, from_ps);
        dwt_slept(b, c->ticks - from);
        return;
    }
    n = nvic_due(b);
    if (n)
        exception_enter(b, n);
    else
        execute(b);
}
