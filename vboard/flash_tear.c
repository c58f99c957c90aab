/* SPDX-License-Identifier: MIT
 * What an interrupted operation leaves behind. Manuals only say that the content is not guaranteed
 * (RM0410 3.3.4), so each way in which cells may end is drawn from the seed, or fixed with the
 * parameter flash_tear. Cells left half-way are weak: they read anew at every power-up until they
 * are programmed again (a word's bits) or erased (a sector). Reading blank proves nothing. */
#include "board.h"

#include <string.h>

enum erase_tear { ERASE_HALF = 1, ERASE_MIX, ERASE_WEAK_BLANK, ERASE_UNTOUCHED };
enum program_tear { PROGRAM_OLD = 1, PROGRAM_WEAK_NEW, PROGRAM_SUBSET };

static unsigned choose(struct board *b, unsigned choices)
{
    uint32_t fixed = (uint32_t)param(b, PARAM_FLASH_TEAR);

    return fixed != 0 ? (fixed - 1) % choices + 1 : board_random(b) % choices + 1;
}

/* A word that reads right once may read wrong later: programmed, not programmed or a mix. */
static void draw_word(struct board *b, const struct flash_weak_word *w)
{
    uint32_t cleared = w->mask & board_random(b);

    switch (board_random(b) % 3) {
    case 0:
        cleared = w->mask;
        break;
    case 1:
        cleared = 0;
        break;
    default:
        break;
    }
    flash_put_word(b, w->off, w->strong & ~cleared);
}

/* At every third power-up as if nothing were wrong. */
static void draw_sector(struct board *b, struct flash_weak_sector *s)
{
    bool quiet = board_random(b) % 3 == 0;

    for (unsigned i = 0; i < FLASH_WEAK_FLIPS; i++) {
        uint32_t off = s->flip[i].off, word = flash_get_word(b, off) | s->flip[i].cleared;

        flash_put_word(b, off, word);
        off = s->off + board_random(b) % (s->bytes / 4) * 4;
        word = flash_get_word(b, off);
        s->flip[i].off = off;
        s->flip[i].cleared = quiet ? 0 : word & board_random(b) & board_random(b);
        flash_put_word(b, off, word & ~s->flip[i].cleared);
    }
}

void flash_draw_weak(struct board *b)
{
    struct flash_weak *weak = &b->flash.weak;

    for (unsigned i = 0; i < FLASH_WEAK_SECTORS; i++)
        if (weak->sector[i].bytes != 0)
            draw_sector(b, &weak->sector[i]);
    for (unsigned i = 0; i < FLASH_WEAK_WORDS; i++)
        if (weak->word[i].mask != 0)
            draw_word(b, &weak->word[i]);
}

static void weaken_sector(struct board *b, uint32_t off, uint32_t bytes)
{
    struct flash_weak *weak = &b->flash.weak;
    struct flash_weak_sector *s = &weak->sector[weak->next_sector++ % FLASH_WEAK_SECTORS];

    memset(s, 0, sizeof *s);
    s->off = off;
    s->bytes = bytes;
    for (unsigned i = 0; i < FLASH_WEAK_FLIPS; i++)
        s->flip[i].off = off;
}

static void tear_erase(struct board *b, const struct flash_op *op)
{
    unsigned how = choose(b, ERASE_UNTOUCHED);
    uint32_t blank = op->bytes / 16 * (1 + board_random(b) % 15);
    bool from_end = (board_random(b) & 1) != 0;

    flash_strengthen_range(b, op->off, op->bytes);
    for (uint32_t i = 0; i < op->bytes && how != ERASE_UNTOUCHED; i += 4) {
        uint32_t word = flash_get_word(b, op->off + i);

        if (how == ERASE_MIX)
            word |= board_random(b);
        else if (how == ERASE_WEAK_BLANK || (from_end ? i >= op->bytes - blank : i < blank))
            word = UINT32_MAX;
        memcpy(b->flash.array + op->off + i, &word, 4);
    }
    cpu_code_changed(b, FLASH_AXI_BASE + op->off, op->bytes);
    weaken_sector(b, op->off, op->bytes);
}

static void tear_program(struct board *b, const struct flash_op *op)
{
    struct flash_weak *weak = &b->flash.weak;
    struct flash_weak_word *w = &weak->word[weak->next_word++ % FLASH_WEAK_WORDS];
    uint32_t old = flash_get_word(b, op->off);
    uint32_t target = old & ~reg_merge(UINT32_MAX, op->off, op->bytes, op->value);
    unsigned how = choose(b, PROGRAM_SUBSET);
    uint32_t cleared = how == PROGRAM_OLD ? 0 : target;
    uint32_t soft = how == PROGRAM_OLD ? 0 : target;

    if (how == PROGRAM_SUBSET) {
        cleared = target & board_random(b);
        soft = target & board_random(b);
    }
    *w = (struct flash_weak_word){
        .off = op->off & ~3u, .strong = old & ~(cleared & ~soft), .mask = soft};
    flash_put_word(b, op->off, old & ~cleared);
}

void flash_tear(struct board *b)
{
    struct flash_op op = b->flash.op;

    b->flash.op.kind = FLASH_IDLE;
    flash_run_flush(b);
    trace_event(b, "torn", "\"op\":\"%s\",\"addr\":\"0x%08x\",\"bytes\":%u",
                op.kind == FLASH_ERASE     ? "erase"
                : op.kind == FLASH_PROGRAM ? "program"
                                           : "option",
                (unsigned)(FLASH_AXI_BASE + op.off), (unsigned)op.bytes);
    if (op.kind == FLASH_ERASE)
        tear_erase(b, &op);
    else if (op.kind == FLASH_PROGRAM)
        tear_program(b, &op);
}

void flash_strengthen_word(struct board *b, uint32_t off, uint32_t programmed)
{
    for (unsigned i = 0; i < FLASH_WEAK_WORDS; i++) {
        struct flash_weak_word *w = &b->flash.weak.word[i];

        if (w->mask == 0 || w->off != (off & ~3u))
            continue;
        w->strong &= ~programmed;
        w->mask &= ~programmed;
    }
}

void flash_strengthen_range(struct board *b, uint32_t off, uint32_t bytes)
{
    struct flash_weak *weak = &b->flash.weak;

    for (unsigned i = 0; i < FLASH_WEAK_WORDS; i++)
        if (weak->word[i].off >= off && weak->word[i].off < off + bytes)
            weak->word[i].mask = 0;
    for (unsigned i = 0; i < FLASH_WEAK_SECTORS; i++)
        if (weak->sector[i].off >= off && weak->sector[i].off < off + bytes)
            weak->sector[i].bytes = 0;
}
