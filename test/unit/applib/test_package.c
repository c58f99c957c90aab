/* SPDX-License-Identifier: MIT
 * applib/package.c and applib/staging.c over the host's flash. */
#include <string.h>

#include "applib/confirm.h"
#include "applib/package.h"
#include "applib/staging.h"
#include "config/layout.h"
#include "image/footer.h"
#include "image/mcuboot.h"
#include "params/records.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "util/bytes.h"

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
    assert_int_equal(package_begin(&package, SLOT_BYTES + 1), BL_E_IMG_TOO_BIG);
    assert_int_equal(package_begin(&package, UINT32_MAX), BL_E_IMG_TOO_BIG);
    assert_int_equal(package_bytes(&package, image, 4), BL_E_IMG_TOO_BIG);
    assert_int_equal(package_end(&package), BL_E_IMG_TOO_BIG);
    assert_int_equal(flash_host.operations, 0);
}

static bool has_footer(void)
{
    struct footer footer;
    return footer_decode(flash_host_at(UPDATE_ADDR + SLOT_SECTOR_BYTES - FOOTER_BYTES), &footer);
}

static void test_plain_image_without_room_for_its_footer(void **state)
{
    (void)state;
    assert_int_equal(package_begin(&package, PLAIN_IMAGE_MAX_BYTES + 1), BL_OK);
    assert_int_equal(package_bytes(&package, image, 255), BL_OK);
    assert_int_equal(package_bytes(&package, image + 255, 1), BL_E_IMG_TOO_BIG);
    assert_int_equal(flash_host.operations, SLOT_SECTORS);
}

/* An MCUboot image says itself what it is: no footer, and the whole slot is its own. */
static void test_mcuboot_image(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1000, SLOT_BYTES};
    static uint8_t signed_image[SLOT_BYTES];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(signed_image, 0x77, sizeof signed_image);
        put_le32(signed_image, MCUBOOT_MAGIC);
        assert_int_equal(package_begin(&package, sizes[i]), BL_OK);
        assert_int_equal(package_bytes(&package, signed_image, sizes[i]), BL_OK);
        assert_int_equal(package_end(&package), BL_OK);
        assert_memory_equal(flash_host_at(UPDATE_ADDR), signed_image, sizes[i]);
        if (sizes[i] < SLOT_SECTOR_BYTES)
            assert_false(has_footer());
    }
}

static void on_trial(void)
{
    struct record record;
    record_default(&record);
    record.seq = 1;
    record.phase = RECORD_TRIAL;
    record_encode(&record, flash_host_at(RECORD_LOG_P_ADDR));
    record_encode(&record, flash_host_at(RECORD_LOG_F_ADDR));
}

static void test_refused_on_trial(void **state)
{
    (void)state;
    on_trial();
    assert_int_equal(package_begin(&package, 1000), BL_E_ON_TRIAL);
    assert_int_equal(package_bytes(&package, image, 1), BL_E_ON_TRIAL);
    assert_int_equal(staging_erase(0, 1), BL_E_ON_TRIAL);
    uint32_t have;
    assert_int_equal(package_resume(&package, 1000, image, &have), BL_E_ON_TRIAL);
    assert_int_equal(have, 0);
    assert_int_equal(flash_host.operations, 0);
    assert_int_equal(confirm_image(), BL_OK);
    assert_int_equal(package_begin(&package, 1000), BL_OK);
}

static void sha256_of(uint32_t bytes, uint8_t out[DIGEST_SHA256_BYTES])
{
    struct digest_run run;
    struct digest digest;
    digest_begin(&run);
    digest_bytes(&run, image, bytes);
    digest_end(&run, &digest);
    memcpy(out, digest.sha256, DIGEST_SHA256_BYTES);
}

/* Resumes and writes the rest. */
static enum bl_rc resume_all(uint32_t bytes, uint32_t *have)
{
    uint8_t sha256[DIGEST_SHA256_BYTES];
    sha256_of(bytes, sha256);
    enum bl_rc rc = package_resume(&package, bytes, sha256, have);
    if (rc == BL_OK)
        rc = package_bytes(&package, image + *have, bytes - *have);
    return rc == BL_OK ? package_end(&package) : rc;
}

