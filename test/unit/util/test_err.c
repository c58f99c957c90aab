/* SPDX-License-Identifier: MIT
 * util/err.c: every code has its own number, a text, and a blink number that can be counted. */
#include <string.h>

#include "support/cmocka_all.h"
#include "util/err.h"

static const enum bl_rc codes[] = {
#define X(name, number, blink, text) BL_E_##name,
#include "util/err.def"
#undef X
};

#define CODES (sizeof codes / sizeof codes[0])

static void each_code_is_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODES; i++) {
        assert_true(codes[i] < 0);
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(codes[i], codes[k]);
            assert_string_not_equal(err_text(codes[i]), err_text(codes[k]));
        }
    }
}

static void blinks_can_be_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODES; i++) {
        assert_true(err_blink(codes[i]) <= 9);
        assert_int_not_equal(err_blink(codes[i]), 1); /* one blink is no number */
    }
    assert_int_equal(err_blink(BL_E_FILE_NONE), 0);
    assert_int_equal(err_blink(BL_E_IMG_DIGEST), 5);
}

static void other_numbers_have_a_text(void **state)
{
    (void)state;
    assert_string_equal(err_text(BL_OK), "ok");
    assert_string_equal(err_text(BL_PENDING), "pending");
    assert_string_equal(err_text((enum bl_rc)(-12345)), "unknown error");
    assert_int_equal(err_blink((enum bl_rc)(-12345)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_is_its_own),
        cmocka_unit_test(blinks_can_be_counted),
        cmocka_unit_test(other_numbers_have_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
