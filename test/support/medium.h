/* SPDX-License-Identifier: MIT
 * Volumes of every format in an image file: FAT by mkfs.fat and mtools, exFAT by exfat_image.c, with
 * files whose clusters lie in a row or scattered. Every function ends the test with a message when
 * it fails. */
#ifndef SUPPORT_MEDIUM_H
#define SUPPORT_MEDIUM_H

#include <stdint.h>

#include "support/exfat_image.h"

struct medium {
    unsigned bits; /* of FAT: 12, 16, 32; 0 = exFAT */
    uint32_t block_bytes;
    uint32_t cluster_bytes; /* FAT: at most 128 blocks */
    enum exfat_chain chain; /* FAT knows no EXFAT_NO_LINKS */

    /* Set by medium_make. */
    const char *path;
    int fd;
    uint64_t offset, bytes; /* of the volume in the file */
    struct exfat_image exfat;
};

struct medium medium_of(unsigned bits, uint32_t block_bytes, uint32_t cluster_bytes,
                        enum exfat_chain chain);

/* "FAT16", "exFAT" */
const char *medium_format(const struct medium *m);

/* Makes the file path an empty volume at offset, with room for some files of `room` bytes in all.
 * path must live as long as m. */
void medium_make(struct medium *m, const char *path, uint64_t offset, uint32_t room);

/* Writes a file; the folders of its name ("/a/b c/d.bin") are made as needed. */
void medium_put(struct medium *m, const char *name, const void *bytes, uint32_t length);

/* Closes the file. */
void medium_close(struct medium *m);

#endif
