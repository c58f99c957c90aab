/* SPDX-License-Identifier: MIT
 * applib/package.c and applib/staging.c over the host's flash. */
#include <string.h>

#include "applib/package.h"
#include "applib/staging.h"
#include "config/layout.h"
#include "image/footer.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"

static struct package package;
static uint8_t image[PLAIN_IMAGE_MAX_BYTES];

static int set_up(void **state)
{
    (void)state;
    flash_host_reset();
    uint32_t x = 1;
    for (uint32_t i = 0; i < sizeof image; i++) {
        x = x * 1664525u + 1013904223u;
        image[i] = (uint8_t)(x >> 24);
    }
    /* What was there before must not shine through. */
    memset(flash_host_at(UPDATE_ADDR), 0x5A, SLOT_BYTES);
    return 0;
}

static enum bl_rc write_all(uint32_t bytes, uint32_t piece)
{
    enum bl_rc rc = package_begin(&package, bytes);
    for (uint32_t off = 0; rc == BL_OK && off < bytes; off += piece)
        rc = package_bytes(&package, image + off, bytes - off < piece ? bytes - off : piece);
    return rc == BL_OK ? package_end(&package) : rc;
}

static void check_area(uint32_t bytes, uint32_t sectors)
{
    const uint8_t *area = flash_host_at(UPDATE_ADDR);
    uint32_t end = sectors * SLOT_SECTOR_BYTES;
    assert_memory_equal(area, image, bytes);
    for (uint32_t i = bytes; i < end - FOOTER_BYTES; i++)
        assert_int_equal(area[i], 0xFF);
    struct footer footer;
    assert_true(footer_decode(area + end - FOOTER_BYTES, &footer));
    assert_int_equal(footer.image_bytes, bytes);
    struct digest_run run;
    struct digest want;
    digest_begin(&run);
    digest_bytes(&run, image, bytes);
    digest_end(&run, &want);
    assert_memory_equal(&footer.digest, &want, sizeof want);
    for (uint32_t i = end; i < SLOT_BYTES; i++)
        assert_int_equal(area[i], 0x5A);
}

static void test_pieces_of_any_length(void **state)
{
    (void)state;
    static const uint32_t pieces[] = {1, 3, 255, 256, 257, 1024, 5000};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        assert_int_equal(write_all(4999, pieces[i]), BL_OK);
        check_area(4999, 1);
        assert_int_equal(flash_host.rule_breaks, 0);
    }
}

