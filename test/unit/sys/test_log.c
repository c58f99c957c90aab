/* SPDX-License-Identifier: MIT
 * sys/log.c: the subset of printf, and the cut of long lines. */
#include <limits.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/fake_log_sink.h"
#include "sys/log.h"

static int begin(void **state)
{
    (void)state;
    fake_log_clear();
    return 0;
}

static void conversions(void **state)
{
    (void)state;
    log_line("%s %u %d %c %x|%%", "text", 4294967295u, -42, 'z', 0xBEEFu);
    assert_string_equal(fake_log_text(), "text 4294967295 -42 z beef|%\r\n");
}

static void widths(void **state)
{
    (void)state;
    log_line("%08x %3u %03u %5d %d %u", 0x12ABu, 7u, 7u, -12, INT_MIN, 0u);
    assert_string_equal(fake_log_text(), "000012ab   7 007 -  12 -2147483648 0\r\n");
}

static void null_string(void **state)
{
    const char *volatile none = NULL; /* the compiler must not see it */

    (void)state;
    log_line("%s", none);
    assert_string_equal(fake_log_text(), "(null)\r\n");
}

static void long_line_is_cut(void **state)
{
    char text[LOG_LINE_MAX * 2];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_line("%s%s", text, text);
    assert_int_equal(strlen(fake_log_text()), LOG_LINE_MAX + 2);
    assert_string_equal(fake_log_text() + LOG_LINE_MAX, "\r\n");
}

static void error_names_itself(void **state)
{
    (void)state;
    assert_int_equal(log_error(BL_E_IMG_EMPTY, "stick"), BL_E_IMG_EMPTY);
    assert_string_equal(fake_log_text(), "stick: file is empty\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(conversions, begin),
        cmocka_unit_test_setup(widths, begin),
        cmocka_unit_test_setup(null_string, begin),
        cmocka_unit_test_setup(long_line_is_cut, begin),
        cmocka_unit_test_setup(error_names_itself, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
