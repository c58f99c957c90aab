/* SPDX-License-Identifier: MIT
 * The engine's hooks. They only record and stop; cpu_slice (cpu.c) decides. The hook on every
 * instruction counts time and looks at the few instructions that the engine does not carry out as
 * the chip does. Inside an IT block the engine defers a stop to the block's end. */
#include <string.h>
#include <unicorn/unicorn.h>

#include "board.h"

static __attribute__((noinline)) void stop(struct board *b, enum cpu_stop why, uint32_t arg)
{
    struct cpu *c = &b->cpu;

    if (c->stop == STOP_NONE || c->stop == STOP_DEADLINE) {
        c->stop = why;
        c->stop_arg = arg;
        c->stop_addr = c->insn_addr;
    }
    uc_emu_stop(c->uc);
}

void cpu_stop_before(struct board *b)
{
    stop(b, STOP_BEFORE, 0);
}

uint32_t cpu_half_word(const struct board *b, uint32_t addr)
{
    const uint8_t *at = memory_at(b, addr, 2);

    return at ? (uint32_t)(at[0] | at[1] << 8) : 0;
}

/* LDM, STM, LDRD, STRD and the exclusives fault on an address that is not a multiple of 4. */
static bool unaligned_base(const struct board *b, uint32_t first)
{
    unsigned rn = first < 0xD000 ? first >> 8 & 7 : first & 15;

    return (cpu_reg(b, UC_ARM_REG_R0 + (int)rn) & 3) != 0;
}

static bool divides_by_zero(const struct board *b, uint32_t second)
{
    unsigned rm = second & 15;

    return rm < 13 && cpu_reg(b, UC_ARM_REG_R0 + (int)rm) == 0;
}

/* An instruction whose first half-word is in the `special` table is about to run. */
static __attribute__((noinline)) void look_at(struct board *b, uint32_t addr, uint32_t first)
{
    struct cpu *c = &b->cpu;
    uint32_t second = cpu_half_word(b, addr + 2);

    if (first == 0xBF40 || (first == 0xF3AF && second == 0x8004)) {
        c->event = true; /* SEV */
    } else if (first == 0xF3BF) {
        if ((second & 0xFFF0) == 0x8F40)
            c->dsb_count++;
    } else if ((first & 0xFFE0) == 0xB660 || (first & 0xFFE0) == 0xF380) {
        if (b->nvic.pending_count)
            cpu_attend(b); /* CPS, MSR: a mask may open */
    } else if ((first & 0xFFD0) == 0xFB90) {
        if ((b->scb.ccr & CCR_DIV_0_TRP) && divides_by_zero(b, second))
            stop(b, STOP_TRAP, CFSR_DIVBYZERO);
    } else if (first < 0xD000 || (first & 0xFE00) == 0xE800) {
        if (unaligned_base(b, first))
            stop(b, STOP_TRAP, CFSR_UNALIGNED);
    } else if ((first & 0xEC00) == 0xEC00 && (second & 0xE00) == 0xA00) {
        stop(b, STOP_TRAP, CFSR_NOCP);
    }
}

static void look_at_special(struct board *b, uint32_t addr, const uint8_t *insn)
{
    uint32_t first = (uint32_t)(insn[0] | insn[1] << 8);

    if (b->cpu.special[first >> 3] >> (first & 7) & 1)
        look_at(b, addr, first);
}

/* Execution has come to another memory. */
static __attribute__((noinline)) void change_memory(struct board *b, uint32_t addr)
{
    struct cpu *c = &b->cpu;

    c->code = memory_around(b, addr, &c->code_base, &c->code_bytes);
    c->code_bytes = c->code ? c->code_bytes - 1 : 0; /* an instruction has two bytes at least */
    if (c->code)
        look_at_special(b, addr, c->code + (addr - c->code_base));
}

