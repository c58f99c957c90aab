/* SPDX-License-Identifier: MIT
 * image/footer.c: layout, place, and that every damaged bit is seen. */
#include <string.h>

#include "image/footer.h"
#include "support/cmocka_all.h"
#include "util/bytes.h"
#include "util/crc.h"

static struct footer sample(uint32_t bytes)
{
    struct footer footer = {.image_bytes = bytes};

    for (unsigned i = 0; i < 32; i++)
        footer.digest.sha256[i] = (uint8_t)(i + 1);
    for (unsigned i = 0; i < 16; i++)
        footer.digest.md5[i] = (uint8_t)(0xF0 + i);
    return footer;
}

static void round_trip_and_layout(void **state)
{
    struct footer in = sample(300000);
    struct footer out;
    uint8_t bytes[FOOTER_BYTES];

    (void)state;
    footer_encode(&in, bytes);
    assert_memory_equal(bytes, "SBF1", 4);
    assert_int_equal(le32(bytes + 4), 300000);
    assert_memory_equal(bytes + 8, in.digest.sha256, 32);
    assert_memory_equal(bytes + 40, in.digest.md5, 16);
    assert_int_equal(le32(bytes + 60), crc32_bytes(0, bytes, 60));
    assert_true(footer_decode(bytes, &out));
    assert_int_equal(out.image_bytes, 300000);
    assert_memory_equal(&out.digest, &in.digest, sizeof out.digest);
}

static void every_bit_counts(void **state)
{
    struct footer in = sample(5120);
    struct footer out;
    uint8_t bytes[FOOTER_BYTES];

    (void)state;
    footer_encode(&in, bytes);
    for (unsigned bit = 0; bit < FOOTER_BYTES * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(footer_decode(bytes, &out));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    memset(bytes, 0xFF, sizeof bytes);
    assert_false(footer_decode(bytes, &out));
    memset(bytes, 0, sizeof bytes);
    assert_false(footer_decode(bytes, &out));
}

static bool size_accepted(uint32_t image_bytes)
{
    struct footer in = sample(image_bytes);
    struct footer out;
    uint8_t bytes[FOOTER_BYTES];

    footer_encode(&in, bytes);
    return footer_decode(bytes, &out);
}

static void sizes(void **state)
{
    (void)state;
    assert_false(size_accepted(0));
    assert_false(size_accepted(7));
    assert_true(size_accepted(8));
    assert_true(size_accepted(786368));
    assert_false(size_accepted(786369));
    assert_false(size_accepted(0xFFFFFFFF));
}

static void place(void **state)
{
    (void)state;
    assert_int_equal(footer_off(8), 0x40000 - 64);
    assert_int_equal(footer_off(0x40000 - 64), 0x40000 - 64);
    assert_int_equal(footer_off(0x40000 - 63), 0x80000 - 64); /* one more sector */
    assert_int_equal(footer_off(0x40000), 0x80000 - 64);
    assert_int_equal(footer_off(786368), 0xC0000 - 64);
    assert_int_equal(footer_sectors(1), 1);
    assert_int_equal(footer_sectors(786368), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip_and_layout),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(sizes),
        cmocka_unit_test(place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
