/* SPDX-License-Identifier: MIT
 * MBR and GPT (UEFI 2.x, 5.2 and 5.3); table_image.h. */
#include "support/table_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/bytes.h"
#include "util/crc.h"

enum { ENTRIES = 128, ENTRY_BYTES = 128, ENTRIES_BYTES = ENTRIES * ENTRY_BYTES };

static void put(int fd, uint64_t at, const void *bytes, size_t length)
{
    if (pwrite(fd, bytes, length, (off_t)at) != (ssize_t)length) {
        fprintf(stderr, "table_image: cannot write\n");
        abort();
    }
}

static void put_record(int fd, uint64_t at, const uint32_t entries[2][3])
{
    uint8_t record[512] = {0};

    for (uint32_t i = 0; i < 2; i++) {
        uint8_t *e = record + 446 + 16 * i;

        e[4] = (uint8_t)entries[i][0];
        put_le32(e + 8, entries[i][1]);
        put_le32(e + 12, entries[i][2]);
    }
    put_le16(record + 510, 0xAA55);
    put(fd, at, record, sizeof record);
}

/* Two records in front of the volume: the first holds a partition that is too small for anything. */
static void put_logical(int fd, uint32_t start, uint32_t blocks, uint32_t block_bytes)
{
    const uint32_t first = 16, second = 24;

    put_record(fd, 0, (const uint32_t[2][3]){{0x0F, first, start + blocks - first}, {0}});
    put_record(
        fd, (uint64_t)first * block_bytes,
        (const uint32_t[2][3]){{0x83, 2, 2}, {0x05, second - first, start + blocks - second}});
    put_record(fd, (uint64_t)second * block_bytes,
               (const uint32_t[2][3]){{0x07, start - second, blocks}, {0}});
}

static void put_gpt_header(int fd, uint64_t lba, uint64_t other, uint64_t entries_lba,
                           uint64_t last_usable, uint32_t entries_crc, uint32_t block_bytes)
{
    uint8_t h[512] = "EFI PART";

    put_le32(h + 8, 0x00010000);
    put_le32(h + 12, 92);
    put_le32(h + 24, (uint32_t)lba);
    put_le32(h + 28, (uint32_t)(lba >> 32));
    put_le32(h + 32, (uint32_t)other);
    put_le32(h + 36, (uint32_t)(other >> 32));
    put_le32(h + 40, 2 + (ENTRIES_BYTES + block_bytes - 1) / block_bytes);
    put_le32(h + 48, (uint32_t)last_usable);
    put_le32(h + 52, (uint32_t)(last_usable >> 32));
    memset(h + 56, 0x5A, 16);
    put_le32(h + 72, (uint32_t)entries_lba);
    put_le32(h + 76, (uint32_t)(entries_lba >> 32));
    put_le32(h + 80, ENTRIES);
    put_le32(h + 84, ENTRY_BYTES);
    put_le32(h + 88, entries_crc);
    put_le32(h + 16, crc32_bytes(0, h, 92));
    put(fd, lba * block_bytes, h, sizeof h);
}

static void put_gpt(int fd, uint64_t start, uint64_t blocks, uint64_t file_blocks,
                    uint32_t block_bytes)
{
    static const uint8_t basic_data[16] = {0xA2, 0xA0, 0xD0, 0xEB, 0xE5, 0xB9, 0x33, 0x44,
                                           0x87, 0xC0, 0x68, 0xB6, 0xB7, 0x26, 0x99, 0xC7};
    static uint8_t entries[ENTRIES_BYTES];
    uint64_t last = file_blocks - 1;
    uint64_t backup_lba = last - (ENTRIES_BYTES + block_bytes - 1) / block_bytes;
    uint64_t end = start + blocks - 1;
    uint32_t protective = last > 0xFFFFFFFF ? 0xFFFFFFFF : (uint32_t)last;

    memcpy(entries, basic_data, 16);
    memset(entries + 16, 0xA5, 16);
    put_le32(entries + 32, (uint32_t)start);
    put_le32(entries + 40, (uint32_t)end);
    put_le32(entries + 44, (uint32_t)(end >> 32));
    uint32_t crc = crc32_bytes(0, entries, sizeof entries);

    put_record(fd, 0, (const uint32_t[2][3]){{0xEE, 1, protective}, {0}});
    put(fd, 2ull * block_bytes, entries, sizeof entries);
    put(fd, backup_lba * block_bytes, entries, sizeof entries);
    put_gpt_header(fd, 1, last, 2, backup_lba - 1, crc, block_bytes);
    put_gpt_header(fd, last, 1, backup_lba, backup_lba - 1, crc, block_bytes);
}

uint64_t table_image_write(int fd, enum table_layout layout, uint64_t volume_bytes,
                           uint32_t block_bytes)
{
    static const uint8_t zeros[65536];
    uint64_t end = TABLE_VOLUME_OFFSET + volume_bytes;
    uint32_t start = TABLE_VOLUME_OFFSET / block_bytes;
    uint64_t blocks = volume_bytes / block_bytes;

    end = (end + block_bytes - 1) / block_bytes * block_bytes;
    put(fd, 0, zeros, sizeof zeros);
    if (ftruncate(fd, (off_t)end) != 0 || ftruncate(fd, (off_t)(end + TABLE_TAIL_BYTES)) != 0)
        abort();
    if (layout == TABLE_MBR)
        put_record(fd, 0, (const uint32_t[2][3]){{0x07, start, (uint32_t)blocks}, {0}});
    else if (layout == TABLE_LOGICAL)
        put_logical(fd, start, (uint32_t)blocks, block_bytes);
    else
        put_gpt(fd, start, blocks, (end + TABLE_TAIL_BYTES) / block_bytes, block_bytes);
    if (layout == TABLE_GPT_BACKUP)
        put(fd, block_bytes, zeros, 8);
    return end + TABLE_TAIL_BYTES;
}
