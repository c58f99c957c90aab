/* SPDX-License-Identifier: MIT
 * Flash operations: which store or start is an operation, how long it lasts, what it changes.
 * An operation's effect appears in the array when it ends (RM0410 3.3.4 to 3.3.8). */
#include "board.h"

#include <string.h>

#define SCB_CCR_DC  (1u << 16)
#define ALL_SECTORS 12

static unsigned psize(const struct board *b)
{
    return b->flash.cr >> 8 & 3;
}

static bool dual_bank(const struct board *b)
{
    return (b->flash.loaded_optcr & FLASH_NDBANK) == 0;
}

/* Sector n of a bank: four small ones, one of 4 times, the rest of 8 times that size. */
static void bank_sector(unsigned n, uint32_t small, uint32_t *off, uint32_t *bytes)
{
    *bytes = n < 4 ? small : n == 4 ? 4 * small : 8 * small;
    *off = n < 4 ? n * small : n == 4 ? 4 * small : (n - 4) * 8 * small;
}

bool flash_sector_by_number(const struct board *b, uint32_t snb, uint32_t *off, uint32_t *bytes)
{
    uint32_t size = flash_size_bytes(b), bank = 0;

    if (dual_bank(b)) {
        bank = snb >= 16 ? size / 2 : 0;
        snb = snb >= 16 ? snb - 16 : snb;
        size /= 2;
    }
    if (snb >= ALL_SECTORS)
        return false;
    bank_sector(snb, dual_bank(b) ? 0x4000 : 0x8000, off, bytes);
    if (*off + *bytes > size)
        return false;
    *off += bank;
    return true;
}

/* nWRP has one bit a sector, in dual-bank mode one for two (RM0410 3.4.1). */
bool flash_write_protected(const struct board *b, uint32_t off, uint32_t bytes)
{
    uint32_t sector_off, sector_bytes;

    for (unsigned snb = 0; snb < 28; snb++) {
        unsigned number = snb >= 16 ? snb - 4 : snb;
        unsigned bit = 16 + (dual_bank(b) ? number / 2 : number);

        if (!flash_sector_by_number(b, snb, &sector_off, &sector_bytes))
            continue;
        if (off < sector_off + sector_bytes && sector_off < off + bytes &&
            (b->flash.stored_optcr >> bit & 1) == 0)
            return true;
    }
    return false;
}

uint32_t flash_get_word(const struct board *b, uint32_t off)
{
    uint32_t word;

    memcpy(&word, b->flash.array + (off & ~3u), 4);
    return word;
}

void flash_put_word(struct board *b, uint32_t off, uint32_t word)
{
    memcpy(b->flash.array + (off & ~3u), &word, 4);
    cpu_code_changed(b, FLASH_AXI_BASE + (off & ~3u), 4);
}

/* x32 needs 2.7 V, x16 2.1 V (RM0410 3.3.3); below it the cells take what they take. */
static bool supply_too_low(struct board *b)
{
    static const uint16_t needed_mv[] = {1700, 2100, 2700, 2700};

    if (b->pwr.supply_mv >= needed_mv[psize(b)])
        return false;
    finding(b, RULE_FLASH_SUPPLY, "PSIZE x%u at %u mV", 8u << psize(b), (unsigned)b->pwr.supply_mv);
    return true;
}

static void check_start(struct board *b)
{
    if (rcc_hclk_hz(b) < 1000000)
        finding(b, RULE_FLASH_SLOW_CLOCK, "HCLK is %u Hz", (unsigned)rcc_hclk_hz(b));
    if (b->flash.sr & FLASH_SR_ERRORS)
        finding(b, RULE_FLASH_STALE_ERROR, "SR is 0x%08X", (unsigned)b->flash.sr);
}

bool flash_begin(struct board *b, struct flash_op op, uint64_t duration_ps)
{
    struct flash *f = &b->flash;

    if (op.kind != FLASH_OPTION) {
        f->operations++;
        if (flash_cut_here(b, &op, duration_ps))
            return false;
    }
    f->op = op;
    f->sr |= FLASH_SR_BSY;
    f->busy_until_ps = now_ps(b) + duration_ps;
    alarm_set(b, ALARM_FLASH_DONE, f->busy_until_ps);
    cpu_guard_flash(b, true);
    return true;
}

