/* SPDX-License-Identifier: MIT
 * Decoder of an LZ4 block (github.com/lz4/lz4, doc/lz4_Block_format.md). Each sequence is a token
 * with two lengths of 4 bits, literal bytes, and a match: bytes repeated from a distance behind. The
 * block ends after literals. Runs before RAM is filled, so it calls nothing. */
#include "target/stm32f7/boot_block/unpack.h"

#define LENGTH_MORE 15u /* of a length: bytes follow that add to it, up to one below 255 */
#define MATCH_MIN   4u

struct block {
    const uint8_t *from;
    const uint8_t *from_end;
    uint8_t *to;
    uint32_t room; /* left at `to` */
    uint32_t done; /* bytes behind `to` */
};

static uint32_t left(const struct block *b)
{
    return (uint32_t)(b->from_end - b->from);
}

/* Adds the bytes that follow to a length of 15. The sum cannot overflow: a block has less than
 * 2^24 bytes. */
static bool read_length(struct block *b, uint32_t *length)
{
    uint32_t more = 255;

    if (*length != LENGTH_MORE)
        return true;
    while (more == 255) {
        if (left(b) == 0)
            return false;
        more = *b->from++;
        *length += more;
    }
    return true;
}

/* Ascending, byte for byte: a match may reach into what it writes. */
static bool copy(struct block *b, const uint8_t *from, uint32_t length)
{
    uint8_t *to = b->to;

    if (length > b->room)
        return false;
    b->room -= length;
    b->done += length;
    b->to = to + length;
    while (to < b->to)
        *to++ = *from++;
    return true;
}

static bool copy_literals(struct block *b, uint32_t length)
{
    if (!read_length(b, &length) || length > left(b) || !copy(b, b->from, length))
        return false;
    b->from += length;
    return true;
}

static bool copy_match(struct block *b, uint32_t length)
{
    uint32_t distance;

    if (left(b) < 2)
        return false;
    distance = b->from[0] | (uint32_t)b->from[1] << 8;
    b->from += 2;
    if (distance == 0 || distance > b->done || !read_length(b, &length))
        return false;
    return copy(b, b->to - distance, length + MATCH_MIN);
}

static bool decode(struct block *b)
{
    while (left(b) > 0) {
        uint32_t token = *b->from++;

        if (!copy_literals(b, token >> 4))
            return false;
        if (left(b) == 0)
            return b->room == 0;
        if (!copy_match(b, token & 15u))
            return false;
    }
    return false;
}

/* Turned before each product, so that a wrong bit spreads to all of the sum, the topmost one too. */
uint32_t unpack_sum(const uint32_t *word, uint32_t words)
{
    uint32_t sum = 0;

    for (; words > 0; words--)
        sum = ((sum << 5 | sum >> 27) ^ *word++) * UNPACK_SUM_FACTOR;
    return sum;
}

bool unpack(const struct unpack_head *head, uint32_t len, uint8_t *to, uint32_t room)
{
    const uint8_t *from = (const uint8_t *)(head + 1);

    if (len < sizeof *head || head->packed_bytes > len - sizeof *head ||
        head->unpacked_bytes > room)
        return false;
    struct block b = {from, from + head->packed_bytes, to, head->unpacked_bytes, 0};
    return decode(&b) &&
           unpack_sum((const uint32_t *)(const void *)to, head->unpacked_bytes / 4u) == head->sum;
}
