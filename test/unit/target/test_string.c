/* SPDX-License-Identifier: MIT
 * target/stm32f7/string.c against the host's C library: every alignment, length and overlap of a
 * small buffer. The functions under test have the prefix small_ here (CMakeLists.txt). */
#include <stdint.h>
#include <string.h>

#include "support/cmocka_all.h"

void *small_memcpy(void *dst, const void *src, size_t len);
void *small_memmove(void *dst, const void *src, size_t len);
void *small_memset(void *dst, int value, size_t len);
size_t small_strlen(const char *text);
int small_memcmp(const void *a, const void *b, size_t len);
size_t small_strcspn(const char *text, const char *reject);

#define BYTES 40u

static _Alignas(4) uint8_t ours[BYTES];
static _Alignas(4) uint8_t theirs[BYTES];

static void fill(void)
{
    for (unsigned i = 0; i < BYTES; i++)
        ours[i] = theirs[i] = (uint8_t)(i * 7 + 1);
}

static void moves(void **state)
{
    (void)state;
    for (unsigned from = 0; from < 20; from++) {
        for (unsigned to = 0; to < 20; to++) {
            for (unsigned len = 0; len <= 20; len++) {
                fill();
                memmove(theirs + to, theirs + from, len);
                assert_ptr_equal(small_memmove(ours + to, ours + from, len), ours + to);
                assert_memory_equal(ours, theirs, BYTES);
            }
        }
    }
}

static void copies(void **state)
{
    uint8_t out[BYTES];

    (void)state;
    fill();
    for (unsigned off = 0; off < 8; off++) {
        for (unsigned len = 0; len <= 30; len++) {
            memset(out, 0xEE, sizeof out);
            assert_ptr_equal(small_memcpy(out + 4, ours + off, len), out + 4);
            assert_memory_equal(out + 4, ours + off, len);
            assert_int_equal(out[3], 0xEE);
            assert_int_equal(out[4 + len], 0xEE);
        }
    }
}

static void fills(void **state)
{
    (void)state;
    for (unsigned len = 0; len <= 20; len++) {
        fill();
        memset(theirs + 3, 0xA5, len);
        assert_ptr_equal(small_memset(ours + 3, 0xA5, len), ours + 3);
        assert_memory_equal(ours, theirs, BYTES);
    }
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void compares(void **state)
{
    (void)state;
    for (unsigned at = 0; at < 8; at++) {
        fill();
        ours[at] ^= 0x80;
        for (unsigned len = 0; len <= 8; len++) {
            assert_int_equal(sign(small_memcmp(ours, theirs, len)),
                             sign(memcmp(ours, theirs, len)));
        }
    }
}

static void texts(void **state)
{
    static const char *const each[] = {"", "/", "a", "firmware.bin", "/a/b", "no slash \x80\xFF"};

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(small_strlen(each[i]), strlen(each[i]));
        assert_int_equal(small_strcspn(each[i], "/"), strcspn(each[i], "/"));
        assert_int_equal(small_strcspn(each[i], "nb"), strcspn(each[i], "nb"));
        assert_int_equal(small_strcspn(each[i], ""), strcspn(each[i], ""));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves),    cmocka_unit_test(copies), cmocka_unit_test(fills),
        cmocka_unit_test(compares), cmocka_unit_test(texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