static void test_sizes_at_the_edges(void **state)
{
    (void)state;
    static const struct {
        uint32_t bytes, sectors;
    } cases[] = {
        {8, 1},
        {SLOT_SECTOR_BYTES - FOOTER_BYTES - 1, 1},
        {SLOT_SECTOR_BYTES - FOOTER_BYTES, 1},
        {SLOT_SECTOR_BYTES - FOOTER_BYTES + 1, 2},
        {SLOT_SECTOR_BYTES, 2},
        {PLAIN_IMAGE_MAX_BYTES, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(flash_host_at(UPDATE_ADDR), 0x5A, SLOT_BYTES);
        assert_int_equal(write_all(cases[i].bytes, 4096), BL_OK);
        check_area(cases[i].bytes, cases[i].sectors);
    }
}

static void test_wrong_sizes_touch_nothing(void **state)
{
    (void)state;
    assert_int_equal(package_begin(&package, 0), BL_E_IMG_EMPTY);
    assert_int_equal(package_begin(&package, 7), BL_E_IMG_EMPTY);
    assert_int_equal(package_begin(&package, PLAIN_IMAGE_MAX_BYTES + 1), BL_E_IMG_TOO_BIG);
    assert_int_equal(package_begin(&package, UINT32_MAX), BL_E_IMG_TOO_BIG);
    assert_int_equal(package_bytes(&package, image, 4), BL_E_IMG_TOO_BIG);
    assert_int_equal(package_end(&package), BL_E_IMG_TOO_BIG);
    assert_int_equal(flash_host.operations, 0);
}

static void test_more_than_announced(void **state)
{
    (void)state;
    assert_int_equal(package_begin(&package, 100), BL_OK);
    assert_int_equal(package_bytes(&package, image, 60), BL_OK);
    assert_int_equal(package_bytes(&package, image + 60, 41), BL_E_IMG_TOO_BIG);
    /* The error stays. */
    assert_int_equal(package_bytes(&package, image + 60, 40), BL_E_IMG_TOO_BIG);
    assert_int_equal(package_end(&package), BL_E_IMG_TOO_BIG);
}

static bool has_footer(void)
{
    struct footer footer;
    return footer_decode(flash_host_at(UPDATE_ADDR + SLOT_SECTOR_BYTES - FOOTER_BYTES), &footer);
}

static void test_fewer_than_announced(void **state)
{
    (void)state;
    assert_int_equal(package_begin(&package, 100), BL_OK);
    assert_int_equal(package_bytes(&package, image, 99), BL_OK);
    assert_int_equal(package_end(&package), BL_E_BUG);
    assert_false(has_footer());
}

static void test_flash_that_holds_something_else(void **state)
{
    (void)state;
    assert_int_equal(package_begin(&package, 1000), BL_OK);
    assert_int_equal(package_bytes(&package, image, 1000), BL_OK);
    memset(flash_host_at(UPDATE_ADDR + 500), (uint8_t)~image[500], 1);
    assert_int_equal(package_end(&package), BL_E_IMG_DIGEST);
    assert_false(has_footer());
}

static void test_flash_that_does_not_take_a_word(void **state)
{
    (void)state;
    flash_host.bad_word_addr = UPDATE_ADDR + 512;
    assert_int_equal(write_all(1000, 100), BL_E_FLASH_PROGRAM);
    assert_false(has_footer());
    flash_host_reset();
    flash_host.bad_sector_addr = UPDATE_ADDR;
    assert_int_equal(write_all(1000, 100), BL_E_FLASH_ERASE);
}

/* Power cut at every operation: the footer is whole only when the image before it is. */
static void test_power_cut_anywhere(void **state)
{
    (void)state;
    assert_int_equal(write_all(1000, 100), BL_OK);
    uint32_t operations = flash_host.operations;
    assert_true(operations > 1 + 1000 / 4);
    for (volatile uint32_t cut = 1; cut <= operations; cut++) {
        flash_host_reset();
        memset(flash_host_at(UPDATE_ADDR), 0x5A, SLOT_SECTOR_BYTES);
        flash_host.cut_at = cut;
        flash_host.cut_kind = cut % 2 == 0 ? FLASH_HOST_CUT_BEFORE : FLASH_HOST_CUT_TORN;
        if (setjmp(flash_host_cut_jump) == 0) {
            (void)!write_all(1000, 100);
            fail(); /* the power was not cut */
        }
        if (has_footer())
            assert_memory_equal(flash_host_at(UPDATE_ADDR), image, 1000);
    }
}

static void test_another_chip_is_left_alone(void **state)
{
    (void)state;
    flash_host.wrong_layout = true;
    assert_int_equal(write_all(1000, 100), BL_E_FLASH_LAYOUT);
    assert_int_equal(flash_host.operations, 0);
}

static void test_supply_too_low(void **state)
{
    (void)state;
    assert_int_equal(package_begin(&package, 1000), BL_OK);
    flash_host.supply_low = true;
    assert_int_equal(package_bytes(&package, image, 1000), BL_E_SUPPLY_LOW);
    flash_host.supply_low = false;
    assert_int_equal(package_end(&package), BL_E_SUPPLY_LOW);
    assert_false(has_footer());
}

static void test_staging_stays_in_its_area(void **state)
{
    (void)state;
    static const uint32_t words[2];
    assert_int_equal(staging_erase(SLOT_BYTES + 1), BL_E_IMG_TOO_BIG);
    assert_int_equal(staging_program(SLOT_BYTES, words, 4), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(SLOT_BYTES - 4, words, 8), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(0xFFFFFFFC, words, 8), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(2, words, 4), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(0, words, 3), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(0, (const uint8_t *)words + 1, 4), BL_E_FLASH_RANGE);
    assert_int_equal(flash_host.operations, 0);
    assert_int_equal(staging_erase(SLOT_BYTES), BL_OK);
    assert_int_equal(staging_program(SLOT_BYTES - 8, words, 8), BL_OK);
    assert_int_equal(*flash_host_at(UPDATE_ADDR + SLOT_BYTES - 1), 0);
    assert_int_equal(*flash_host_at(UPDATE_ADDR + SLOT_BYTES), 0xFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_pieces_of_any_length, set_up),
        cmocka_unit_test_setup(test_sizes_at_the_edges, set_up),
        cmocka_unit_test_setup(test_wrong_sizes_touch_nothing, set_up),
        cmocka_unit_test_setup(test_more_than_announced, set_up),
        cmocka_unit_test_setup(test_fewer_than_announced, set_up),
        cmocka_unit_test_setup(test_flash_that_holds_something_else, set_up),
        cmocka_unit_test_setup(test_flash_that_does_not_take_a_word, set_up),
        cmocka_unit_test_setup(test_power_cut_anywhere, set_up),
        cmocka_unit_test_setup(test_another_chip_is_left_alone, set_up),
        cmocka_unit_test_setup(test_supply_too_low, set_up),
        cmocka_unit_test_setup(test_staging_stays_in_its_area, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
