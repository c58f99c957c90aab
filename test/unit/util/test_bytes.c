/* SPDX-License-Identifier: MIT
 * util/bytes.h: byte orders, and nothing written beside the field. */
#include <string.h>

#include "support/cmocka_all.h"
#include "util/bytes.h"

static void reads(void **state)
{
    const uint8_t in[9] = {0, 0x81, 0x92, 0xA3, 0xB4, 0xC5, 0xD6, 0xE7, 0xF8};

    (void)state;
    assert_int_equal(le16(in + 1), 0x9281);
    assert_int_equal(le32(in + 1), 0xB4A39281);
    assert_int_equal(be32(in + 1), 0x8192A3B4);
    assert_true(le64(in + 1) == 0xF8E7D6C5B4A39281);
}

static void writes(void **state)
{
    uint8_t out[6];

    (void)state;
    memset(out, 0xEE, sizeof out);
    put_le32(out + 1, 0x12345678);
    assert_memory_equal(out, "\xEE\x78\x56\x34\x12\xEE", 6);
    put_be32(out + 1, 0x12345678);
    assert_memory_equal(out, "\xEE\x12\x34\x56\x78\xEE", 6);
    memset(out, 0xEE, sizeof out);
    put_le16(out + 1, 0xABCD);
    assert_memory_equal(out, "\xEE\xCD\xAB\xEE\xEE\xEE", 6);
    put_be16(out + 1, 0xABCD);
    assert_memory_equal(out, "\xEE\xAB\xCD\xEE\xEE\xEE", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
