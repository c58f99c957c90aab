/* SPDX-License-Identifier: MIT
 * The boot block's decoder: blocks made by hand, then the loaders that were built, whole, with each
 * bit turned and with each length cut short. Input and output lie in memory of exactly their size,
 * so that the address sanitizer sees a step outside. */
#include "target/stm32f7/boot_block/unpack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

#define HEAD_BYTES sizeof(struct unpack_head)

struct packed {
    uint8_t *bytes; /* head and block */
    uint32_t len;
    uint32_t room;
};

static void *exact(size_t len)
{
    void *at = malloc(len);

    assert_non_null(at);
    return at;
}

static void sum_words(struct unpack_head *head, const void *plain)
{
    uint32_t words[8] = {0};

    memcpy(words, plain, head->unpacked_bytes);
    head->sum = unpack_sum(words, head->unpacked_bytes / 4);
}

/* A block by hand that must give `plain`, or be refused when plain is NULL. */
static void block(const char *packed, size_t packed_len, const char *plain, size_t plain_len)
{
    uint8_t *bytes = exact(HEAD_BYTES + packed_len);
    uint8_t *to = exact(plain_len);
    struct unpack_head head = {(uint32_t)packed_len, (uint32_t)plain_len, 0};

    if (plain)
        sum_words(&head, plain);
    memcpy(bytes, &head, HEAD_BYTES);
    memcpy(bytes + HEAD_BYTES, packed, packed_len);
    memset(to, 0, plain_len); /* zeros have the sum 0: it is not why a block is refused */
    bool ok = unpack((const struct unpack_head *)(void *)bytes, (uint32_t)(HEAD_BYTES + packed_len),
                     to, (uint32_t)plain_len);
    assert_int_equal(ok, plain != NULL);
    if (plain)
        assert_memory_equal(to, plain, plain_len);
    free(bytes);
    free(to);
}

#define GIVES(packed, plain)   block(packed, sizeof packed - 1, plain, sizeof plain - 1)
#define REFUSED(packed, bytes) block(packed, sizeof packed - 1, NULL, bytes)

static void test_blocks(void **state)
{
    (void)state;
    GIVES("\x40"
          "abcd",
          "abcd");
    GIVES("\x30"
          "abc"
          "\x03\x00"
          "\x10"
          "d",
          "abcabcad");
    GIVES("\x17"
          "z"
          "\x01\x00"
          "\x40"
          "abcd",
          "zzzzzzzzzzzzabcd"); /* a match over itself */
    GIVES("\xF0\x01"
          "0123456789abcdef",
          "0123456789abcdef");
    GIVES("\x1F"
          "y"
          "\x01\x00"
          "\x00"
          "\x40"
          "abcd",
          "yyyyyyyyyyyyyyyyyyyyabcd");
}

static void test_refused(void **state)
{
    static const char zeros[300];

    (void)state;
    REFUSED("\x40"
            "abc",
            4); /* literals cut short */
    REFUSED("\x50"
            "\0\0\0\0\0",
            4); /* more than there is room for */
    REFUSED("\x40"
            "\0\0\0\0",
            8);          /* less than was said */
    REFUSED("\xF0", 16); /* a length cut short */
    REFUSED("\xF0\xFF", 16);
    REFUSED("\x10"
            "\0"
            "\x01",
            8); /* a distance cut short */
    REFUSED("\x10"
            "\0"
            "\x00\x00"
            "\x30"
            "\0\0\0",
            8); /* a distance of 0 */
    REFUSED("\x10"
            "\0"
            "\x02\x00"
            "\x30"
            "\0\0\0",
            8); /* a distance before the start */
    REFUSED("\x11"
            "\0"
            "\x01\x00"
            "\x30"
            "\0\0\0",
            8); /* a match that is too long */
    REFUSED("\x1F"
            "\0"
            "\x01\x00",
            20); /* a match's length cut short */
    REFUSED("\x13"
            "\0"
            "\x01\x00",
            8); /* no literals at the end */
    block(zeros, 0, NULL, 4);
    block(zeros, 0, NULL, 0);
}

