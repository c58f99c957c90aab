/* SPDX-License-Identifier: MIT
 * image/digest.c against the examples of RFC 1321 and FIPS 180-4. */
#include <string.h>

#include "image/digest.h"
#include "support/cmocka_all.h"

static void known_answers(void **state)
{
    static const uint8_t md5[16] = {0x90, 0x01, 0x50, 0x98, 0x3C, 0xD2, 0x4F, 0xB0,
                                    0xD6, 0x96, 0x3F, 0x7D, 0x28, 0xE1, 0x7F, 0x72};
    static const uint8_t sha256[32] = {0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA,
                                       0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
                                       0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17, 0x7A, 0x9C,
                                       0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD};
    struct digest_run run;
    struct digest out;

    (void)state;
    digest_begin(&run);
    digest_bytes(&run, "a", 1);
    digest_bytes(&run, "bc", 2);
    digest_end(&run, &out);
    assert_memory_equal(out.md5, md5, sizeof md5);
    assert_memory_equal(out.sha256, sha256, sizeof sha256);

    static const uint8_t none[16];

    digest_begin(&run);
    digest_skip_md5(&run);
    digest_bytes(&run, "abc", 3);
    digest_end(&run, &out);
    assert_memory_equal(out.md5, none, sizeof none);
    assert_memory_equal(out.sha256, sha256, sizeof sha256);
}

static void same_looks_at_every_byte(void **state)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};

    (void)state;
    assert_true(digest_same(a, b, sizeof a));
    for (size_t i = 0; i < sizeof a; i++) {
        b[i] = 0x10;
        assert_false(digest_same(a, b, sizeof a));
        b[i] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(same_looks_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
