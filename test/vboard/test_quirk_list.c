/* SPDX-License-Identifier: MIT
 * The list of quirks in docs/vboard.md is that of the board. usage: test_quirk_list [--print]; with
 * it the lines are printed as they must be in the document. */
#include <stdio.h>
#include <string.h>

#include "quirk.h"
#include "support/cmocka_all.h"

#define BEGIN "<!-- quirks:begin -->\n"
#define END   "<!-- quirks:end -->\n"

static char expected[65536], document[131072];

static void make_expected(void)
{
    size_t at =
        (size_t)snprintf(expected, sizeof expected,
                         "| quirk | default | what it does | seen on |\n|---|---|---|---|\n");
    for (unsigned i = 0; i < QUIRK_COUNT; i++) {
        const struct quirk_info *q = &quirk_table[i];
        const char *form = quirk_form((enum quirk_id)i);
        char value[24];
        at += (size_t)snprintf(expected + at, sizeof expected - at, "| `%s%s%s` | %s | %s | %s |\n",
                               q->name, *form ? "=" : "", form,
                               quirk_default_text((enum quirk_id)i, value), q->text, q->seen);
    }
}

static void test_document(void **state)
{
    (void)state;
    FILE *file = fopen(QUIRK_DOCUMENT, "rb");
    assert_non_null(file);
    document[fread(document, 1, sizeof document - 1, file)] = 0;
    fclose(file);
    char *begin = strstr(document, BEGIN);
    assert_non_null(begin);
    begin += strlen(BEGIN);
    char *end = strstr(begin, END);
    assert_non_null(end);
    *end = 0;
    assert_string_equal(begin, expected);
}

int main(int argc, char **argv)
{
    make_expected();
    if (argc == 2 && strcmp(argv[1], "--print") == 0)
        return fputs(expected, stdout) < 0;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_document)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