static uint64_t erase_ps(const struct board *b, uint32_t bytes)
{
    static const enum param_id by_size[4][3] = {
        {PARAM_ERASE_32K_X8_MS, PARAM_ERASE_32K_X16_MS, PARAM_ERASE_32K_X32_MS},
        {PARAM_ERASE_128K_X8_MS, PARAM_ERASE_128K_X16_MS, PARAM_ERASE_128K_X32_MS},
        {PARAM_ERASE_256K_X8_MS, PARAM_ERASE_256K_X16_MS, PARAM_ERASE_256K_X32_MS},
        {PARAM_ERASE_MASS_X8_MS, PARAM_ERASE_MASS_X16_MS, PARAM_ERASE_MASS_X32_MS},
    };
    uint32_t unit = dual_bank(b) ? 0x4000 : 0x8000;
    unsigned size = bytes == unit ? 0 : bytes == 4 * unit ? 1 : bytes == 8 * unit ? 2 : 3;
    unsigned width = psize(b) < 2 ? psize(b) : 2;

    return param(b, by_size[size][width]) * PS_PER_MS;
}

/* What SER, MER1, MER2 and SNB select; false after telling why it is nothing. */
static bool erase_range(struct board *b, uint32_t *off, uint32_t *bytes)
{
    uint32_t cr = b->flash.cr, snb = cr >> 3 & 0x1F;
    bool sector = (cr & FLASH_CR_SER) != 0, mass = (cr & (FLASH_CR_MER1 | FLASH_CR_MER2)) != 0;

    if (sector == mass) {
        finding(b, RULE_FLASH_START, "STRT with SER %u and MER %u: ignored", sector, mass);
        return false;
    }
    if (sector) {
        if (flash_sector_by_number(b, snb, off, bytes))
            return true;
        finding(b, RULE_FLASH_START, "there is no sector with SNB %u", (unsigned)snb);
        flash_error(b, FLASH_SR_ERSERR);
        return false;
    }
    *off = 0;
    *bytes = flash_size_bytes(b);
    if (dual_bank(b) && (cr & FLASH_CR_MER1) == 0)
        *off = *bytes / 2;
    if (dual_bank(b) && (cr & (FLASH_CR_MER1 | FLASH_CR_MER2)) != (FLASH_CR_MER1 | FLASH_CR_MER2))
        *bytes /= 2;
    if (!dual_bank(b) && (cr & FLASH_CR_MER1) == 0) {
        finding(b, RULE_FLASH_START, "MER2 alone in single-bank mode");
        return false;
    }
    return true;
}

void flash_start_erase(struct board *b)
{
    struct flash_op op = {.kind = FLASH_ERASE};
    uint64_t duration_ps;

    if (!erase_range(b, &op.off, &op.bytes))
        return;
    check_start(b);
    if (param(b, PARAM_FLASH_STALE_ERROR_BLOCKS) != 0 && (b->flash.sr & FLASH_SR_ERRORS))
        return;
    if (flash_write_protected(b, op.off, op.bytes)) {
        finding(b, RULE_FLASH_PROTECTED, "erase of 0x%08X", (unsigned)(FLASH_AXI_BASE + op.off));
        flash_error(b, FLASH_SR_WRPERR);
        return;
    }
    op.spoilt = supply_too_low(b);
    duration_ps = erase_ps(b, op.bytes);
    flash_run_flush(b);
    if (!flash_begin(b, op, duration_ps))
        return;
    b->flash.cr |= FLASH_CR_STRT;
    trace_event(b, "flash", "\"op\":\"erase\",\"addr\":\"0x%08x\",\"bytes\":%u,\"ms\":%u",
                (unsigned)(FLASH_AXI_BASE + op.off), (unsigned)op.bytes,
                (unsigned)(duration_ps / PS_PER_MS));
}

/* The reasons for which the controller drops a store, with the flags it raises (HW-25). */
static uint32_t store_errors(struct board *b, uint32_t off, unsigned bytes)
{
    uint32_t cr = b->flash.cr, errors = 0;

    if ((cr & FLASH_CR_PG) == 0 || (cr & FLASH_CR_LOCK)) {
        finding(b, RULE_FLASH_NO_PG, "store to 0x%08X with PG = 0",
                (unsigned)(FLASH_AXI_BASE + off));
        errors |= FLASH_SR_ERSERR;
    }
    if (bytes != 1u << psize(b) || off % bytes != 0) {
        finding(b, RULE_FLASH_WIDTH, "store of %u bytes to 0x%08X with PSIZE x%u", bytes,
                (unsigned)(FLASH_AXI_BASE + off), 8u << psize(b));
        errors |= FLASH_SR_PGPERR;
    }
    if (errors == 0 && flash_write_protected(b, off, bytes)) {
        finding(b, RULE_FLASH_PROTECTED, "program of 0x%08X", (unsigned)(FLASH_AXI_BASE + off));
        errors |= FLASH_SR_WRPERR;
    }
    return errors;
}

