/* SPDX-License-Identifier: MIT
 * Names: UTF-16 as UTF-8, cleaned for the console, and their comparison. */
#include "support/cmocka_all.h"

#include <string.h>

#include "fs/folder.h"

static void utf16_as_utf8(void **state)
{
    const struct {
        uint16_t units[4];
        const char *text;
    } cases[] = {
        {{'a', 'B', '~'}, "aB~"},
        {{0xE4, 0x7FF, 0xA0}, "\xC3\xA4\xDF\xBF\xC2\xA0"},
        {{0x800, 0x20AC, 0xFFFF}, "\xE0\xA0\x80\xE2\x82\xAC\xEF\xBF\xBF"},
        {{0xD83D, 0xDE00, 'x'}, "\xF0\x9F\x98\x80x"},
        {{0xDBFF, 0xDFFF}, "\xF4\x8F\xBF\xBF"},
        {{0xD83D, 'x'}, "\xED\xA0\xBDx"},               /* half a character */
        {{0xDE00, 0xD83D}, "\xED\xB8\x80\xED\xA0\xBD"}, /* two wrong halves */
        {{'/', 0x1B, 0x7F, 0x9B}, "????"},              /* would steer a terminal, or a path */
    };
    char out[FILE_PATH_MAX];
    (void)state;

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t count = 0;

        while (count < 4 && cases[i].units[count] != 0)
            count++;
        assert_true(folder_name(out, cases[i].units, count));
        assert_string_equal(out, cases[i].text);
    }
    assert_true(folder_name(out, (const uint16_t[]){0, 'a'}, 2));
    assert_string_equal(out, "?a");
    assert_false(folder_name(out, (const uint16_t[]){'a'}, 0));
}

static void names_that_just_fit_and_just_do_not(void **state)
{
    uint16_t units[FOLDER_NAME_UNITS];
    char out[FILE_PATH_MAX];
    (void)state;

    for (uint32_t i = 0; i < FOLDER_NAME_UNITS; i++)
        units[i] = 'n';
    assert_true(folder_name(out, units, FILE_PATH_MAX - 1));
    assert_int_equal(strlen(out), FILE_PATH_MAX - 1);
    assert_false(folder_name(out, units, FILE_PATH_MAX));
    units[FILE_PATH_MAX - 2] = 0xE4; /* two bytes */
    assert_false(folder_name(out, units, FILE_PATH_MAX - 1));
    units[FILE_PATH_MAX - 3] = 0xD83D; /* four bytes for the two */
    units[FILE_PATH_MAX - 2] = 0xDE00;
    assert_false(folder_name(out, units, FILE_PATH_MAX - 1));
}

static void comparison(void **state)
{
    (void)state;
    assert_true(folder_name_is("Firmware.bin", "fIRMWARE.BIN/x", 12));
    assert_false(folder_name_is("Firmware.bin", "firmware.bi", 11));
    assert_false(folder_name_is("Firmware.bi", "firmware.bin", 12));
    assert_false(folder_name_is("", "f", 1));
    assert_false(folder_name_is("a[", "a{", 2)); /* 0x20 apart, but no letters */
    assert_false(folder_name_is("a@", "a`", 2));
    assert_true(folder_name_is("az", "AZ", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf16_as_utf8),
        cmocka_unit_test(names_that_just_fit_and_just_do_not),
        cmocka_unit_test(comparison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
