/* SPDX-License-Identifier: MIT
 * What makes quiet blocks (cpu_blocks.h) with Unicorn 2.0.1. Functions of the library are replaced as
 * in engine_speed.c.
 *
 * 1. A quiet block is translated while the hook on each instruction has bounds that nothing lies in.
 * 2. For exact runs the blocks are looked up under another base of the code segment, which ARM does
 *    not have: both translations of a block are kept, and each kind goes on to its own kind.
 * 3. The slow way of a load or store notes where it was called from: from that, the engine knows the
 *    instruction. */
#include <stddef.h>

#include "cpu.h"

#define REPLACES __attribute__((visibility("default")))

/* The library's. */
bool cpu_restore_state_arm(void *core, uintptr_t from, bool will_exit);

void *tb_gen_code_arm(void *core, uint32_t pc, uint32_t base, uint32_t flags, int cflags);
void cpu_get_tb_cpu_state_arm(void *env, uint32_t *pc, uint32_t *base, uint32_t *flags);

/* Bounds of a hook: first > last means everywhere. */
#define EVERYWHERE_FIRST 1u
#define EVERYWHERE_LAST  0u
#define NOWHERE          UINT64_MAX

/* Of the engine that runs now; NULL outside. */
static struct engine_blocks *running;

static struct {
    void *(*generate)(void *, uint32_t, uint32_t, uint32_t, int);
    void (*get_state)(void *, uint32_t *, uint32_t *, uint32_t *);
} library;

/* The hook is an object of the library: its callback stands behind its bounds. */
static uint64_t *find_bounds(size_t insn_hook)
{
    uint64_t *words = (uint64_t *)insn_hook;

    for (unsigned i = 0; i < 6; i++)
        if (words[i] == EVERYWHERE_FIRST && words[i + 1] == EVERYWHERE_LAST)
            return &words[i];
    return NULL;
}

/* clang-format off */

/* The slow ways of loads and stores. oi: size and rights. A stored value is handed on as the register
 * that it comes in. */
#define LOADS(X)  X(ret_ldub) X(le_lduw) X(le_ldul) X(le_ldq) X(ret_ldsb) X(le_ldsw) X(le_ldsl)
#define STORES(X) X(ret_stb) X(le_stw) X(le_stl) X(le_stq)

#define LOAD_POINTER(name)  uint64_t (*(name))(void *, uint32_t, uint32_t, uintptr_t);
#define STORE_POINTER(name) void (*(name))(void *, uint32_t, uint64_t, uint32_t, uintptr_t);
static struct {
    LOADS(LOAD_POINTER)
    STORES(STORE_POINTER)
} access;

#define FIND(name) *(void **)&access.name = engine_function("helper_" #name "_mmu_arm");
static void find_accesses(void)
{
    LOADS(FIND)
    STORES(FIND)
}
/* clang-format on */

bool engine_blocks_open(struct engine_blocks *blocks, size_t insn_hook)
{
    *(void **)&library.generate = engine_function("tb_gen_code_arm");
    *(void **)&library.get_state = engine_function("cpu_get_tb_cpu_state_arm");
    blocks->hook_bounds = find_bounds(insn_hook);
    find_accesses();
    return blocks->hook_bounds != NULL;
}

void engine_blocks_in_use(struct engine_blocks *blocks)
{
    running = blocks;
}

void engine_find_pc(void *core, uintptr_t access_from)
{
    cpu_restore_state_arm(core, access_from, false);
}

REPLACES void cpu_get_tb_cpu_state_arm(void *env, uint32_t *pc, uint32_t *base, uint32_t *flags)
{
    library.get_state(env, pc, base, flags);
    *base = running && running->exact;
}

REPLACES void *tb_gen_code_arm(void *core, uint32_t pc, uint32_t base, uint32_t flags, int cflags)
{
    struct cpu_block *block = running && base == 0 ? &running->table[cpu_block_slot(pc)] : NULL;
    void *translated;

    if (!block || !cpu_block_is_quiet(block, pc))
        return library.generate(core, pc, base, flags, cflags);
    block->ticks = 0;
    running->hook_bounds[0] = running->hook_bounds[1] = NOWHERE;
    translated = library.generate(core, pc, base, flags, cflags);
    running->hook_bounds[0] = EVERYWHERE_FIRST;
    running->hook_bounds[1] = EVERYWHERE_LAST;
    return translated;
}

/* clang-format off */

#define LOAD(name)                                                                                 \
    uint64_t helper_##name##_mmu_arm(void *env, uint32_t addr, uint32_t oi, uintptr_t from);       \
    REPLACES uint64_t helper_##name##_mmu_arm(void *env, uint32_t addr, uint32_t oi,               \
                                              uintptr_t from)                                      \
    {                                                                                              \
        if (running)                                                                               \
            running->access_from = from;                                                           \
        return access.name(env, addr, oi, from);                                                   \
    }
LOADS(LOAD)

#define STORE(name)                                                                                \
    void helper_##name##_mmu_arm(void *env, uint32_t addr, uint64_t value, uint32_t oi,            \
                                 uintptr_t from);                                                  \
    REPLACES void helper_##name##_mmu_arm(void *env, uint32_t addr, uint64_t value, uint32_t oi,   \
                                          uintptr_t from)                                          \
    {                                                                                              \
        if (running)                                                                               \
            running->access_from = from;                                                           \
        access.name(env, addr, value, oi, from);                                                   \
    }
STORES(STORE)
