/* SPDX-License-Identifier: MIT
 * Option bytes (RM0410 3.4): what OPTCR and OPTCR1 show, when a change takes effect, and the area
 * from which they can be read. Programming them is a finding: a boot loader never does. */
#include "board.h"

#define RDP_MASK 0x0000FF00u
#define RDP_0    0x0000AA00u
#define NWRP     0x0FFF0000u

void flash_write_optcr1(struct board *b, uint32_t value)
{
    struct flash *f = &b->flash;

    if (f->optcr & FLASH_OPTLOCK) {
        finding(b, RULE_FLASH_LOCKED, "FLASH_OPTCR1 written while OPTLOCK is 1: ignored");
        return;
    }
    f->optcr1 = value;
}

void flash_write_optcr(struct board *b, uint32_t value)
{
    struct flash *f = &b->flash;

    if (f->optcr & FLASH_OPTLOCK) {
        if (value != f->optcr)
            finding(b, RULE_FLASH_LOCKED, "FLASH_OPTCR written while OPTLOCK is 1: ignored");
        return;
    }
    f->optcr = value;
    if (value & FLASH_OPTLOCK)
        f->option_key = KEY_LOCKED;
    if ((value & FLASH_OPTSTRT) == 0)
        return;
    finding(b, RULE_OPTION_BYTES, "OPTCR 0x%08X, OPTCR1 0x%08X", (unsigned)value,
            (unsigned)f->optcr1);
    flash_begin(b, (struct flash_op){.kind = FLASH_OPTION},
                param(b, PARAM_OPTION_PROGRAM_MS) * PS_PER_MS);
}

/* Write protection rules at once, the rest at the next reset (HW-29). */
void flash_option_done(struct board *b)
{
    struct flash *f = &b->flash;
    bool unprotects = (f->stored_optcr & RDP_MASK) != RDP_0 && (f->optcr & RDP_MASK) == RDP_0;

    f->optcr &= ~FLASH_OPTSTRT;
    f->stored_optcr = f->optcr & ~FLASH_OPTLOCK;
    f->stored_optcr1 = f->optcr1;
    if (unprotects) { /* leaving RDP level 1 erases the flash */
        for (uint32_t off = 0; off < flash_size_bytes(b); off++)
            f->array[off] = 0xFF;
        flash_strengthen_range(b, 0, flash_size_bytes(b));
        cpu_code_changed(b, FLASH_AXI_BASE, flash_size_bytes(b));
    }
}

uint32_t chip_boot_addr(const struct board *b)
{
    uint32_t addr = (b->flash.loaded_optcr1 & 0xFFFF) << 14;

    /* An address outside the memories falls back to the ITCM flash (RM0410 2.3; unverified). */
    if (addr < 0x4000 || (addr >= FLASH_ITCM_BASE && addr < FLASH_ITCM_BASE + FLASH_ARRAY_BYTES) ||
        (addr >= FLASH_AXI_BASE && addr < FLASH_AXI_BASE + FLASH_ARRAY_BYTES) ||
        (addr >= RAM_BASE && addr < RAM_BASE + RAM_BYTES))
        return addr;
    return FLASH_ITCM_BASE;
}

/* Four half-words, each beside its complement, in slots of 8 bytes (HW-29). */
uint32_t option_read(struct board *b, uint32_t off, unsigned bytes)
{
    const struct flash *f = &b->flash;
    uint32_t half[4] = {f->stored_optcr & 0xFFFC, f->stored_optcr >> 16, f->stored_optcr1 & 0xFFFF,
                        f->stored_optcr1 >> 16};
    uint32_t value = half[off / 8 & 3];

    return reg_part(value | (~value & 0xFFFF) << 16, off, bytes);
}

void option_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    finding(b, RULE_FLASH_PROTECTED, "store of %u bytes (0x%X) into the option bytes at +0x%02X",
            bytes, (unsigned)value, (unsigned)off);
    flash_error(b, FLASH_SR_WRPERR);
}
