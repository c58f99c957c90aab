/* SPDX-License-Identifier: MIT
 * util/err.c: every code has its own number, a text, and a blink number that can be counted. */
#include <stdbool.h>
#include <stdio.h>
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

/* The row "| text | code | what to do |" of a text; code 0 is "none". */
static bool doc_has(const char *doc, unsigned blink, const char *text)
{
    char start[160];
    const char *row;

    if (blink == 0)
        (void)snprintf(start, sizeof start, "\n| %s | none | ", text);
    else
        (void)snprintf(start, sizeof start, "\n| %s | %u | ", text, blink);
    row = strstr(doc, start);
    return row != NULL && strcspn(row + strlen(start), "|\n") > 10;
}

static void the_manual_knows_a_cure_for_each(void **state)
{
    static char doc[65536];
    FILE *file = fopen(SOURCE_DIR "/docs/manual.md", "rb");

    (void)state;
    assert_non_null(file);
    size_t got = fread(doc, 1, sizeof doc - 1, file);

    (void)fclose(file);
    assert_true(got > 0 && got < sizeof doc - 1);
    for (size_t i = 0; i < CODES; i++) {
        char class_row[16];

        if (!doc_has(doc, err_blink(codes[i]), err_text(codes[i])))
            fail_msg("docs/manual.md has no row with what to do for: %s, code %u",
                     err_text(codes[i]), err_blink(codes[i]));
        (void)snprintf(class_row, sizeof class_row, "\n| %u | ", err_blink(codes[i]));
        assert_true(err_blink(codes[i]) == 0 || strstr(doc, class_row) != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_is_its_own),
        cmocka_unit_test(blinks_can_be_counted),
        cmocka_unit_test(other_numbers_have_a_text),
        cmocka_unit_test(the_manual_knows_a_cure_for_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
