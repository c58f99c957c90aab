/* SPDX-License-Identifier: MIT
 * Counts how often a function is called, for `core` events. A stop right before its first instruction
 * makes one call two. */
#include <unicorn/unicorn.h>

#include "board.h"

static void on_call(uc_engine *uc, uint64_t address, uint32_t bytes, void *user)
{
    struct board *b = user;

    (void)uc, (void)address, (void)bytes;
    b->cpu.load.calls++;
}

bool cpu_count_calls(struct board *b)
{
    uint64_t addr = param(b, PARAM_CORE_COUNT_ADDR) & ~1ull;
    uc_hook handle;

    return addr == 0 || uc_hook_add(b->cpu.uc, &handle, UC_HOOK_BLOCK, (void *)on_call, b, addr,
                                    addr) == UC_ERR_OK;
}
