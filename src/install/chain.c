/* SPDX-License-Identifier: MIT
 * Index arithmetic over the line of sectors; chain.h. */
#include "install/chain.h"

#include "config/layout.h"
#include "image/digest.h"
#include "image/footer.h"

uint32_t line_addr(uint32_t sector)
{
    uint32_t off = (sector - 1) / 2 * SLOT_SECTOR_BYTES;

    if (sector == 0)
        return BACKUP_ADDR;
    return sector % 2 == 1 ? RUN_ADDR + off : UPDATE_ADDR + off;
}

uint32_t line_run_set(void)
{
    return line_update_set(SLOT_SECTORS) >> 1;
}

uint32_t line_update_set(uint32_t pieces)
{
    uint32_t set = 0;

    for (uint32_t i = 0; i < pieces; i++)
        set |= 1u << LINE_UPDATE(i);
    return set;
}

/* A piece that was not moved yet lies one place further to the right. */
static uint32_t chain_sector(uint32_t chain, uint32_t piece)
{
    uint32_t right = chain > CHAIN_RUN ? 1 : 0;
    uint32_t moved = chain > CHAIN_RUN ? CHAIN_UPDATE - chain : CHAIN_RUN - chain;

    return 2 * piece + right + (piece < moved ? 0 : 1);
}

struct slot_map chain_map(uint32_t chain)
{
    struct slot_map map;

    for (uint32_t i = 0; i < SLOT_SECTORS; i++)
        map.addr[i] = line_addr(chain_sector(chain, i));
    return map;
}

uint32_t chain_pieces(const struct record_image *image)
{
    uint32_t pieces = (image->bytes + SLOT_SECTOR_BYTES - 1) / SLOT_SECTOR_BYTES;

    if (image->kind == RECORD_NO_IMAGE)
        return 0;
    if (image->kind == RECORD_PLAIN)
        pieces = footer_sectors(image->bytes);
    return pieces < SLOT_SECTORS ? pieces : SLOT_SECTORS;
}

bool chain_same_image(const struct record_image *a, const struct record_image *b)
{
    return a->kind != RECORD_NO_IMAGE && a->kind == b->kind && a->bytes == b->bytes &&
           digest_same(a->sha256, b->sha256, RECORD_SHA256_BYTES);
}

/* The sectors that the image found there takes. */
static uint32_t chain_set(const struct chains *chains, uint32_t chain)
{
    uint32_t set = 0;

    for (uint32_t i = 0; i < chain_pieces(&chains->found[chain]); i++)
        set |= 1u << chain_sector(chain, i);
    return set;
}

bool chain_sound(const struct chains *chains, uint32_t chain, uint32_t suspect)
{
    return (chains->known >> chain & 1) != 0 && chains->found[chain].kind != RECORD_NO_IMAGE &&
           (chain_set(chains, chain) & suspect) == 0;
}

bool chain_holds(const struct chains *chains, uint32_t chain, const struct record_image *image,
                 uint32_t suspect)
{
    return chain_sound(chains, chain, suspect) && chain_same_image(&chains->found[chain], image);
}

/* The image found in `from` is in `to` as well, now that dst is a copy of src. */
static bool chain_follows(const struct chains *chains, uint32_t from, uint32_t to, uint32_t dst,
                          uint32_t src)
{
    uint32_t pieces = chain_pieces(&chains->found[from]);

    for (uint32_t i = 0; i < pieces; i++) {
        uint32_t there = chain_sector(from, i);
        uint32_t here = chain_sector(to, i);

        if (here != there && (here != dst || there != src))
            return false;
    }
    return pieces > 0;
}

static void chain_derive(struct chains *chains, uint32_t to, uint32_t dst, uint32_t src)
{
    if (chains->found[to].kind != RECORD_NO_IMAGE)
        return;
    for (uint32_t from = to == 0 ? 0 : to - 1; from < CHAINS && from <= to + 1; from++) {
        if (from != to && chain_follows(chains, from, to, dst, src)) {
            chains->found[to] = chains->found[from];
            chains->known |= 1u << to;
            return;
        }
    }
}

void chain_written(struct chains *chains, uint32_t dst)
{
    for (uint32_t chain = 0; chain < CHAINS; chain++)
        if ((chain_set(chains, chain) >> dst & 1) != 0)
            chains->found[chain].kind = RECORD_NO_IMAGE;
}

void chain_equal(struct chains *chains, uint32_t dst, uint32_t src)
{
    bool run_was_whole = chains->found[CHAIN_RUN].kind != RECORD_NO_IMAGE;

    /* Towards the side where what was moved has come from: one pass follows it to its end. */
    for (uint32_t i = 0; i < CHAINS; i++)
        chain_derive(chains, src > dst ? CHAINS - 1 - i : i, dst, src);
    if (!run_was_whole && chains->found[CHAIN_RUN].kind != RECORD_NO_IMAGE) {
        chains->found[CHAIN_RUN].kind = RECORD_NO_IMAGE;
        chains->known &= ~(1u << CHAIN_RUN);
    }
}

void chain_forget(struct chains *chains, uint32_t sectors)
{
    for (uint32_t chain = 0; chain < CHAINS; chain++)
        for (uint32_t i = 0; i < SLOT_SECTORS; i++)
            if ((sectors >> chain_sector(chain, i) & 1) != 0) {
                chains->found[chain].kind = RECORD_NO_IMAGE;
                chains->known &= ~(1u << chain);
            }
}
