/* SPDX-License-Identifier: MIT
 * Where the pieces of an image lie during an install (docs/install.md): the areas form one line, S R0
 * U0 R1 U1 R2 U2, and an install shifts old and new one place along it, piece by piece. An image is
 * complete when for some k the pieces below k have moved and the others have not. Only bits that
 * will read the same for ever count. */
#ifndef POWER_PIECES_H
#define POWER_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include "power/image.h"

enum pieces_chain {
    PIECES_KEPT, /* from the run area to the place where the old image is kept */
    PIECES_PUT,  /* from the update area to the run area */
};

/* It is whole in the run area. */
bool pieces_run(const struct image *image);

/* It is complete, for some k, without the sectors of `suspect`, a mask as in the records. */
bool pieces_complete(const struct image *image, enum pieces_chain chain, uint32_t suspect);

#endif