/* Runs for every instruction: what is rare is kept out of it. */
static void on_insn(uc_engine *uc, uint64_t address, uint32_t bytes, void *user)
{
    struct board *b = user;
    struct cpu *c = &b->cpu;
    uint32_t addr = (uint32_t)address, off = addr - c->code_base;

    (void)uc;
    (void)bytes;
    if (c->ticks >= c->deadline) {
        stop(b, STOP_DEADLINE, 0);
        return;
    }
    c->ticks += c->ticks_per_insn;
    c->insn_addr = addr;
    if (off >= c->code_bytes)
        change_memory(b, addr);
    else
        look_at_special(b, addr, c->code + off);
}

/* Most blocks: all that happens is that their time is counted. */
static inline bool runs_quiet(struct cpu *c, uint32_t addr)
{
    struct cpu_block *block = &c->block[cpu_block_slot(addr)];

    if (c->engine.exact || !cpu_block_is_quiet(block, addr) || block->ticks == 0 ||
        c->ticks + block->ticks >= c->deadline)
        return false;
    c->ticks += block->ticks;
    c->insn_addr = addr;
    c->quiet = block;
    return true;
}

static void on_block(uc_engine *uc, uint64_t address, uint32_t bytes, void *user)
{
    struct board *b = user;
    struct cpu *c = &b->cpu;
    uint32_t addr = (uint32_t)address;

    (void)uc;
    if (c->flash_guarded && memory_is_flash(addr))
        flash_read_while_busy(b, addr);
    if (addr == c->entry_pc && c->entry_pc) {
        c->entry_pc = 0;
        c->entry_reached = true;
        cpu_attend(b);
    }
    if (!runs_quiet(c, addr))
        cpu_block_begins(b, addr, bytes);
}

static void on_intr(uc_engine *uc, uint32_t number, void *user)
{
    struct board *b = user;

    (void)uc;
    if (number == 8)
        stop(b, STOP_EXCEPTION_RETURN, cpu_reg(b, UC_ARM_REG_PC) | 1);
    else if (number == 2)
        stop(b, STOP_SVC, 0);
    else
        stop(b, STOP_ENGINE_TRAP, number);
}

static bool on_undefined(uc_engine *uc, void *user)
{
    (void)uc;
    stop(user, STOP_UNDEFINED, 0);
    return false;
}

static uint64_t scratch_read(uc_engine *uc, uint64_t off, unsigned bytes, void *user)
{
    (void)uc, (void)off, (void)bytes;
    cpu_block_left(user);
    return 0;
}

static void scratch_write(uc_engine *uc, uint64_t off, unsigned bytes, uint64_t value, void *user)
{
    (void)uc, (void)off, (void)bytes, (void)value;
    cpu_block_left(user);
}

/* The access goes on without effect: the page exists until the engine stops. */
static bool lend_page(struct board *b, uint32_t addr)
{
    uint32_t page = addr & ~(CPU_PAGE_BYTES - 1);

    if (b->cpu.scratch_page == 0 && uc_mmio_map(b->cpu.uc, page, CPU_PAGE_BYTES, scratch_read, b,
                                                scratch_write, b) == UC_ERR_OK)
        b->cpu.scratch_page = page;
    cpu_attend(b);
    return b->cpu.scratch_page == page;
}

static bool ignores_bus_faults(const struct board *b)
{
    return (b->scb.ccr & CCR_BFHFNMIGN) && nvic_execution_priority(b, false) < 0;
}

static bool is_fetch(uc_mem_type type)
{
    return type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT;
}

/* Nothing answers at this address: reads fault precisely, writes are posted (RM0410 2.1). */
static bool on_unmapped(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes, int64_t value,
                        void *user)
{
    struct board *b = user;
    uint32_t addr = (uint32_t)address;

    (void)uc, (void)bytes, (void)value;
    if (is_fetch(type))
        b->cpu.quiet = NULL; /* it has ended */
    else if (cpu_block_left(b))
        return false;
    if (type == UC_MEM_READ_UNMAPPED && ignores_bus_faults(b)) {
        b->scb.cfsr |= CFSR_PRECISERR | CFSR_BFARVALID;
        b->scb.bfar = addr;
        return lend_page(b, addr);
    }
    if (type == UC_MEM_WRITE_UNMAPPED && lend_page(b, addr)) {
        if (ignores_bus_faults(b))
            b->scb.cfsr |= CFSR_IMPRECISERR;
        else
            cpu_bus_fault_imprecise(b);
        return true;
    }
    if (type == UC_MEM_FETCH_PROT)
        bus_fetch(b, addr);
    b->cpu.bus_addr = addr;
    b->cpu.bus_fetch = is_fetch(type);
    b->cpu.stop = STOP_BUS;
    return false;
}

