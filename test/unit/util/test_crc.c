/* SPDX-License-Identifier: MIT
 * util/crc.c against published check values. */
#include "support/cmocka_all.h"
#include "util/crc.h"

static void check_value(void **state)
{
    (void)state;
    assert_int_equal(crc32_bytes(0, "123456789", 9), 0xCBF43926); /* the usual check value */
    assert_int_equal(crc32_bytes(0, "", 0), 0);
    assert_int_equal(crc32_bytes(0, "\0\0\0\0", 4), 0x2144DF1C);
}

static void pieces_give_the_same(void **state)
{
    (void)state;
    for (uint32_t cut = 0; cut <= 9; cut++) {
        uint32_t crc = crc32_bytes(0, "123456789", cut);

        assert_int_equal(crc32_bytes(crc, &"123456789"[cut], 9 - cut), 0xCBF43926);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_value),
        cmocka_unit_test(pieces_give_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
