/* SPDX-License-Identifier: MIT
 * Partition tables for tests, in blocks of any size, around a volume that lies in the middle of an
 * image file. Every function ends the test with a message when it fails. */
#ifndef SUPPORT_TABLE_IMAGE_H
#define SUPPORT_TABLE_IMAGE_H

#include <stdint.h>

enum table_layout {
    TABLE_MBR,
    TABLE_LOGICAL, /* behind an extended partition, the second in its chain */
    TABLE_GPT,
    TABLE_GPT_BACKUP, /* the primary is damaged */
    TABLE_LAYOUTS
};

/* Where the volume begins: a block of any size, behind every table. */
#define TABLE_VOLUME_OFFSET 0x100000u

/* Room for the tables behind the volume. */
#define TABLE_TAIL_BYTES 0x40000u

/* Writes a table with one partition, of volume_bytes from TABLE_VOLUME_OFFSET on, and makes the file
 * TABLE_TAIL_BYTES longer than that. Returns the file's bytes. What another layout left is gone. */
uint64_t table_image_write(int fd, enum table_layout layout, uint64_t volume_bytes,
                           uint32_t block_bytes);

#endif
