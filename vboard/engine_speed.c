/* SPDX-License-Identifier: MIT
 * Cures for two slow places of Unicorn 2.0.1, which make it twice as fast. The functions here take
 * the place of the library's own: it calls them by their exported names.
 *
 * 1. At every store of the guest into RAM it locks the pages of translated code: a tree is allocated
 *    and freed. The lock is against other threads that run the same engine; there are none here.
 * 2. Every store takes the long way, because the engine marks each page "may hold translated code"
 *    and never takes the mark off. Here it is taken off at the first store into a page that no code
 *    was ever translated from; when code is, the page's entry is thrown away, so that the next store
 *    finds the mark again. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cpu.h"
#include "memory.h"

void *page_collection_lock_arm(void *uc, uint64_t start, uint64_t end);
void page_collection_unlock_arm(void *locked);
void *memory_mapping(void *uc, uint64_t addr);
void tb_invalidate_phys_page_fast_arm(void *uc, void *locked, uint64_t place, int bytes,
                                      uintptr_t from);
void tlb_protect_code_arm(void *uc, uint64_t place);
void tlb_set_page_with_attrs_arm(void *core, uint32_t addr, uint64_t phys, uint32_t attributes,
                                 int rights, int mmu_index, uint32_t bytes);
/* The library's. */
void tlb_set_dirty_arm(void *core, uint32_t addr);
void tlb_flush_page_arm(void *core, uint32_t addr);

#define REPLACES __attribute__((visibility("default")))

/* Of the engine that runs now; NULL outside. */
static struct engine_pages *running;

static struct {
    void *(*memory_mapping)(void *, uint64_t);
    void (*invalidate)(void *, void *, uint64_t, int, uintptr_t);
    void (*set_page)(void *, uint32_t, uint64_t, uint32_t, int, int, uint32_t);
} library;

void *engine_function(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (!found) {
        fprintf(stderr, "vboard: the Unicorn library has no %s: another version?\n", name);
        exit(EXIT_FAILURE);
    }
    return found;
}

void cpu_replace_slow_parts(void)
{
    if (library.set_page)
        return;
    *(void **)&library.memory_mapping = engine_function("memory_mapping");
    *(void **)&library.invalidate = engine_function("tb_invalidate_phys_page_fast_arm");
    *(void **)&library.set_page = engine_function("tlb_set_page_with_attrs_arm");
}

void cpu_pages_in_use(struct engine_pages *pages)
{
    running = pages;
}

REPLACES void *page_collection_lock_arm(void *uc, uint64_t start, uint64_t end)
{
    (void)uc, (void)start, (void)end;
    return NULL; /* handed back to page_collection_unlock_arm, and never looked at */
}

REPLACES void page_collection_unlock_arm(void *locked)
{
    (void)locked;
}

/* The long way of a load or store begins here. */
REPLACES void *memory_mapping(void *uc, uint64_t addr)
{
    if (running)
        running->slow_addr = (uint32_t)addr;
    return library.memory_mapping(uc, addr);
}

REPLACES void tlb_set_page_with_attrs_arm(void *core, uint32_t addr, uint64_t phys,
                                          uint32_t attributes, int rights, int mmu_index,
                                          uint32_t bytes)
{
    if (running)
        running->core = core;
    library.set_page(core, addr, phys, attributes, rights, mmu_index, bytes);
}

/* place: in the engine's own count of bytes, in which all memories follow each other. */
static struct engine_page *page_at(uint64_t place)
{
    if (!running || !running->core || place / CPU_PAGE_BYTES >= ENGINE_PAGES)
        return NULL;
    return &running->page[place / CPU_PAGE_BYTES];
}

/* A store goes to a marked page. */
REPLACES void tb_invalidate_phys_page_fast_arm(void *uc, void *locked, uint64_t place, int bytes,
                                               uintptr_t from)
{
    struct engine_page *page = page_at(place);
    uint32_t addr = page ? running->slow_addr : 0;

    if (!page || page->holds_code || (addr ^ place) % CPU_PAGE_BYTES != 0) {
        library.invalidate(uc, locked, place, bytes, from);
        return;
    }
    page->addr = addr;
    page->open = true;
    tlb_set_dirty_arm(running->core, addr & ~(CPU_PAGE_BYTES - 1));
}

/* Code of this page has been translated. */
REPLACES void tlb_protect_code_arm(void *uc, uint64_t place)
{
    struct engine_page *page = page_at(place);

    (void)uc;
    if (!page)
        return;
    page->holds_code = true;
    if (page->open)
        tlb_flush_page_arm(running->core, page->addr & ~(CPU_PAGE_BYTES - 1));
    page->open = false;
}