static void start_program(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    static const enum param_id by_width[] = {PARAM_PROGRAM_X8_US, PARAM_PROGRAM_X16_US,
                                             PARAM_PROGRAM_X32_US, PARAM_PROGRAM_X32_US};
    struct flash_op op = {.kind = FLASH_PROGRAM, .off = off, .bytes = bytes, .value = value};
    uint32_t errors = store_errors(b, off, bytes);
    uint32_t cells = reg_part(flash_get_word(b, off), off, bytes);

    if (errors != 0) {
        flash_error(b, errors);
        return;
    }
    check_start(b);
    if (param(b, PARAM_FLASH_STALE_ERROR_BLOCKS) != 0 && (b->flash.sr & FLASH_SR_ERRORS))
        return;
    if (value & ~cells)
        finding(b, RULE_FLASH_NOT_ERASED, "0x%08X over 0x%08X at 0x%08X: bits stay 0",
                (unsigned)value, (unsigned)cells, (unsigned)(FLASH_AXI_BASE + off));
    if (b->scb.ccr & SCB_CCR_DC)
        finding(b, RULE_FLASH_DCACHE, "program of 0x%08X", (unsigned)(FLASH_AXI_BASE + off));
    op.spoilt = supply_too_low(b);
    if (flash_begin(b, op, param(b, by_width[psize(b)]) * PS_PER_US))
        flash_run_program(b, off, bytes);
}

void flash_store(struct board *b, uint32_t addr, unsigned bytes, uint64_t value)
{
    uint32_t off = addr - FLASH_AXI_BASE;

    if (addr < FLASH_AXI_BASE) {
        finding(b, RULE_FLASH_ALIAS, "store to 0x%08X: not programmed", (unsigned)addr);
        return;
    }
    flash_check_posted(b, "second store");
    if (off + bytes > flash_size_bytes(b)) {
        finding(b, RULE_FLASH_PROTECTED, "0x%08X is beyond the flash", (unsigned)addr);
        flash_error(b, FLASH_SR_WRPERR);
        return;
    }
    if (flash_busy(b)) {
        finding(b, RULE_FLASH_STORE_BUSY, "store to 0x%08X while BSY is 1", (unsigned)addr);
        if (param(b, PARAM_FLASH_STORE_BUSY_DROPS) != 0)
            return;
        board_stall_until(b, b->flash.busy_until_ps);
    }
    if (bytes > 4) {
        finding(b, RULE_FLASH_WIDTH, "store of %u bytes to 0x%08X without VPP", bytes,
                (unsigned)addr);
        flash_error(b, FLASH_SR_PGPERR);
        return;
    }
    b->flash.posted = true;
    b->flash.posted_dsb = cpu_dsb_count(b);
    start_program(b, off, bytes, (uint32_t)value);
}

static void finish_erase(struct board *b, const struct flash_op *op)
{
    flash_strengthen_range(b, op->off, op->bytes);
    if (op->spoilt) {
        for (uint32_t off = op->off; off < op->off + op->bytes; off += 4) {
            uint32_t word = flash_get_word(b, off) | board_random(b);

            memcpy(b->flash.array + off, &word, 4);
        }
    } else {
        memset(b->flash.array + op->off, 0xFF, op->bytes);
    }
    cpu_code_changed(b, FLASH_AXI_BASE + op->off, op->bytes);
}

static void finish_program(struct board *b, const struct flash_op *op)
{
    uint32_t value = reg_merge(UINT32_MAX, op->off, op->bytes, op->value);

    if (op->spoilt)
        value |= board_random(b);
    flash_put_word(b, op->off, flash_get_word(b, op->off) & value);
    flash_strengthen_word(b, op->off, ~value);
}

void flash_on_done(struct board *b)
{
    struct flash *f = &b->flash;
    struct flash_op op = f->op;

    f->op.kind = FLASH_IDLE;
    f->sr &= ~FLASH_SR_BSY;
    f->cr &= ~FLASH_CR_STRT;
    cpu_guard_flash(b, false);
    if (op.kind == FLASH_ERASE)
        finish_erase(b, &op);
    else if (op.kind == FLASH_PROGRAM)
        finish_program(b, &op);
    else if (op.kind == FLASH_OPTION)
        flash_option_done(b);
    if (f->cr & FLASH_CR_EOPIE)
        f->sr |= FLASH_SR_EOP;
    flash_update_irq(b);
}

void flash_read_while_busy(struct board *b, uint32_t addr)
{
    struct flash *f = &b->flash;
    uint32_t off = addr & (FLASH_ARRAY_BYTES - 1), half = flash_size_bytes(b) / 2;
    bool other_bank = dual_bank(b) && (off >= half) != (f->op.off >= half);

    if (!flash_busy(b) || (other_bank && param(b, PARAM_FLASH_DUAL_BANK_STALLS) == 0))
        return;
    if (!f->op.stall_told) {
        f->op.stall_told = true;
        finding(b, RULE_FLASH_STALL, "access to 0x%08X during an operation: %u us", (unsigned)addr,
                (unsigned)((f->busy_until_ps - now_ps(b)) / PS_PER_US));
    }
    board_stall_until(b, f->busy_until_ps);
}
