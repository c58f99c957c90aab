/* SPDX-License-Identifier: MIT
 * The line of sectors; pieces.h. */
#include "power/pieces.h"

#include "config/layout.h"

/* Places are counted along the line: S is 0, Ri is 2i + 1, Ui is 2i + 2. */
static uint32_t place_addr(uint32_t place)
{
    uint32_t i = (place - 1) / 2;

    if (place == 0)
        return BACKUP_ADDR;
    return (place % 2 != 0 ? (uint32_t)RUN_ADDR : (uint32_t)UPDATE_ADDR) + i * SLOT_SECTOR_BYTES;
}

static uint32_t place_of(enum pieces_chain chain, uint32_t i, bool moved)
{
    uint32_t waiting = 2 * i + (chain == PIECES_KEPT ? 1 : 2);

    return moved ? waiting - 1 : waiting;
}

static bool holds(const struct image *image, enum pieces_chain chain, uint32_t k, uint32_t suspect)
{
    for (uint32_t i = 0; i < image->pieces; i++) {
        uint32_t place = place_of(chain, i, i < k);

        if ((suspect >> place & 1) != 0 || !image_piece_holds(image, i, place_addr(place)))
            return false;
    }
    return image->pieces > 0;
}

bool pieces_run(const struct image *image)
{
    return holds(image, PIECES_KEPT, 0, 0);
}

bool pieces_complete(const struct image *image, enum pieces_chain chain, uint32_t suspect)
{
    for (uint32_t k = 0; k <= image->pieces; k++)
        if (holds(image, chain, k, suspect))
            return true;
    return false;
}
