/* SPDX-License-Identifier: MIT
 * Decoder of a raw LZMA stream (LZMA SDK, lzma-specification.txt; public domain), and of the filter
 * that makes the targets of Thumb calls alike. Runs before RAM is filled, so it calls nothing but
 * unpack_tend.
 *
 * The stream is a number that a range coder refines bit by bit; each bit costs the less the surer the
 * model was of it. Bits make up symbols: a literal byte, a match (length, distance), or a match at
 * one of the four latest distances. */
#include "target/stm32f7/boot_block/unpack.h"

#include <stddef.h>

#define PROB_BITS  11u
#define PROB_HALF  (1u << (PROB_BITS - 1))
#define PROB_SHIFT 5u         /* how fast a probability follows what comes */
#define RANGE_MIN  (1u << 24) /* below it the next byte is taken in */

#define MATCH_MIN     2u
#define DISTANCE_SLOT 4u  /* first slot that has more bits */
#define DISTANCE_LOW  14u /* first slot whose low bits are coded apart from direct ones */

struct decoder {
    struct unpack_model *model;
    const uint8_t *from;
    const uint8_t *from_end;
    uint32_t range;
    uint32_t code;
    uint8_t *out;
    uint32_t done;        /* bytes at out */
    uint32_t bytes;       /* of the program */
    uint32_t state;       /* the kinds of the latest symbols */
    uint32_t distance[4]; /* latest first, less 1 */
    bool damaged;
};

/* All of the decoder becomes one function, so that the range coder lives in registers: it takes half
 * of the instructions that way, and no more flash. */
#define INLINE static inline __attribute__((always_inline))

/* Keeps 16 bits in the range. Zeros behind the end, which do no harm. */
INLINE void refill(struct decoder *d)
{
    if (d->range >= RANGE_MIN)
        return;
    d->range <<= 8;
    d->code <<= 8;
    if (d->from < d->from_end)
        d->code |= *d->from++;
    else
        d->damaged = true;
}

INLINE uint32_t get_bit(struct decoder *d, uint16_t *prob)
{
    refill(d);
    uint32_t p = *prob;
    uint32_t bound = (d->range >> PROB_BITS) * p;

    if (d->code < bound) {
        d->range = bound;
        *prob = (uint16_t)(p + (((1u << PROB_BITS) - p) >> PROB_SHIFT));
        return 0;
    }
    d->range -= bound;
    d->code -= bound;
    *prob = (uint16_t)(p - (p >> PROB_SHIFT));
    return 1;
}

/* Bits of even chance, the highest first. */
INLINE uint32_t get_direct(struct decoder *d, uint32_t bits)
{
    uint32_t value = 0;

    for (; bits > 0; bits--) {
        refill(d);
        d->range >>= 1;
        uint32_t bit = d->code >= d->range;

        d->code -= bit ? d->range : 0;
        value = value << 1 | bit;
    }
    return value;
}

/* A tree of probabilities: those of a bit hang on the bits before it, the highest first. at: what is
 * decoded so far, behind a leading 1; the answer, too, from `end` on. */
INLINE uint32_t get_branch(struct decoder *d, uint16_t *probs, uint32_t at, uint32_t end)
{
    while (at < end)
        at = at << 1 | get_bit(d, &probs[at]);
    return at;
}

/* A whole tree, lowest bit first. */
INLINE uint32_t get_reverse(struct decoder *d, uint16_t *probs, uint32_t bits)
{
    uint32_t at = 1;
    uint32_t value = 0;

    for (uint32_t i = 0; i < bits; i++) {
        uint32_t bit = get_bit(d, &probs[at]);

        at = at << 1 | bit;
        value |= bit << i;
    }
    return value;
}

/* Less MATCH_MIN. */
INLINE uint32_t get_length(struct decoder *d, struct unpack_length *model)
{
    uint32_t position = d->done % UNPACK_POSITIONS;
    uint16_t *probs = model->low[position];
    uint32_t base = 0;
    uint32_t end = 8;

    if (get_bit(d, &model->not_low) != 0) {
        probs = model->mid[position];
        base = 8;
        if (get_bit(d, &model->not_mid) != 0) {
            probs = model->high;
            base = 16;
            end = 256;
        }
    }
    return base + get_branch(d, probs, 1, end) - end;
}

/* Less 1; all ones is the mark of the stream's end. length: less MATCH_MIN. */
INLINE uint32_t get_distance(struct decoder *d, uint32_t length)
{
    uint16_t *probs = d->model->distance_slot[length < 3 ? length : 3];
    uint32_t slot = get_branch(d, probs, 1, 64) - 64;

    if (slot < DISTANCE_SLOT)
        return slot;
    uint32_t bits = slot / 2 - 1;
    uint32_t base = (2 | (slot & 1)) << bits;

    if (slot < DISTANCE_LOW) {
        probs = d->model->distance_middle + base - slot;
    } else {
        probs = d->model->distance_low;
        base += get_direct(d, bits - 4) << 4;
        bits = 4;
    }
    return base + get_reverse(d, probs, bits);
}

/* After a match, the byte that it would have gone on with says something about this one. */
INLINE void literal(struct decoder *d)
{
    uint32_t before = d->done > 0 ? d->out[d->done - 1] : 0;
    uint32_t which = (d->done % (1u << UNPACK_LP)) << UNPACK_LC | before >> (8 - UNPACK_LC);
    uint16_t *probs = d->model->literal[which];
    uint32_t at = 1;

    if (d->state >= 7) {
        uint32_t match = d->out[d->done - d->distance[0] - 1];
        uint32_t same = 0x100;

        while (at < 0x100 && same != 0) {
            match <<= 1;
            uint32_t bit = get_bit(d, &probs[same + (match & 0x100) + at]);

            at = at << 1 | bit;
            same = (match >> 8 & 1) == bit ? 0x100 : 0;
        }
    }
    d->out[d->done++] = (uint8_t)get_branch(d, probs, at, 0x100);
    d->state = d->state < 4 ? 0 : d->state < 10 ? d->state - 3 : d->state - 6;
}