static void check_resumed(uint32_t bytes, uint32_t written, uint32_t want_have)
{
    uint32_t have;
    memset(flash_host_at(UPDATE_ADDR), 0x5A, SLOT_BYTES);
    assert_int_equal(package_begin(&package, bytes), BL_OK);
    assert_int_equal(package_bytes(&package, image, written), BL_OK);
    assert_int_equal(resume_all(bytes, &have), BL_OK);
    assert_int_equal(have, want_have);
    check_area(bytes, footer_sectors(bytes));
    assert_int_equal(flash_host.rule_breaks, 0);
}

static void test_resume_begins_at_the_sector_that_was_written(void **state)
{
    (void)state;
    uint32_t all = PLAIN_IMAGE_MAX_BYTES;
    check_resumed(all, 0, 0);
    check_resumed(all, 4096, 0);
    check_resumed(all, SLOT_SECTOR_BYTES, 0);
    check_resumed(all, SLOT_SECTOR_BYTES + 256, SLOT_SECTOR_BYTES);
    check_resumed(all, all - 256, 2 * SLOT_SECTOR_BYTES);
    check_resumed(2 * SLOT_SECTOR_BYTES, 2 * SLOT_SECTOR_BYTES, SLOT_SECTOR_BYTES);
    check_resumed(100, 100, 0);
}

static void test_resume_of_another_package(void **state)
{
    (void)state;
    uint32_t bytes = SLOT_SECTOR_BYTES + 1000, have;
    assert_int_equal(package_begin(&package, bytes), BL_OK);
    assert_int_equal(package_bytes(&package, image + 1, bytes - 100), BL_OK);
    assert_int_equal(resume_all(bytes, &have), BL_E_IMG_DIGEST);
    assert_int_equal(have, SLOT_SECTOR_BYTES);
}

/* A cut anywhere, also in the sector's last word, leaves nothing unsure in what is kept. */
static void test_resume_after_a_cut_anywhere(void **state)
{
    (void)state;
    uint32_t bytes = SLOT_SECTOR_BYTES + 1000;
    /* Few words around the sector's end: the others stay blank. */
    memset(image + 64, 0xFF, SLOT_SECTOR_BYTES - 128);
    assert_int_equal(write_all(bytes, 4096), BL_OK);
    uint32_t operations = flash_host.operations;
    for (volatile uint32_t cut = 1; cut <= operations; cut++) {
        flash_host_reset();
        memset(flash_host_at(UPDATE_ADDR), 0x5A, SLOT_BYTES);
        flash_host.random = cut;
        flash_host.cut_at = cut;
        flash_host.cut_kind = (enum flash_host_cut)(cut % FLASH_HOST_CUTS);
        if (setjmp(flash_host_cut_jump) == 0) {
            (void)!write_all(bytes, 4096);
            fail(); /* the power was not cut */
        }
        flash_host_power_up();
        uint32_t have;
        enum bl_rc rc = resume_all(bytes, &have);
        /* What was there before the erases may be taken for the beginning, but not to the end. */
        if (cut > 2 || rc != BL_E_IMG_DIGEST) {
            assert_int_equal(rc, BL_OK);
            check_area(bytes, 2);
            assert_true(flash_host_solid(UPDATE_ADDR, 2 * SLOT_SECTOR_BYTES));
        }
    }
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
    assert_int_equal(staging_erase(0, SLOT_BYTES + 1), BL_E_IMG_TOO_BIG);
    assert_int_equal(staging_program(SLOT_BYTES, words, 4), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(SLOT_BYTES - 4, words, 8), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(0xFFFFFFFC, words, 8), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(2, words, 4), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(0, words, 3), BL_E_FLASH_RANGE);
    assert_int_equal(staging_program(0, (const uint8_t *)words + 1, 4), BL_E_FLASH_RANGE);
    assert_int_equal(flash_host.operations, 0);
    assert_int_equal(staging_erase(0, SLOT_BYTES), BL_OK);
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
        cmocka_unit_test_setup(test_plain_image_without_room_for_its_footer, set_up),
        cmocka_unit_test_setup(test_mcuboot_image, set_up),
        cmocka_unit_test_setup(test_refused_on_trial, set_up),
        cmocka_unit_test_setup(test_resume_begins_at_the_sector_that_was_written, set_up),
        cmocka_unit_test_setup(test_resume_of_another_package, set_up),
        cmocka_unit_test_setup(test_resume_after_a_cut_anywhere, set_up),
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
