/* SPDX-License-Identifier: MIT
 * An exFAT formatter and writer for tests: any sector and cluster size, files and folders with and
 * without links, fragmented, and not written to their end. fsck.exfat accepts what it makes. Every
 * function ends the test with a message when it fails. */
#ifndef SUPPORT_EXFAT_IMAGE_H
#define SUPPORT_EXFAT_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

/* How the clusters of a file or folder lie. */
enum exfat_chain {
    EXFAT_NO_LINKS, /* in a row, "NoFatChain" */
    EXFAT_LINKED,   /* in a row, with links */
    EXFAT_SCATTERED /* every other cluster, with links */
};

struct exfat_image {
    int fd;
    uint64_t offset; /* of the volume in the file */
    uint32_t sector_bytes, cluster_bytes;
    uint32_t clusters;     /* count */
    uint32_t next_cluster; /* the first that is free */
    uint64_t table, heap;  /* bytes from the start of the volume */
    uint32_t root_cluster;
    enum exfat_chain folders; /* how folders are made from now on, the root included */
};

/* Formats `clusters` clusters at offset in the file, which must be blank there; returns the volume's
 * bytes. folders decides how the root and later folders are made. */
uint64_t exfat_image_make(struct exfat_image *image, int fd, uint64_t offset, uint32_t sector_bytes,
                          uint32_t cluster_bytes, uint32_t clusters, enum exfat_chain folders);

/* Writes a file; folders on its path ("/a/b.bin", UTF-8 up to three bytes a character) are made as
 * needed. Of its bytes only the first `valid` are written and valid. */
void exfat_image_put(struct exfat_image *image, const char *path, const void *bytes,
                     uint32_t length, uint32_t valid, enum exfat_chain chain);

/* Writes both boot sectors' checksums anew, after a test has changed the main boot sector. */
void exfat_image_checksum(struct exfat_image *image);

#endif
