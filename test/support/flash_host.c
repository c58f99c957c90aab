/* SPDX-License-Identifier: MIT
 * The flash fake: port/flash.h and its knobs; flash_host.h. What cells do is in flash_host_cells.c. */
#include "support/flash_host.h"

#include <stddef.h>
#include <string.h>

#include "port/board.h"
#include "port/flash.h"

#define WRITABLE_ADDR APP_PARAMS_ADDR

struct flash_host flash_host;
jmp_buf flash_host_cut_jump;
void (*flash_host_watch)(const struct flash_host_op *op);
void (*flash_host_stays_weak)(uint32_t addr);

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

enum bl_rc flash_layout_check(void)
{
    return flash_host.wrong_layout ? BL_E_FLASH_LAYOUT : BL_OK;
}

/* The sectors, one row for each size and area. */
static const struct {
    uint32_t addr;
    uint32_t sector_bytes;
    uint32_t count;
} sectors[] = {
    {LOADER_ADDR, LOADER_BYTES / 2, 2},
    {PRODUCT_ADDR, PRODUCT_SECTOR_BYTES, 1},
    {APP_PARAMS_ADDR, APP_PARAMS_SECTOR_BYTES, 1},
    {UPGRADE_FLAG_ADDR, UPGRADE_FLAG_SECTOR_BYTES, 1},
    {RUN_ADDR, SLOT_SECTOR_BYTES, SLOT_SECTORS},
    {UPDATE_ADDR, SLOT_SECTOR_BYTES, SLOT_SECTORS},
    {BACKUP_ADDR, BACKUP_BYTES, 1},
};

bool flash_sector_at(uint32_t addr, struct flash_sector *out)
{
    uint32_t index = 0;

    for (size_t i = 0; i < sizeof sectors / sizeof sectors[0]; i++) {
        uint32_t nth = (addr - sectors[i].addr) / sectors[i].sector_bytes;

        if (addr >= sectors[i].addr && nth < sectors[i].count) {
            out->addr = sectors[i].addr + nth * sectors[i].sector_bytes;
            out->bytes = sectors[i].sector_bytes;
            out->index = (uint8_t)(index + nth);
            return true;
        }
        index += sectors[i].count;
    }
    return false;
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
    flash_host.bursts++;
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
    flash_host.bursts++;
    flash_host.doing = FLASH_HOST_PROGRAMMING;
    flash_host.addr = addr;
    flash_host.end_addr = addr + len;
    flash_host.src = src;
    flash_host.polls_left = flash_host.latency_polls;
    return BL_OK;
}

/* Counts an operation; cuts the power if it is the one. */
static void operation(const struct flash_host_op *op)
{
    flash_host.operations++;
    if (flash_host.operations == flash_host.flip_at)
        *flash_host_at(flash_host.flip_addr) ^= 0x10;
    if (flash_host.operations == flash_host.supply_low_at)
        flash_host.supply_low = true;
    if (flash_host.operations == flash_host.cut_at) {
        flash_host_tear(op, flash_host.cut_kind);
        longjmp(flash_host_cut_jump, 1);
    }
    if (flash_host_watch != NULL)
        flash_host_watch(op);
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
    struct flash_host_op op = {.erase = true,
                               .addr = flash_host.addr,
                               .end_addr = flash_host.end_addr,
                               .burst = flash_host.bursts};

    operation(&op);
    flash_host.erases[sector.index]++;
    if (flash_host.addr == flash_host.bad_sector_addr)
        return end_with(BL_E_FLASH_ERASE);
    flash_host_do(&op);
    return end_with(BL_OK);
}

static enum bl_rc program_word(uint32_t word)
{
    uint32_t old = word_read(flash_host.addr);
    struct flash_host_op op = {.addr = flash_host.addr,
                               .end_addr = flash_host.addr + 4,
                               .word = word,
                               .burst = flash_host.bursts};

    operation(&op);
    if (old != 0xFFFFFFFF && word != 0)
        flash_host.rule_breaks++;
    if (flash_host_stays_weak != NULL && !flash_host_takes(flash_host.addr, word))
        flash_host_stays_weak(flash_host.addr);
    flash_host_do(&op);
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
