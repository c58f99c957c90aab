/* SPDX-License-Identifier: MIT
 * The on-chip flash (RM0410 chapter 3): sector erase and word programming, started and polled.
 *
 * Single bank: every read of the array stalls while an operation runs, so nothing here reads it
 * then, and the loader's code is in RAM. Flash is Device memory here (startup.c): each store
 * reaches the controller alone, in order; the DSB makes sure of it before SR is read. All of SR
 * and CR is written with constants: SR's flags are cleared by writing ones. */
#include "port/flash.h"

#include <string.h>

#include "config/layout.h"
#include "config/limits.h"
#include "port/board.h"
#include "port/clock.h"
#include "target/stm32f7/flash_f7.h"
#include "target/stm32f7/regs_core.h"
#include "target/stm32f7/regs_flash.h"

#define FIRST_WRITABLE_ADDR  APP_PARAMS_ADDR /* sectors 0-2: the loader and the product's data */
#define SKIP_WORDS_PER_POLL  256u            /* each about 15 cycles */
#define CHECK_BYTES_PER_POLL 2048u

/* The interrupt never runs; its pending state ends the sleep in clock_idle. */
#define CR_WAKE    (FLASH_CR_EOPIE | FLASH_CR_ERRIE)
#define CR_PROGRAM (FLASH_CR_PG | FLASH_CR_PSIZE_X32 | CR_WAKE)

enum phase { PHASE_NONE, PHASE_ERASING, PHASE_CHECKING_BLANK, PHASE_PROGRAMMING, PHASE_FINISHED };

static struct {
    enum phase phase;
    bool word_started;
    uint32_t addr, end_addr; /* what is still to check or to program */
    const uint32_t *src;
    uint32_t start_ms;
    uint32_t timed_addr; /* the word that start_ms is for */
    enum bl_rc result;   /* PHASE_FINISHED: what the next flash_poll returns */
} job;

static void lock(void)
{
    FLASH->CR = FLASH_CR_LOCK;
    FLASH->SR = FLASH_SR_CLEAR;
}

/* Everything that must hold before the first store of an operation. */
static enum bl_rc unlock(void)
{
    if (!board_supply_ok())
        return BL_E_SUPPLY_LOW;
    /* Only after an operation that outlived its limit; writing CR now would stall. */
    if ((FLASH->SR & FLASH_SR_BSY) != 0)
        return BL_E_TIMEOUT;
    if ((FLASH->CR & FLASH_CR_LOCK) != 0) {
        FLASH->KEYR = FLASH_KEY1;
        FLASH->KEYR = FLASH_KEY2;
    }
    if ((FLASH->CR & FLASH_CR_LOCK) != 0)
        return BL_E_FLASH_LOCKED;
    FLASH->SR = FLASH_SR_CLEAR;
    return BL_OK;
}

static enum bl_rc check_start(uint32_t addr, uint32_t len)
{
    if (job.phase != PHASE_NONE)
        return BL_E_BUSY;
    enum bl_rc rc = flash_layout_check();
    if (rc != BL_OK)
        return rc;
    uint32_t writable = FLASH_BASE_ADDR + FLASH_BYTES - FIRST_WRITABLE_ADDR;
    uint32_t off = addr - FIRST_WRITABLE_ADDR; /* wraps to a huge value below it */
    if (off >= writable || len > writable - off)
        return BL_E_FLASH_RANGE;
    return BL_OK;
}

enum bl_rc flash_erase_start(uint32_t sector_addr)
{
    enum bl_rc rc = check_start(sector_addr, 0);
    if (rc != BL_OK)
        return rc;
    struct flash_sector sector;
    if (!flash_sector_at(sector_addr, &sector) || sector.addr != sector_addr)
        return BL_E_FLASH_RANGE;
    rc = unlock();
    if (rc != BL_OK)
        return rc;
    uint32_t cr = FLASH_CR_PSIZE_X32 | FLASH_CR_SER | FLASH_CR_SNB(sector.index) | CR_WAKE;
    FLASH->CR = cr;
    FLASH->CR = cr | FLASH_CR_STRT;
    core_dsb();
    job.phase = PHASE_ERASING;
    job.addr = sector.addr;
    job.end_addr = sector.addr + sector.bytes;
    job.start_ms = clock_ms();
    return BL_OK;
}

enum bl_rc flash_program_start(uint32_t addr, const void *src, uint32_t len)
{
    enum bl_rc rc = check_start(addr, len);
    if (rc != BL_OK)
        return rc;
    if (addr % 4u != 0 || len % 4u != 0 || (uintptr_t)src % 4u != 0)
        return BL_E_FLASH_RANGE;
    rc = unlock();
    if (rc != BL_OK)
        return rc;
    FLASH->CR = CR_PROGRAM;
    job.phase = PHASE_PROGRAMMING;
    job.word_started = false;
    job.addr = addr;
    job.end_addr = addr + len;
    job.timed_addr = job.end_addr; /* no word yet */
    job.src = src;
    return BL_OK;
}

static enum bl_rc finish(enum bl_rc rc)
{
    if ((FLASH->SR & FLASH_SR_BSY) == 0)
        lock();
    job.phase = PHASE_FINISHED;
    job.result = rc;
    return rc;
}

