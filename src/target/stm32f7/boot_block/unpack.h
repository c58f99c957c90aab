/* SPDX-License-Identifier: MIT
 * The packed program: a head and one LZ4 block, made by scripts/pack_program. */
#ifndef UNPACK_H
#define UNPACK_H

#include <stdbool.h>
#include <stdint.h>

struct unpack_head {
    uint32_t packed_bytes;   /* of the block that follows */
    uint32_t unpacked_bytes; /* of the program, a multiple of 4 */
    uint32_t sum;            /* unpack_sum of the program's words */
};

#define UNPACK_SUM_FACTOR 0x9E3779B1u /* a prime near 2^32 / golden ratio */

/* Finds damage; it authenticates nothing. */
uint32_t unpack_sum(const uint32_t *word, uint32_t words);

/* Unpacks to RAM. len: bytes of head and block that there are, at least; room: bytes at `to`,
 * which is aligned to words. Reads and writes nothing beyond them whatever the bytes say; takes
 * about 20 instructions a byte at most. Returns false when the block is damaged: `to` then holds
 * garbage. */
bool unpack(const struct unpack_head *head, uint32_t len, uint8_t *to, uint32_t room);

#endif
