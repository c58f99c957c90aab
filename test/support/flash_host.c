/* SPDX-License-Identifier: MIT
 * The flash fake; flash_host.h. */
#include "support/flash_host.h"

#include <stddef.h>
#include <string.h>

#include "port/board.h"
#include "port/flash.h"

#define WRITABLE_ADDR APP_PARAMS_ADDR

struct flash_host flash_host;
jmp_buf flash_host_cut_jump;

static uint32_t random_next(void)
{
    flash_host.random = flash_host.random * 1664525u + 1013904223u;
    return flash_host.random >> 8 ^ flash_host.random << 16;
}

void flash_host_reset(void)
{
    memset(&flash_host, 0, sizeof flash_host);
    memset(flash_host.cells, 0xFF, sizeof flash_host.cells);
    flash_host.latency_polls = 1;
    flash_host.random = 1;
}

uint8_t *flash_host_at(uint32_t addr)
{
    return flash_host.cells + (addr - FLASH_BASE_ADDR);
}

static uint32_t word_read(uint32_t addr)
{
    uint32_t word;

    memcpy(&word, flash_host_at(addr), sizeof word);
    return word;
}

static void word_write(uint32_t addr, uint32_t word)
{
    memcpy(flash_host_at(addr), &word, sizeof word);
}

static void weaken(uint32_t addr)
{
    if (flash_host.weak_count < FLASH_HOST_WEAK_MAX)
        flash_host.weak[flash_host.weak_count++] = addr;
}

/* A cell that was rewritten from a solid state is solid again. */
static void strengthen(uint32_t from_addr, uint32_t to_addr)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < flash_host.weak_count; i++)
        if (flash_host.weak[i] < from_addr || flash_host.weak[i] >= to_addr)
            flash_host.weak[kept++] = flash_host.weak[i];
    flash_host.weak_count = kept;
}

void flash_host_power_up(void)
{
    flash_host.doing = FLASH_HOST_IDLE;
    flash_host.cut_at = 0;
    for (uint32_t i = 0; i < flash_host.weak_count; i++) {
        uint32_t addr = flash_host.weak[i];

        /* Half of the time it holds, else some ones have become zeros or the other way round. */
        if (random_next() % 2 == 0)
            word_write(addr, word_read(addr) ^ random_next());
    }
}

enum bl_rc flash_layout_check(void)
{
    return flash_host.wrong_layout ? BL_E_FLASH_LAYOUT : BL_OK;
}

bool flash_sector_at(uint32_t addr, struct flash_sector *out)
{
    uint32_t off = addr - FLASH_BASE_ADDR;
    uint32_t bytes = off < 0x20000 ? 0x8000 : off < 0x40000 ? 0x20000 : 0x40000;

    if (off >= FLASH_BYTES)
        return false;
    out->addr = addr - off % bytes;
    out->bytes = bytes;
    out->index = (uint8_t)(off < 0x20000 ? off / 0x8000 : off < 0x40000 ? 4 : off / 0x40000 + 4);
    return true;
}

static enum bl_rc start_check(uint32_t addr, uint32_t len)
{
    if (flash_host.doing != FLASH_HOST_IDLE)
        return BL_E_BUSY;
    if (flash_host.wrong_layout)
        return BL_E_FLASH_LAYOUT;
    if (addr < WRITABLE_ADDR || addr - FLASH_BASE_ADDR >= FLASH_BYTES ||
        len > FLASH_BYTES - (addr - FLASH_BASE_ADDR))
        return BL_E_FLASH_RANGE;
    return BL_OK;
}

enum bl_rc flash_erase_start(uint32_t sector_addr)
{
    enum bl_rc rc = start_check(sector_addr, 0);
    struct flash_sector sector;

    if (rc != BL_OK)
        return rc;
    if (!flash_sector_at(sector_addr, &sector) || sector.addr != sector_addr)
        return BL_E_FLASH_RANGE;
    if (!board_supply_ok())
        return BL_E_SUPPLY_LOW;
    flash_host.doing = FLASH_HOST_ERASING;
    flash_host.addr = sector_addr;
    flash_host.end_addr = sector_addr + sector.bytes;
    flash_host.polls_left = flash_host.latency_polls;
    return BL_OK;
}

enum bl_rc flash_program_start(uint32_t addr, const void *src, uint32_t len)
{
    enum bl_rc rc = start_check(addr, len);

    if (rc != BL_OK)
        return rc;
    if (addr % 4 != 0 || len % 4 != 0 || (uintptr_t)src % 4 != 0)
        return BL_E_FLASH_RANGE;
    if (!board_supply_ok())
        return BL_E_SUPPLY_LOW;
    flash_host.doing = FLASH_HOST_PROGRAMMING;
    flash_host.addr = addr;
    flash_host.end_addr = addr + len;
    flash_host.src = src;
    flash_host.polls_left = flash_host.latency_polls;
    return BL_OK;
}

