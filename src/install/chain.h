/* SPDX-License-Identifier: MIT
 * Where the pieces of an image lie during an install. The seven sectors of backup, run and update
 * area form one line, numbered from 0 (S is the backup area, a piece is SLOT_SECTOR_BYTES):
 *
 *   S  R0 U0 R1 U1 R2 U2
 *
 * An install moves everything one place to the left: keep(i) copies the old piece from R[i] to its
 * left neighbour, put(i) the new piece from U[i] to R[i]; a rollback moves the old pieces back to
 * the right. So an image is always found in one of 2 * SLOT_SECTORS + 1 chains: its first k pieces
 * moved, the others not yet. Pure. */
#ifndef INSTALL_CHAIN_H
#define INSTALL_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "image/slot.h"
#include "params/records.h"

/* Sectors by their number in the line. */
#define LINE_RUN(piece)    (2u * (piece) + 1u)
#define LINE_UPDATE(piece) (2u * (piece) + 2u)
#define LINE_KEPT(piece)   (2u * (piece)) /* S, U0, U1 */

/* Chains: the old image with k pieces kept, the new one with k pieces put. */
#define CHAINS        (2u * SLOT_SECTORS + 1u)
#define CHAIN_KEPT(k) (SLOT_SECTORS - (k))
#define CHAIN_RUN     CHAIN_KEPT(0)
#define CHAIN_PUT(k)  (2u * SLOT_SECTORS - (k))
#define CHAIN_UPDATE  CHAIN_PUT(0)

/* Sets of chains and of sectors, a bit each. */
#define CHAINS_KEPT (((1u << SLOT_SECTORS) - 1u))
#define CHAINS_PUT  (((1u << SLOT_SECTORS) - 1u) << (SLOT_SECTORS + 1u))
#define CHAINS_ALL  ((1u << CHAINS) - 1u)
#define LINE_ALL    ((1u << RECORD_SECTORS) - 1u)

/* What was found in the chains. */
struct chains {
    uint32_t known;                    /* chains that were looked at */
    struct record_image found[CHAINS]; /* kind RECORD_NO_IMAGE: nothing that may be started */
};

/* First byte of a sector of the line. */
uint32_t line_addr(uint32_t sector);

/* All sectors of the run area. */
uint32_t line_run_set(void);

/* The update area's sectors that the first `pieces` pieces take. */
uint32_t line_update_set(uint32_t pieces);

/* The sectors of a chain, for its check. */
struct slot_map chain_map(uint32_t chain);

/* Pieces that an image takes, 0..SLOT_SECTORS. */
uint32_t chain_pieces(const struct record_image *image);

/* Both are there, and are the same. */
bool chain_same_image(const struct record_image *a, const struct record_image *b);

/* A whole image is found there, none of whose sectors is suspect. */
bool chain_sound(const struct chains *chains, uint32_t chain, uint32_t suspect);

/* The same, and it is this one. */
bool chain_holds(const struct chains *chains, uint32_t chain, const struct record_image *image,
                 uint32_t suspect);

/* Sector dst was erased: the images that had a piece there are no longer found. */
void chain_written(struct chains *chains, uint32_t dst);

/* Sector dst has the content of its neighbour src: what follows for the chains without looking at
 * the flash. A run area that follows to be whole becomes unknown: it is to be looked at. */
void chain_equal(struct chains *chains, uint32_t dst, uint32_t src);

/* The chains that have one of these sectors become unknown. */
void chain_forget(struct chains *chains, uint32_t sectors);

#endif
