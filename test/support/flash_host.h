/* SPDX-License-Identifier: MIT
 * port/flash.h over an array, for tests on the host. It follows the NOR rules (erase sets a sector
 * to ones, programming clears bits of single words), counts every erase and every word programmed
 * as one operation, and can cut the power at any of them: before it, or torn in its middle. The
 * sectors are those of config/layout.h, which need not be the chip's.
 * The whole state is one struct that can be copied. */
#ifndef SUPPORT_FLASH_HOST_H
#define SUPPORT_FLASH_HOST_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/layout.h"

enum flash_host_cut {
    FLASH_HOST_CUT_BEFORE,     /* the operation has no effect */
    FLASH_HOST_CUT_TORN,       /* a word gets some of its bits, an erase leaves a random mix of old,
                                  erased and undefined words */
    FLASH_HOST_CUT_FRESH,      /* one of the next two, chosen at random */
    FLASH_HOST_CUT_LOOKS_OLD,  /* it looks as if nothing was done, */
    FLASH_HOST_CUT_LOOKS_DONE, /* or as if all was */
    FLASH_HOST_CUT_HALF,       /* an erase: the first half looks erased; a word: as TORN */
    FLASH_HOST_CUT_GARBAGE,    /* an erase: undefined words; a word: as TORN */
    FLASH_HOST_CUTS,
};

/* Which weak bits stay as they read after the cut; the others read anew at every power-up. */
enum flash_host_hold {
    FLASH_HOST_HOLDS_NOTHING,
    FLASH_HOST_HOLDS_ALL,
    FLASH_HOST_HOLDS_AREAS, /* those of the images; what the logs were to hold fades */
    FLASH_HOST_HOLDS,
};

/* One erase or one word. */
struct flash_host_op {
    bool erase;
    uint32_t addr;
    uint32_t end_addr;
    uint32_t word;  /* to be programmed */
    uint32_t burst; /* the words of one flash_program_start have the same number */
};

struct flash_host {
    uint8_t cells[FLASH_BYTES];
    uint32_t operations;  /* erases and word programs so far */
    uint32_t erases[12];  /* by sector */
    uint32_t bursts;      /* flash_program_start and flash_erase_start so far */
    uint32_t rule_breaks; /* programmed a word that was neither erased nor equal nor made zero */
    uint32_t random;      /* state of the generator; the seed */

    /* The pending operation. */
    enum { FLASH_HOST_IDLE, FLASH_HOST_ERASING, FLASH_HOST_PROGRAMMING } doing;
    uint32_t addr;
    uint32_t end_addr;
    const uint8_t *src;
    uint32_t polls_left;

    /* Bits that a cut left half-written: each power-up may read them differently. They lie from
     * weak_from on and below weak_to (offsets). An erase makes them solid, a zero programmed
     * over a bit that reads one, too. */
    uint8_t weak[FLASH_BYTES];
    uint32_t weak_from;
    uint32_t weak_to;

    /* Knobs. */
    uint32_t cut_at; /* number of the operation, from 1; 0 = none */
    enum flash_host_cut cut_kind;
    enum flash_host_hold hold;
    bool wrong_layout;
    uint32_t latency_polls;   /* polls that an erase or a word stays pending */
    uint32_t bad_word_addr;   /* this word never takes what is programmed; 0 = none */
    uint32_t bad_sector_addr; /* this sector does not erase; 0 = none */
    uint32_t flip_addr;       /* one bit of this byte flips, unseen by the driver, */
    uint32_t flip_at;         /* at this operation; 0 = never */
    uint32_t supply_low_at;   /* the supply goes low at this operation; 0 = never */
    bool supply_low;          /* what board_supply_ok of the tests should say */
};

extern struct flash_host flash_host;

/* Where a cut jumps to, with value 1. Must be set when cut_at is. */
extern jmp_buf flash_host_cut_jump;

/* Called before each operation that will have its effect, unless NULL. */
extern void (*flash_host_watch)(const struct flash_host_op *op);

/* Called before a word is programmed of which bits stay weak, unless NULL. */
extern void (*flash_host_stays_weak)(uint32_t addr);

/* What a cut in the middle of op leaves; op is the next one of the current state. */
void flash_host_tear(const struct flash_host_op *op, enum flash_host_cut kind);

/* What op does when it is not cut. */
void flash_host_do(const struct flash_host_op *op);

/* Once programmed there, the word reads as it is at every power-up. */
bool flash_host_takes(uint32_t addr, uint32_t word);

/* The bytes read as they are at every power-up. */
bool flash_host_solid(uint32_t addr, uint32_t len);

/* Erased everywhere, counters 0, every knob off, latency 1. */
void flash_host_reset(void);

/* The power comes back: nothing is pending, the cut is over, weak cells read anew. */
void flash_host_power_up(void);

/* The cells behind an address, for looking and for changing them behind the driver's back. */
uint8_t *flash_host_at(uint32_t addr);

#endif
