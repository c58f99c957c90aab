/* SPDX-License-Identifier: MIT
 * The images of a scenario: what a stick or an application brings, and the bytes that each piece of
 * one must have in whichever sector of the flash it lies. Most words are blank, so that an install
 * takes few operations. */
#ifndef POWER_IMAGE_H
#define POWER_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/layout.h"

enum image_kind {
    IMAGE_PLAIN,  /* with a footer where it is installed */
    IMAGE_BARE,   /* without: from a debugger, or a package of the simplest application */
    IMAGE_SIGNED, /* MCUboot's format */
    IMAGE_KINDS,
};

struct image_spec {
    uint8_t id; /* content and version hang on it */
    uint8_t kind;
    uint8_t sectors;      /* 1..SLOT_SECTORS that it reaches; 0 = no image */
    uint8_t trial_starts; /* 0 = does not ask to be confirmed; signed images only */
    uint8_t share;        /* bit i: the body of piece i is the same in all images */
    uint8_t counter;      /* security counter; signed images only */
    bool brim;            /* the last sector is full: a plain image's footer needs one more */
    bool dense;           /* no blank words */
};

struct image {
    struct image_spec spec;
    uint32_t file_bytes;    /* of the file on a stick, or of the package without its footer */
    uint32_t pieces;        /* sectors that count, the footer's with them */
    uint32_t vectors_off;   /* of the vector table */
    uint8_t at[SLOT_BYTES]; /* as installed; 0xFF behind its end */
    uint8_t sha256[32];     /* that the records know it by */
    char md5_text[33];      /* of the file */
};

/* Fills *image. A plain or bare one of three sectors cannot be brim. */
void image_make(struct image *image, const struct image_spec *spec);

/* The flash holds piece i of the image at sector_addr, and will still do so after every power-up. */
bool image_piece_holds(const struct image *image, uint32_t i, uint32_t sector_addr);

#endif
