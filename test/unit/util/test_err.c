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

/* A table row "| code | class | texts |" that names the text; code 0 is "none". */
static bool doc_row_has(const char *doc, unsigned blink, const char *text)
{
    char start[16];

    (void)snprintf(start, sizeof start, blink == 0 ? "\n| none |" : "\n| %u |", blink);
    const char *row = strstr(doc, start);
    const char *end = row == NULL ? NULL : strchr(row + 1, '\n');
    const char *at = row == NULL ? NULL : strstr(row, text);

    return at != NULL && at < end;
}

static void the_table_in_the_documents_is_complete(void **state)
{
    static char doc[65536];
    FILE *file = fopen(SOURCE_DIR "/docs/boot-flow.md", "rb");

    (void)state;
    assert_non_null(file);
    size_t got = fread(doc, 1, sizeof doc - 1, file);

    (void)fclose(file);
    assert_true(got > 0 && got < sizeof doc - 1);
    for (size_t i = 0; i < CODES; i++) {
        if (!doc_row_has(doc, err_blink(codes[i]), err_text(codes[i]))) {
            fail_msg("not in its row of docs/boot-flow.md: %u, %s", err_blink(codes[i]),
                     err_text(codes[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_is_its_own),
        cmocka_unit_test(blinks_can_be_counted),
        cmocka_unit_test(other_numbers_have_a_text),
        cmocka_unit_test(the_table_in_the_documents_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
