/* SPDX-License-Identifier: MIT
 * The boot block's decoder: a small program that has all that a stream can hold, and the loaders that
 * were built; whole, with bits turned, cut short. Input and output lie in memory of exactly their
 * size, so that the address sanitizer sees a step outside. What liblzma makes of the loaders is
 * compared at every build (scripts/check_packed); test/data/packed is from pack_program --binary. */
#include "target/stm32f7/boot_block/unpack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

#define HEAD_BYTES sizeof(struct unpack_head)
#define SMALL      PACKED_DATA "/small.packed"
#define SMALL_BIN  PACKED_DATA "/small.bin"
#define LOADER     FIRMWARE_BUILD "/stickboot_test_release.packed"

struct packed {
    uint8_t *bytes; /* head and stream */
    uint32_t len;
    uint8_t *to;
    uint32_t room;
};

static uint32_t tended;

void unpack_tend(void)
{
    tended++;
}

static void *exact(size_t len)
{
    void *at = malloc(len);

    assert_non_null(at);
    return at;
}

static uint8_t *read_file(const char *path, uint32_t *len)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    (void)fseek(file, 0, SEEK_END);
    *len = (uint32_t)ftell(file);
    rewind(file);
    uint8_t *bytes = exact(*len);
    assert_int_equal(fread(bytes, 1, *len, file), *len);
    fclose(file);
    return bytes;
}

static struct packed packed_read(const char *path)
{
    struct packed p;
    struct unpack_head head;

    p.bytes = read_file(path, &p.len);
    memcpy(&head, p.bytes, HEAD_BYTES);
    assert_int_equal(head.packed_bytes, p.len - HEAD_BYTES);
    p.room = head.unpacked_bytes;
    p.to = exact(p.room);
    return p;
}

static void packed_free(struct packed *p)
{
    free(p->bytes);
    free(p->to);
}

static bool unpacks(struct packed *p)
{
    static struct unpack_model model;

    tended = 0;
    memset(&model, 0xA5, sizeof model); /* what an earlier one left */
    return unpack((const struct unpack_head *)(void *)p->bytes, p->len, p->to, p->room, &model);
}

static void test_small(void **state)
{
    struct packed p = packed_read(SMALL);
    uint32_t plain_bytes;
    uint8_t *plain = read_file(SMALL_BIN, &plain_bytes);

    (void)state;
    assert_true(unpacks(&p));
    assert_int_equal(p.room, plain_bytes);
    assert_memory_equal(p.to, plain, plain_bytes);
    assert_true(tended >= plain_bytes / 300);
    free(plain);
    packed_free(&p);
}

static void test_loader(void **state)
{
    struct packed p = packed_read(LOADER);

    (void)state;
    assert_true(unpacks(&p));
    packed_free(&p);
}

/* A head that does not fit what there is. */
static void test_head(void **state)
{
    struct packed p = packed_read(SMALL);
    struct unpack_head *head = (struct unpack_head *)(void *)p.bytes;

    (void)state;
    head->sum++;
    assert_false(unpacks(&p));
    head->sum--;
    head->packed_bytes++;
    assert_false(unpacks(&p));
    head->packed_bytes--;
    head->unpacked_bytes++;
    assert_false(unpacks(&p));
    head->unpacked_bytes -= 4 + 1;
    assert_false(unpacks(&p)); /* the sum is of one word more */
    head->unpacked_bytes += 4;
    p.room--;
    assert_false(unpacks(&p));
    p.room++;
    assert_true(unpacks(&p));
    head->unpacked_bytes = 0;
    assert_false(unpacks(&p));
    packed_free(&p);
}

/* Behind the last symbol: the mark of the end, which is not looked at. */
#define END_BYTES 12u

/* What does not matter: the mark of the end, whether it is complete (a lower packed_bytes), and the
 * stream's first byte, which is 0 by definition. */
static bool is_idle(const struct packed *p, uint32_t at)
{
    return at == 0 || at == HEAD_BYTES || at >= p->len - END_BYTES;
}

/* A turned bit is refused wherever it matters. */
static void turn_bits(const char *path, uint32_t step)
{
    struct packed p = packed_read(path);
    uint8_t *right = exact(p.room);

    assert_true(unpacks(&p));
    memcpy(right, p.to, p.room);
    for (uint32_t bit = 0; bit < 8 * p.len; bit += step) {
        p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (unpacks(&p)) {
            assert_true(is_idle(&p, bit / 8));
            assert_memory_equal(p.to, right, p.room);
        }
        p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    free(right);
    packed_free(&p);
}

static void test_every_bit(void **state)
{
    (void)state;
    turn_bits(SMALL, 1);
}

static void test_bits_of_the_loader(void **state)
{
    (void)state;
    turn_bits(LOADER, 997);
}

/* A stream that ends early: by what there is, then by what the head says. */
static void test_every_length(void **state)
{
    struct packed p = packed_read(SMALL);

    (void)state;
    for (uint32_t len = 0; len < p.len; len++) {
        struct packed cut = {exact(len + 1), len, p.to, p.room};
        uint32_t stream_bytes = len > HEAD_BYTES ? len - (uint32_t)HEAD_BYTES : 0;

        memcpy(cut.bytes, p.bytes, len);
        assert_false(unpacks(&cut));
        if (len >= HEAD_BYTES) {
            memcpy(cut.bytes, &stream_bytes, sizeof stream_bytes);
            assert_true(!unpacks(&cut) || len + END_BYTES > p.len);
        }
        free(cut.bytes);
    }
    packed_free(&p);
}

/* Streams of noise: they decode to something, or end. */
static void test_noise(void **state)
{
    struct packed p = packed_read(SMALL);
    uint32_t random = 1;

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        for (uint32_t i = HEAD_BYTES + round % 40; i < p.len; i++) {
            random = random * 1664525u + 1013904223u;
            p.bytes[i] = (uint8_t)(random >> 24);
        }
        assert_false(unpacks(&p));
    }
    packed_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_loader),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_every_bit),
        cmocka_unit_test(test_bits_of_the_loader),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_noise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