static bool on_flash_access(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes,
                            int64_t value, void *user)
{
    struct board *b = user;
    uint64_t mask = bytes >= 8 ? UINT64_MAX : (1ull << (8 * bytes)) - 1;

    (void)uc;
    if (cpu_block_left(b))
        return false;
    if (type == UC_MEM_WRITE_PROT)
        flash_store(b, (uint32_t)address, (unsigned)bytes, (uint64_t)value & mask);
    else
        flash_read_while_busy(b, (uint32_t)address);
    if (b->cpu.flash_guarded && type == UC_MEM_READ_PROT)
        cpu_guard_flash(b, false); /* held up by a reset or a cut: let the access end */
    return true;
}

static void mark(uint8_t *special, uint32_t from, uint32_t to)
{
    for (uint32_t hw = from; hw <= to; hw++)
        special[hw >> 3] |= (uint8_t)(1u << (hw & 7));
}

void cpu_decoder_changed(struct board *b)
{
    uint8_t special[sizeof b->cpu.special] = {0};

    mark(special, 0xBF40, 0xBF40);                /* SEV */
    mark(special, 0xB660, 0xB67F);                /* CPS */
    mark(special, 0xF380, 0xF39F);                /* MSR */
    mark(special, 0xF3AF, 0xF3AF);                /* wide hints */
    mark(special, 0xF3BF, 0xF3BF);                /* barriers */
    mark(special, 0xC000, 0xCFFF);                /* STM, LDM */
    for (uint32_t hw = 0xE840; hw < 0xEA00; hw++) /* STRD, LDRD, LDM, STM, exclusives */
        if ((hw & 15) < 13 && (hw & 0xFFE0) != 0xE8C0)
            mark(special, hw, hw);
    if (b->scb.ccr & CCR_DIV_0_TRP) {
        mark(special, 0xFB90, 0xFB9F); /* SDIV */
        mark(special, 0xFBB0, 0xFBBF); /* UDIV */
    }
    if ((b->scb.cpacr & CPACR_FPU_ON) != CPACR_FPU_ON) {
        mark(special, 0xEC00, 0xEEFF);
        mark(special, 0xFC00, 0xFEFF);
    }
    if (memcmp(special, b->cpu.special, sizeof special) == 0)
        return;
    memcpy(b->cpu.special, special, sizeof special);
    cpu_blocks_forget(b);
}

bool cpu_add_hooks(struct board *b)
{
    const struct {
        int type;
        void *callback;
    } hooks[] = {
        {UC_HOOK_BLOCK, (void *)on_block},
        {UC_HOOK_CODE, (void *)on_insn},
        {UC_HOOK_INTR, (void *)on_intr},
        {UC_HOOK_INSN_INVALID, (void *)on_undefined},
        {UC_HOOK_MEM_UNMAPPED | UC_HOOK_MEM_FETCH_PROT, (void *)on_unmapped},
        {UC_HOOK_MEM_WRITE_PROT | UC_HOOK_MEM_READ_PROT, (void *)on_flash_access},
    };
    uc_hook handle, insn_hook = 0;

    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
        if (uc_hook_add(b->cpu.uc, &handle, hooks[i].type, hooks[i].callback, b, 1, 0))
            return false;
        if (hooks[i].type == UC_HOOK_CODE)
            insn_hook = handle;
    }
    return engine_blocks_open(&b->cpu.engine, insn_hook);
}
