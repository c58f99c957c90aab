/* SPDX-License-Identifier: MIT
 * Flash controller and array (RM0410 chapter 3): keys, locks, erase, program, busy time, stalls,
 * option bytes; power cuts before and inside an operation.
 * flash.c: registers; flash_op.c: operations; flash_option.c: option bytes; flash_cut.c: cuts;
 * flash_tear.c: what an interrupted operation leaves; flash_run.c: events. */
#ifndef VBOARD_FLASH_H
#define VBOARD_FLASH_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define FLASH_SR_EOP    (1u << 0)
#define FLASH_SR_OPERR  (1u << 1)
#define FLASH_SR_WRPERR (1u << 4)
#define FLASH_SR_PGAERR (1u << 5)
#define FLASH_SR_PGPERR (1u << 6)
#define FLASH_SR_ERSERR (1u << 7)
#define FLASH_SR_ERRORS 0xF0u /* those set without ERRIE */
#define FLASH_SR_BSY    (1u << 16)
#define FLASH_CR_PG     (1u << 0)
#define FLASH_CR_SER    (1u << 1)
#define FLASH_CR_MER1   (1u << 2)
#define FLASH_CR_MER2   (1u << 15)
#define FLASH_CR_STRT   (1u << 16)
#define FLASH_CR_EOPIE  (1u << 24)
#define FLASH_CR_ERRIE  (1u << 25)
#define FLASH_CR_LOCK   (1u << 31)
#define FLASH_OPTLOCK   (1u << 0)
#define FLASH_OPTSTRT   (1u << 1)
#define FLASH_NDBANK    (1u << 29)

enum flash_op_kind { FLASH_IDLE, FLASH_ERASE, FLASH_PROGRAM, FLASH_OPTION };

/* The operation in work; its effect appears when it ends, or is torn. Offsets are in the array. */
struct flash_op {
    enum flash_op_kind kind;
    uint32_t off, bytes, value;
    bool spoilt; /* started below the supply that its width needs */
    bool stall_told;
};

enum flash_key { KEY_LOCKED, KEY_FIRST_SEEN, KEY_OPEN, KEY_BLOCKED };

#define FLASH_WEAK_WORDS   64
#define FLASH_WEAK_SECTORS 8
#define FLASH_WEAK_FLIPS   16

/* Cells that a torn operation left half-way: they read anew at every power-up. */
struct flash_weak {
    struct flash_weak_word {
        uint32_t off;    /* of the word; */
        uint32_t strong; /* its value with the weak bits as 1 */
        uint32_t mask;   /* the weak bits; 0 = entry is free */
    } word[FLASH_WEAK_WORDS];
    struct flash_weak_sector {
        uint32_t off, bytes; /* bytes 0 = entry is free */
        struct {
            uint32_t off, cleared; /* bits that this power-up reads as 0 */
        } flip[FLASH_WEAK_FLIPS];
    } sector[FLASH_WEAK_SECTORS];
    unsigned next_word, next_sector;
};

/* Programs of adjacent cells, told as one event. */
struct flash_run {
    uint32_t off, bytes;
    uint64_t words, from_us, to_us; /* of the first and of the last store */
};

struct flash {
    uint8_t *array; /* 2 MB, shared with the CPU; its content survives everything but programming */
    uint32_t acr, sr, cr, optcr, optcr1;
    uint32_t stored_optcr, stored_optcr1; /* the option bytes themselves */
    uint32_t loaded_optcr, loaded_optcr1; /* as the last reset loaded them */
    enum flash_key key, option_key;
    struct flash_op op;
    uint64_t busy_until_ps;
    bool posted;         /* a store may still be in the CPU's write buffer ... */
    uint32_t posted_dsb; /* ... while cpu_dsb_count() is this */
    uint64_t operations; /* erases and word programs, from the first power-on */
    uint64_t cuts;       /* supply taken away before or in one of them */
    struct flash_weak weak;
    struct flash_run run;
};

/* HCLK, supply or LATENCY changed: enough wait states? (RM0410 3.3.2; a finding if not) */
void flash_check_latency(struct board *b);
/* The OPTCR value that rules now, as loaded at the last reset (BOR level, watchdogs, nDBANK). */
uint32_t flash_options(const struct board *b);
bool flash_busy(const struct board *b);
uint32_t flash_size_bytes(const struct board *b);
/* A store of the CPU into the flash window (either alias). */
void flash_store(struct board *b, uint32_t addr, unsigned bytes, uint64_t value);
/* A data read or a fetch reached the array while an operation runs: stalls the CPU. */
void flash_read_while_busy(struct board *b, uint32_t addr);

uint32_t flash_reg_read(struct board *b, uint32_t off, unsigned bytes);
void flash_reg_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value);
void flash_start(struct board *b); /* before the first power-on: option bytes as given */
void flash_power_on(struct board *b);
void flash_power_off(struct board *b);
void flash_reset(struct board *b);
void flash_on_done(struct board *b);
void flash_on_cut(struct board *b);
void flash_on_run_end(struct board *b);

/* For the parts of the model. */
void flash_update_irq(struct board *b);
/* Error bits, with OPERR when ERRIE asks for it. */
void flash_error(struct board *b, uint32_t bits);
/* CR.STRT was written. */
void flash_start_erase(struct board *b);
/* Counts and starts an operation; false: the power was cut before it. */
bool flash_begin(struct board *b, struct flash_op op, uint64_t duration_ps);
/* Arranges for the cut that is wanted at the operation that was counted last. True: the power is
 * gone before it has any effect. */
bool flash_cut_here(struct board *b, const struct flash_op *op, uint64_t duration_ps);
/* A CR or SR access while a store has had no DSB: a finding. True if it was so. */
bool flash_check_posted(struct board *b, const char *what);
/* The sector that SNB names, or that holds an offset; false if there is none. */
bool flash_sector_by_number(const struct board *b, uint32_t snb, uint32_t *off, uint32_t *bytes);
bool flash_write_protected(const struct board *b, uint32_t off, uint32_t bytes);
uint32_t flash_get_word(const struct board *b, uint32_t off);
void flash_put_word(struct board *b, uint32_t off, uint32_t word);
/* The key registers' common state machine; false: refused, and the bus answered with an error. */
void flash_write_key(struct board *b, enum flash_key *state, const uint32_t keys[2],
                     uint32_t value);
void flash_write_optcr(struct board *b, uint32_t value);
void flash_write_optcr1(struct board *b, uint32_t value);
void flash_option_done(struct board *b);

/* The running operation is interrupted: its effect is drawn from the seed. */
void flash_tear(struct board *b);
/* Cells were programmed or erased for good: what was weak there is strong again. */
void flash_strengthen_word(struct board *b, uint32_t off, uint32_t programmed);
void flash_strengthen_range(struct board *b, uint32_t off, uint32_t bytes);
void flash_draw_weak(struct board *b); /* at every power-up */

void flash_run_program(struct board *b, uint32_t off, uint32_t bytes);
void flash_run_flush(struct board *b);

#endif
