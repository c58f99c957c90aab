/* SPDX-License-Identifier: MIT
 * image/slot.c: what is believed about the content of a slot, and what is not. */
#include <string.h>

#include "image/slot.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "support/image_sample.h"

static uint8_t image[SLOT_BYTES];
static struct slot_check check;
static const struct slot_trust trust = {.rules = &policy_open};

static int begin(void **state)
{
    (void)state;
    flash_host_reset();
    return 0;
}

static enum slot_kind look(void)
{
    struct slot_map map = slot_map_of(UPDATE_ADDR);
    uint32_t polls = 0;

    slot_check_begin(&check, &map, POLICY_INSTALL, &trust);
    while (slot_check_poll(&check) == BL_PENDING)
        polls++;
    assert_true(polls <= 3 * (SLOT_BYTES / SLOT_POLL_BYTES + 2)); /* three candidates at the most */
    assert_int_equal(verdict_holds(&check.verdict), check.kind == SLOT_WHOLE);
    return check.kind;
}

static void put(uint32_t bytes, uint32_t seed)
{
    image_sample(image, bytes, seed);
    image_sample_slot(UPDATE_ADDR, image, bytes);
}

static void blank_and_foreign(void **state)
{
    (void)state;
    assert_int_equal(look(), SLOT_NONE);
    assert_int_equal(check.reason, BL_E_IMG_VECTORS);
    memcpy(flash_host_at(UPDATE_ADDR), "\x3D\xB8\xF3\x96", 4);
    assert_int_equal(look(), SLOT_NONE);
    assert_int_equal(check.reason, BL_E_IMG_ENCRYPTED);
}

static void whole_of_every_size(void **state)
{
    static const uint32_t sizes[] = {16,     5121,   0x40000 - 64, 0x40000 - 63,
                                     300002, 524287, 0x80000,      PLAIN_IMAGE_MAX_BYTES};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        flash_host_reset();
        put(sizes[i], 7);
        assert_int_equal(look(), SLOT_WHOLE);
        assert_int_equal(check.footer.image_bytes, sizes[i]);
    }
}

static void one_bit_anywhere(void **state)
{
    static const uint32_t offs[] = {8, 100, 5119};

    (void)state;
    for (size_t i = 0; i < sizeof offs / sizeof offs[0]; i++) {
        flash_host_reset();
        put(5120, 7);
        *flash_host_at(UPDATE_ADDR + offs[i]) ^= 0x40;
        assert_int_equal(look(), SLOT_DIFFERS);
    }
}

/* Only one of the two digests fits: half a verdict is none. */
static void half_a_verdict(void **state)
{
    struct footer footer;

    (void)state;
    for (unsigned which = 0; which < 2; which++) {
        put(5120, 7);
        footer = image_sample_footer(image, 5120);
        uint8_t *digest = which == 0 ? footer.digest.md5 : footer.digest.sha256;

        digest[3] ^= 1;
        footer_encode(&footer, flash_host_at(UPDATE_ADDR + footer_off(5120)));
        assert_int_equal(look(), SLOT_DIFFERS);
    }
}

static void bare(void **state)
{
    struct slot_map map = slot_map_of(UPDATE_ADDR);

    (void)state;
    image_sample(image, 5120, 3);
    memcpy(flash_host_at(UPDATE_ADDR), image, 5120);
    assert_int_equal(look(), SLOT_BARE);
    slot_accept_plausible(&check);
    assert_true(verdict_holds(&check.verdict));
    memset(flash_host_at(UPDATE_ADDR), 0xFF, 8);
    slot_check_begin(&check, &map, POLICY_INSTALL, &trust);
    slot_accept_plausible(&check);
    assert_false(verdict_holds(&check.verdict));
}

/* A larger image was there before: its footer stays in a later sector. */
static void stale_footer_behind(void **state)
{
    (void)state;
    put(700000, 1);
    memset(flash_host_at(UPDATE_ADDR), 0xFF, SLOT_SECTOR_BYTES);
    put(5120, 2);
    assert_int_equal(look(), SLOT_WHOLE);
    assert_int_equal(check.footer.image_bytes, 5120);
}

static void bare_before_a_stale_footer(void **state)
{
    (void)state;
    put(700000, 1);
    memset(flash_host_at(UPDATE_ADDR), 0xFF, SLOT_SECTOR_BYTES);
    image_sample(image, 5120, 2);
    memcpy(flash_host_at(UPDATE_ADDR), image, 5120);
    assert_int_equal(look(), SLOT_BARE);
}

/* The footer vouches for an image whose entry is not in it. */
static void whole_but_not_an_application(void **state)
{
    (void)state;
    image_sample(image, 5120, 2);
    memcpy(image + 4, "\x01\x20\x04\x08", 4); /* 0x08042001: behind the end */
    image_sample_slot(UPDATE_ADDR, image, 5120);
    assert_int_equal(look(), SLOT_DIFFERS);
}

static void misplaced_footer(void **state)
{
    struct footer footer;

    (void)state;
    image_sample(image, 5120, 2);
    memcpy(flash_host_at(UPDATE_ADDR), image, 5120);
    footer = image_sample_footer(image, 5120);
    footer_encode(&footer, flash_host_at(UPDATE_ADDR + SLOT_BYTES - FOOTER_BYTES));
    assert_int_equal(look(), SLOT_BARE); /* a footer counts only where it belongs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(blank_and_foreign, begin),
        cmocka_unit_test_setup(whole_of_every_size, begin),
        cmocka_unit_test_setup(one_bit_anywhere, begin),
        cmocka_unit_test_setup(half_a_verdict, begin),
        cmocka_unit_test_setup(bare, begin),
        cmocka_unit_test_setup(stale_footer_behind, begin),
        cmocka_unit_test_setup(bare_before_a_stale_footer, begin),
        cmocka_unit_test_setup(whole_but_not_an_application, begin),
        cmocka_unit_test_setup(misplaced_footer, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