/* More to do at once: no event will come for it, so clock_idle must not sleep. */
static enum bl_rc pending_without_event(void)
{
    core_sev();
    return BL_PENDING;
}

static enum bl_rc poll_erase(void)
{
    uint32_t sr = FLASH->SR;
    if ((sr & FLASH_SR_BSY) != 0) {
        bool late = clock_ms() - job.start_ms > FLASH_ERASE_LIMIT_MS;
        return late ? finish(BL_E_TIMEOUT) : BL_PENDING;
    }
    FLASH->SR = FLASH_SR_CLEAR;
    if ((sr & FLASH_SR_ERRORS) != 0)
        return finish(BL_E_FLASH_ERASE);
    FLASH->CR = FLASH_CR_LOCK;
    job.phase = PHASE_CHECKING_BLANK;
    return pending_without_event();
}

static enum bl_rc poll_blank(void)
{
    uint32_t addr = job.addr;
    uint32_t end = addr + CHECK_BYTES_PER_POLL; /* sectors are multiples of it */
    uint32_t all = BLANK_WORD;
    for (; addr < end; addr += 16u)
        all &= *word_at(addr) & *word_at(addr + 4u) & *word_at(addr + 8u) & *word_at(addr + 12u);
    job.addr = end;
    if (all != BLANK_WORD)
        return finish(BL_E_FLASH_ERASE);
    return job.addr < job.end_addr ? pending_without_event() : finish(BL_OK);
}

static enum bl_rc start_word(uint32_t addr, const uint32_t *src)
{
    if (board_supply_low())
        return finish(BL_E_SUPPLY_LOW);
    *word_at(addr) = *src;
    core_dsb();
    job.word_started = true;
    job.addr = addr;
    job.src = src;
    return BL_PENDING;
}

/* The controller is idle. Checks the word that it programmed (a 0 bit never becomes 1 again, and
 * raises no flag), passes over those that hold their value, and starts the next one. */
static enum bl_rc next_word(void)
{
    uint32_t addr = job.addr;
    const uint32_t *src = job.src;
    if (job.word_started) {
        uint32_t errors = FLASH->SR & FLASH_SR_ERRORS;
        FLASH->SR = FLASH_SR_CLEAR;
        if (errors != 0 || *word_at(addr) != *src)
            return finish(BL_E_FLASH_PROGRAM);
        addr += 4u;
        src++;
    }
    for (uint32_t most = SKIP_WORDS_PER_POLL; most > 0 && addr < job.end_addr; most--) {
        if (*word_at(addr) != *src)
            return start_word(addr, src);
        addr += 4u;
        src++;
    }
    job.word_started = false;
    job.addr = addr;
    job.src = src;
    return addr < job.end_addr ? pending_without_event() : finish(BL_OK);
}

/* next_word where nothing is out of the ordinary; false: that is for next_word to deal with. This is
 * all that the flash waits for between two words: each instruction counts. */
static inline bool next_ordinary_word(void)
{
    uint32_t addr = job.addr;
    const uint32_t *src = job.src;
    if (job.phase != PHASE_PROGRAMMING || !job.word_started ||
        (FLASH->SR & (FLASH_SR_BSY | FLASH_SR_ERRORS)) != 0 || *word_at(addr) != *src)
        return false;
    FLASH->SR = FLASH_SR_CLEAR;
    addr += 4u;
    src++;
    job.addr = addr;
    job.src = src;
    if (addr == job.end_addr || *word_at(addr) == *src || board_supply_low()) {
        job.word_started = false;
        return false;
    }
    *word_at(addr) = *src;
    core_dsb();
    return true;
}

enum wake flash_continue(void)
{
    if (next_ordinary_word())
        return WAKE_GOING;
    if (job.phase == PHASE_NONE)
        return WAKE_NOTHING;
    bool programming = job.phase == PHASE_PROGRAMMING;
    if ((FLASH->SR & FLASH_SR_BSY) != 0)
        return programming ? WAKE_GOING : WAKE_NOTHING;
    return programming && next_word() == BL_PENDING ? WAKE_GOING : WAKE_CALLER;
}

/* The limit of a word runs from the first poll that sees it: each poll comes after at least one
 * look at the clock, so looking at it for each word would only cost time between them. */
static void poll_program(void)
{
    if (job.timed_addr != job.addr) {
        job.timed_addr = job.addr;
        job.start_ms = clock_ms();
    }
    if ((FLASH->SR & FLASH_SR_BSY) == 0)
        (void)next_word(); /* the result is kept in job */
    else if (clock_ms() - job.start_ms > FLASH_PROGRAM_LIMIT_MS)
        (void)finish(BL_E_TIMEOUT);
}

enum bl_rc flash_poll(void)
{
    switch (job.phase) {
    case PHASE_ERASING:
        (void)poll_erase(); /* the result is kept in job, here and below */
        break;
    case PHASE_CHECKING_BLANK:
        (void)poll_blank();
        break;
    case PHASE_PROGRAMMING:
        poll_program();
        break;
    case PHASE_FINISHED:
        break;
    case PHASE_NONE:
        return BL_OK;
    }
    if (job.phase != PHASE_FINISHED)
        return BL_PENDING;
    job.phase = PHASE_NONE;
    return job.result;
}
