/* SPDX-License-Identifier: MIT
 * The on-chip flash as it lies: its sectors, and reading it. Operations: flash.c. */
#include <stddef.h>
#include <stdint.h>

#include "config/layout.h"
#include "port/flash.h"
#include "target/stm32f7/flash_f7.h"
#include "target/stm32f7/regs_flash.h"

enum bl_rc flash_layout_check(void)
{
    bool single_bank = (FLASH->OPTCR & FLASH_OPTCR_NDBANK) != 0;
    return single_bank && FLASH_SIZE_KB == FLASH_BYTES / 1024u ? BL_OK : BL_E_FLASH_LAYOUT;
}

bool flash_sector_at(uint32_t addr, struct flash_sector *out)
{
    uint32_t off = addr - FLASH_BASE_ADDR;
    if (off >= FLASH_BYTES)
        return false;
    if (off < 0x20000u)
        *out = (struct flash_sector){off / 0x8000u * 0x8000u, 0x8000u, (uint8_t)(off / 0x8000u)};
    else if (off < 0x40000u)
        *out = (struct flash_sector){0x20000u, 0x20000u, 4};
    else
        *out = (struct flash_sector){off / 0x40000u * 0x40000u, 0x40000u,
                                     (uint8_t)(off / 0x40000u + 4u)};
    out->addr += FLASH_BASE_ADDR;
    return true;
}

static uint32_t word_or_blank(uint32_t addr)
{
    return addr - FLASH_BASE_ADDR < FLASH_BYTES ? *word_at(addr) : BLANK_WORD;
}

/* Whole words from flash to RAM: what hashing and copying read. */
static void read_words(uint32_t addr, uint32_t *out, uint32_t count)
{
    for (uint32_t quads = count / 4u; quads > 0; quads--) {
        const volatile uint32_t *in = word_at(addr);
        uint32_t a = in[0], b = in[1], c = in[2], d = in[3];
        out[0] = a;
        out[1] = b;
        out[2] = c;
        out[3] = d;
        out += 4;
        addr += 16u;
    }
    for (count %= 4u; count > 0; count--) {
        *out++ = *word_at(addr);
        addr += 4u;
    }
}

void flash_read(uint32_t addr, void *dst, uint32_t len)
{
    uint8_t *out = dst;
    uint32_t off = addr - FLASH_BASE_ADDR;
    if (off < FLASH_BYTES && len <= FLASH_BYTES - off && addr % 4u == 0 &&
        (uintptr_t)out % 4u == 0) {
        uint32_t whole = len & ~3u;
        read_words(addr, __builtin_assume_aligned(out, 4), whole / 4u);
        addr += whole;
        out += whole;
        len -= whole;
    }
    for (; len > 0; len--) {
        *out++ = (uint8_t)(word_or_blank(addr & ~3u) >> (addr % 4u * 8u));
        addr++;
    }
}