static void test_head(void **state)
{
    uint32_t words[8] = {0};
    uint8_t *to = exact(8);
    struct unpack_head *head = (struct unpack_head *)(void *)words;

    (void)state;
    memcpy(head + 1,
           "\x80"
           "abcdefg",
           9);
    *head = (struct unpack_head){9, 8, 0};
    sum_words(head, (const char *)(head + 1) + 1);
    assert_true(unpack(head, HEAD_BYTES + 9, to, 8));
    assert_true(unpack(head, HEAD_BYTES + 100, to, 8));
    assert_false(unpack(head, HEAD_BYTES + 8, to, 8));
    assert_false(unpack(head, HEAD_BYTES - 1, to, 8));
    assert_false(unpack(head, HEAD_BYTES + 9, to, 7));
    head->sum++;
    assert_false(unpack(head, HEAD_BYTES + 9, to, 8));
    head->sum--;
    free(to);
}

static struct packed read_packed(const char *name)
{
    char path[512];
    struct packed p;
    struct unpack_head head;

    snprintf(path, sizeof path, "%s/%s.packed", FIRMWARE_BUILD, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    (void)fseek(file, 0, SEEK_END);
    p.len = (uint32_t)ftell(file);
    rewind(file);
    p.bytes = exact(p.len);
    assert_int_equal(fread(p.bytes, 1, p.len, file), p.len);
    fclose(file);
    memcpy(&head, p.bytes, HEAD_BYTES);
    assert_int_equal(head.packed_bytes, p.len - HEAD_BYTES);
    p.room = head.unpacked_bytes;
    return p;
}

static bool unpacks(const struct packed *p, uint8_t *to)
{
    return unpack((const struct unpack_head *)(void *)p->bytes, p->len, to, p->room);
}

/* A turned bit is refused, or does not matter: a match may as well be copied from elsewhere. Each
 * bit is tried of every `step`th byte. */
static void turn_bits(const char *name, uint32_t step)
{
    struct packed p = read_packed(name);
    uint8_t *right = exact(p.room);
    uint8_t *to = exact(p.room);
    uint32_t harmless = 0;

    assert_true(unpacks(&p, right));
    for (uint32_t bit = 0; bit < 8 * p.len; bit += bit % 8 == 7 ? 8 * (step - 1) + 1 : 1) {
        p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (unpacks(&p, to)) {
            assert_memory_equal(to, right, p.room);
            harmless++;
        }
        p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(harmless < p.len / 100);
    free(p.bytes);
    free(right);
    free(to);
}

static void test_every_bit(void **state)
{
    (void)state;
    turn_bits("smoke", 1);
}

static void test_bits_of_the_loader(void **state)
{
    (void)state;
    turn_bits("stickboot_test_release", 131);
}

/* A block that ends early: first by what the head says, then by what there is. */
static void test_every_length(void **state)
{
    struct packed p = read_packed("smoke");
    uint8_t *to = exact(p.room);

    (void)state;
    for (uint32_t len = 0; len < p.len; len++) {
        struct packed cut = {exact(len + 1), len, p.room};
        uint32_t block_bytes = len > HEAD_BYTES ? len - (uint32_t)HEAD_BYTES : 0;

        memcpy(cut.bytes, p.bytes, len);
        assert_false(unpacks(&cut, to));
        if (len >= HEAD_BYTES) {
            memcpy(cut.bytes, &block_bytes, sizeof block_bytes);
            assert_false(unpacks(&cut, to));
        }
        free(cut.bytes);
    }
    free(p.bytes);
    free(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_every_bit),
        cmocka_unit_test(test_bits_of_the_loader),
        cmocka_unit_test(test_every_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
