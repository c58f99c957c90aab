/* SPDX-License-Identifier: MIT
 * The packed program: a head and one raw LZMA stream, made by scripts/pack_program. */
#ifndef UNPACK_H
#define UNPACK_H

#include <stdbool.h>
#include <stdint.h>

/* LZMA's parameters, for code of half-words (scripts/pack_program has the same). */
#define UNPACK_LC 1u /* bits of the byte before that choose how a literal is coded */
#define UNPACK_LP 1u /* bits of the position that do */
#define UNPACK_PB 1u /* bits of the position that choose for all else */

#define UNPACK_POSITIONS (1u << UNPACK_PB)
#define UNPACK_LITERALS  (1u << (UNPACK_LC + UNPACK_LP))
#define UNPACK_STATES    12u

struct unpack_head {
    uint32_t packed_bytes;   /* of the stream that follows */
    uint32_t unpacked_bytes; /* of the program, a multiple of 4 */
    uint32_t sum;            /* unpack_sum of the program's words */
};

/* Probabilities of zeros, in 1/2048: the stream's model, by what is decoded with them. */
struct unpack_length {
    uint16_t not_low;
    uint16_t not_mid;
    uint16_t low[UNPACK_POSITIONS][8];
    uint16_t mid[UNPACK_POSITIONS][8];
    uint16_t high[256];
};

struct unpack_model {
    uint16_t is_match[UNPACK_STATES][UNPACK_POSITIONS];
    uint16_t is_repeat[UNPACK_STATES];
    uint16_t is_not_latest[UNPACK_STATES];
    uint16_t is_not_second[UNPACK_STATES];
    uint16_t is_not_third[UNPACK_STATES];
    uint16_t is_long[UNPACK_STATES][UNPACK_POSITIONS];
    uint16_t distance_slot[4][64];
    uint16_t distance_middle[128];
    uint16_t distance_low[16];
    struct unpack_length match_length;
    struct unpack_length repeat_length;
    uint16_t literal[UNPACK_LITERALS][0x300];
};

#define UNPACK_SUM_FACTOR 0x9E3779B1u /* a prime near 2^32 / golden ratio */

/* Finds damage; it authenticates nothing. */
uint32_t unpack_sum(const uint32_t *word, uint32_t words);

/* Unpacks to RAM. len: bytes of head and stream that there are, at least; room: bytes at `to`, which
 * is aligned to words; model: memory to work with. Reads and writes nothing beyond them whatever the
 * bytes say, and ends after that many bytes. Returns false when the stream is damaged: `to` then
 * holds garbage. */
bool unpack(const struct unpack_head *head, uint32_t len, uint8_t *to, uint32_t room,
            struct unpack_model *model);

/* Of the caller: called at least every 300 bytes. */
void unpack_tend(void);

#endif