/* Copies from the latest distance, byte for byte: a match may reach into what it writes. */
INLINE void copy(struct decoder *d, uint32_t length)
{
    if (d->distance[0] >= d->done || length > d->bytes - d->done) {
        d->damaged = true;
        return;
    }
    uint8_t *to = d->out + d->done;
    const uint8_t *from = to - d->distance[0] - 1;

    d->done += length;
    for (; length > 0; length--)
        *to++ = *from++;
}

/* The distance with this number (1 to 3) of the latest four becomes the latest, or a new one does in
 * the place of number 3. */
INLINE void make_latest(struct decoder *d, uint32_t number, uint32_t distance)
{
    if (number >= 3)
        d->distance[3] = d->distance[2];
    if (number >= 2)
        d->distance[2] = d->distance[1];
    d->distance[1] = d->distance[0];
    d->distance[0] = distance;
}

/* A match at one of the three distances before the latest. */
INLINE void choose_distance(struct decoder *d)
{
    struct unpack_model *m = d->model;

    if (get_bit(d, &m->is_not_second[d->state]) == 0)
        make_latest(d, 1, d->distance[1]);
    else if (get_bit(d, &m->is_not_third[d->state]) == 0)
        make_latest(d, 2, d->distance[2]);
    else
        make_latest(d, 3, d->distance[3]);
}

INLINE void match(struct decoder *d)
{
    struct unpack_model *m = d->model;
    bool is_repeat = get_bit(d, &m->is_repeat[d->state]) != 0;
    bool after_match = d->state >= 7;

    if (is_repeat) {
        if (get_bit(d, &m->is_not_latest[d->state]) != 0) {
            choose_distance(d);
        } else if (get_bit(d, &m->is_long[d->state][d->done % UNPACK_POSITIONS]) == 0) {
            d->state = after_match ? 11 : 9;
            copy(d, 1);
            return;
        }
    }
    uint32_t length = get_length(d, is_repeat ? &m->repeat_length : &m->match_length);

    if (!is_repeat)
        make_latest(d, 3, get_distance(d, length));
    d->state = is_repeat ? (after_match ? 11 : 8) : (after_match ? 10 : 7);
    copy(d, length + MATCH_MIN);
}

/* Field by field: for more the compiler would call memset, which is not in RAM yet. */
INLINE void begin(struct decoder *d, const uint8_t *from, uint32_t bytes)
{
    d->from = from;
    d->from_end = from + bytes;
    d->damaged = false;
    d->code = 0;
    for (uint32_t i = 0; i < 5; i++) {
        d->range = 0; /* takes in a byte; the code's start is five long */
        refill(d);
    }
    d->range = UINT32_MAX;
    d->done = 0;
    d->state = 0;
    for (uint32_t i = 0; i < 4; i++)
        d->distance[i] = 0;
}

INLINE bool decode(struct decoder *d)
{
    while (d->done < d->bytes && !d->damaged) {
        unpack_tend();
        if (get_bit(d, &d->model->is_match[d->state][d->done % UNPACK_POSITIONS]) == 0)
            literal(d);
        else
            match(d);
    }
    return !d->damaged;
}

/* Calls were packed with absolute targets, in half-words from the program's start: the same function
 * has the same bytes wherever it is called from (the filter "ARM-Thumb" of xz). */
static void relative_calls(uint16_t *half, uint32_t halves)
{
    for (uint32_t i = 0; i + 1 < halves; i++) {
        if ((half[i] & 0xF800u) != 0xF000u || (half[i + 1] & 0xF800u) != 0xF800u)
            continue;
        uint32_t target = (half[i] & 0x7FFu) << 11 | (half[i + 1] & 0x7FFu);
        uint32_t way = target - (i + 2);

        half[i] = (uint16_t)(0xF000u | (way >> 11 & 0x7FFu));
        half[++i] = (uint16_t)(0xF800u | (way & 0x7FFu));
    }
}

/* Turned before each product, so that a wrong bit spreads to all of the sum, the topmost one too. */
uint32_t unpack_sum(const uint32_t *word, uint32_t words)
{
    uint32_t sum = 0;

    for (; words > 0; words--)
        sum = ((sum << 5 | sum >> 27) ^ *word++) * UNPACK_SUM_FACTOR;
    return sum;
}

bool unpack(const struct unpack_head *head, uint32_t len, uint8_t *to, uint32_t room,
            struct unpack_model *model)
{
    const uint8_t *from = (const uint8_t *)(head + 1);

    if (len < sizeof *head || head->packed_bytes > len - sizeof *head ||
        head->unpacked_bytes > room)
        return false;
    struct decoder d;

    begin(&d, from, head->packed_bytes);
    d.model = model;
    d.out = to;
    d.bytes = head->unpacked_bytes;
    uint16_t *prob = (uint16_t *)model;
    void *program = to;

    for (size_t i = 0; i < sizeof *model / sizeof *prob; i++)
        prob[i] = PROB_HALF;
    if (!decode(&d))
        return false;
    relative_calls(program, head->unpacked_bytes / 2u);
    return unpack_sum(program, head->unpacked_bytes / 4u) == head->sum;
}
