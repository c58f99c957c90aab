/* SPDX-License-Identifier: MIT
 * The device of fuzz_disk.h. */
#include "fuzz/fuzz_disk.h"

#include <string.h>

#include "fuzz/fuzz.h"
#include "util/bytes.h"
#include "util/crc.h"

enum {
    UNIT = 32,
    HEADER_BYTES = 4,
    PIECE_BYTES = 5,
    PIECES_MAX = 128,
    INPUT_MAX = 16384,
    FIX_GPT = 4,
    FIX_SETS = 8,
    GPT_ENTRIES_MAX = 2048, /* bytes that are made right */
};

static struct piece {
    uint64_t at;
    uint32_t bytes;
    uint8_t *data;
} pieces[PIECES_MAX];

static uint8_t input[INPUT_MAX];
static uint32_t count, reads;
static struct blockdev device;

static void copy_out(uint64_t at, uint8_t *dst, uint32_t bytes)
{
    memset(dst, 0, bytes);
    for (uint32_t i = 0; i < count; i++) {
        const struct piece *p = &pieces[i];
        uint64_t from = p->at > at ? p->at : at;
        uint64_t to = p->at + p->bytes < at + bytes ? p->at + p->bytes : at + bytes;

        if (from < to)
            memcpy(dst + (from - at), p->data + (from - p->at), (size_t)(to - from));
    }
}

static enum bl_rc read_start(void *ctx, uint64_t lba, uint32_t blocks, void *dst)
{
    (void)ctx;
    HOLDS(blocks > 0 && lba < device.block_count && blocks <= device.block_count - lba);
    if (++reads > FUZZ_DISK_READS_MAX)
        return BL_E_MSC_READ;
    copy_out(lba * device.block_bytes, dst, blocks * device.block_bytes);
    return BL_OK;
}

static enum bl_rc poll(void *ctx)
{
    (void)ctx;
    return BL_OK;
}

static uint8_t *bytes_at(uint64_t at, uint32_t bytes)
{
    for (uint32_t i = 0; i < count; i++)
        if (pieces[i].at <= at && at + bytes <= pieces[i].at + pieces[i].bytes)
            return pieces[i].data + (at - pieces[i].at);
    return NULL;
}

/* What no mutation finds by itself. */
static void fix_gpt(void)
{
    static uint8_t entries[GPT_ENTRIES_MAX];
    uint8_t *h = bytes_at(device.block_bytes, 96);
    uint64_t bytes;

    if (h == NULL)
        return;
    bytes = (uint64_t)le32(h + 80) * le32(h + 84);
    if (bytes <= GPT_ENTRIES_MAX) {
        copy_out(le64(h + 72) * device.block_bytes, entries, (uint32_t)bytes);
        put_le32(h + 88, crc32_bytes(0, entries, (uint32_t)bytes));
    }
    if (le32(h + 12) <= 96) {
        put_le32(h + 16, 0);
        put_le32(h + 16, crc32_bytes(0, h, le32(h + 12)));
    }
}

static void fix_sets(void)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t at = 0; at + UNIT <= pieces[i].bytes; at += UNIT) {
            uint8_t *set = pieces[i].data + at;
            uint32_t bytes = (set[1] + 1u) * UNIT;
            uint16_t sum = 0;

            if (set[0] != 0x85 || bytes > pieces[i].bytes - at)
                continue;
            for (uint32_t k = 0; k < bytes; k++)
                if (k != 2 && k != 3)
                    sum = (uint16_t)(((uint32_t)sum << 15 | sum >> 1) + set[k]);
            put_le16(set + 2, sum);
        }
}

const struct blockdev *fuzz_disk(const uint8_t *data, size_t len)
{
    uint32_t at = HEADER_BYTES;

    if (len < HEADER_BYTES || len > INPUT_MAX)
        return NULL;
    memcpy(input, data, len);
    count = 0;
    reads = 0;
    device = (struct blockdev){
        .block_bytes = 512u << (input[0] & 3), .read_start = read_start, .poll = poll};
    device.block_count = ((le32(input) >> 8) * 4096ull + 4096) / device.block_bytes;
    while (count < PIECES_MAX && len - at >= PIECE_BYTES) {
        struct piece *p = &pieces[count++];
        size_t left = len - at - PIECE_BYTES;

        p->at = (uint64_t)le32(input + at) * UNIT;
        p->bytes = input[at + 4] * (uint32_t)UNIT;
        p->data = input + at + PIECE_BYTES;
        p->bytes = p->bytes < left ? p->bytes : (uint32_t)left;
        at += PIECE_BYTES + p->bytes;
    }
    if ((input[0] & FIX_GPT) != 0)
        fix_gpt();
    if ((input[0] & FIX_SETS) != 0)
        fix_sets();
    return &device;
}
