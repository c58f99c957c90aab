/* SPDX-License-Identifier: MIT
 * Unicorn 2.0.1 takes a lock over the pages of translated code at every store of the guest into
 * RAM: a tree is allocated and freed each time, about 40 ns. The lock is against other threads that
 * run the same engine; there are none here. These two functions take the place of the library's
 * own (it calls them by their exported names) and do nothing, which makes stores twice as fast. */
#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

void *page_collection_lock_arm(void *uc, uint64_t start, uint64_t end);
void page_collection_unlock_arm(void *pages);

__attribute__((visibility("default"))) void *page_collection_lock_arm(void *uc, uint64_t start,
                                                                      uint64_t end)
{
    (void)uc, (void)start, (void)end;
    return NULL; /* handed back to page_collection_unlock_arm, and never looked at */
}

__attribute__((visibility("default"))) void page_collection_unlock_arm(void *pages)
{
    (void)pages;
}

void cpu_replace_locks(void)
{
    /* Calling it makes the linker take this file out of the archive; that is all it takes. */
}