static void tear_word(uint32_t addr, uint32_t word)
{
    uint32_t old = word_read(addr);

    switch (flash_host.cut_kind) {
    case FLASH_HOST_CUT_BEFORE:
        return;
    case FLASH_HOST_CUT_TORN:
        word_write(addr, old & (word | random_next()));
        break;
    case FLASH_HOST_CUT_FRESH:
        word_write(addr, random_next() % 2 == 0 ? old : old & word);
        break;
    }
    weaken(addr);
}

static void tear_sector(uint32_t from_addr, uint32_t to_addr)
{
    bool blank = random_next() % 2 == 0;

    if (flash_host.cut_kind == FLASH_HOST_CUT_BEFORE)
        return;
    strengthen(from_addr, to_addr);
    for (uint32_t addr = from_addr; addr < to_addr; addr += 4) {
        if (flash_host.cut_kind == FLASH_HOST_CUT_TORN) {
            uint32_t what = random_next() % 3;

            word_write(addr, what == 0 ? 0xFFFFFFFF : what == 1 ? random_next() : word_read(addr));
        } else if (blank) {
            word_write(addr, 0xFFFFFFFF);
        }
        if (addr - from_addr < 4096 ? addr % 16 == 0 : addr % 1024 == 0)
            weaken(addr); /* a sample */
    }
}

/* Counts an operation; cuts the power if it is the one. */
static void operation(uint32_t addr, uint32_t word)
{
    flash_host.operations++;
    if (flash_host.operations == flash_host.flip_at)
        *flash_host_at(flash_host.flip_addr) ^= 0x10;
    if (flash_host.operations == flash_host.supply_low_at)
        flash_host.supply_low = true;
    if (flash_host.operations != flash_host.cut_at)
        return;
    if (flash_host.doing == FLASH_HOST_ERASING)
        tear_sector(flash_host.addr, flash_host.end_addr);
    else
        tear_word(addr, word);
    longjmp(flash_host_cut_jump, 1);
}

static enum bl_rc end_with(enum bl_rc rc)
{
    flash_host.doing = FLASH_HOST_IDLE;
    return rc;
}

static enum bl_rc poll_erase(void)
{
    struct flash_sector sector = {0};

    if (flash_host.polls_left-- > 0)
        return BL_PENDING;
    (void)flash_sector_at(flash_host.addr, &sector); /* flash_erase_start has found it */
    operation(flash_host.addr, 0);
    flash_host.erases[sector.index]++;
    if (flash_host.addr == flash_host.bad_sector_addr)
        return end_with(BL_E_FLASH_ERASE);
    strengthen(flash_host.addr, flash_host.end_addr);
    memset(flash_host_at(flash_host.addr), 0xFF, sector.bytes);
    return end_with(BL_OK);
}

static enum bl_rc program_word(uint32_t word)
{
    uint32_t old = word_read(flash_host.addr);

    operation(flash_host.addr, word);
    if (old != 0xFFFFFFFF && word != 0)
        flash_host.rule_breaks++;
    word_write(flash_host.addr, old & word);
    if (flash_host.addr == flash_host.bad_word_addr)
        word_write(flash_host.addr, old & ~1u);
    return word_read(flash_host.addr) == word ? BL_OK : BL_E_FLASH_PROGRAM;
}

static enum bl_rc poll_program(void)
{
    while (flash_host.addr < flash_host.end_addr) {
        uint32_t word;

        memcpy(&word, flash_host.src, sizeof word);
        if (word_read(flash_host.addr) != word) {
            if (flash_host.polls_left-- > 0)
                return BL_PENDING;
            if (!board_supply_ok())
                return end_with(BL_E_SUPPLY_LOW);
            enum bl_rc rc = program_word(word);

            if (rc != BL_OK)
                return end_with(rc);
            flash_host.polls_left = flash_host.latency_polls;
        }
        flash_host.addr += 4;
        flash_host.src += 4;
    }
    return end_with(BL_OK);
}

enum bl_rc flash_poll(void)
{
    switch (flash_host.doing) {
    case FLASH_HOST_ERASING:
        return poll_erase();
    case FLASH_HOST_PROGRAMMING:
        return poll_program();
    case FLASH_HOST_IDLE:
        break;
    }
    return BL_OK;
}

void flash_read(uint32_t addr, void *dst, uint32_t len)
{
    uint8_t *out = dst;
    uint32_t off = addr - FLASH_BASE_ADDR;

    if (flash_host.doing != FLASH_HOST_IDLE)
        flash_host.rule_breaks++; /* would stall the chip's bus */
    if (off < FLASH_BYTES && len <= FLASH_BYTES - off) {
        memcpy(out, flash_host.cells + off, len);
        return;
    }
    for (uint32_t i = 0; i < len; i++)
        out[i] = off + i < FLASH_BYTES ? flash_host.cells[off + i] : 0xFF;
}
