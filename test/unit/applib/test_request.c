/* SPDX-License-Identifier: MIT
 * applib/request.c and applib/result.c over the host's flash. */
#include <string.h>

#include "applib/needs.h"
#include "applib/request.h"
#include "applib/result.h"
#include "config/layout.h"
#include "support/cmocka_all.h"
#include "support/flash_host.h"
#include "util/bytes.h"

static jmp_buf reset_jump;

/* What the application supplies: here the test goes on. */
_Noreturn void reset_system(bool note)
{
    (void)note;
    longjmp(reset_jump, 1);
}

static int set_up(void **state)
{
    (void)state;
    flash_host_reset();
    return 0;
}

static uint32_t flag(void)
{
    return le32(flash_host_at(UPGRADE_FLAG_ADDR));
}

static void test_blank_flag_is_set(void **state)
{
    (void)state;
    memset(flash_host_at(UPGRADE_FLAG_ADDR + 256), 0x11, 256); /* a record behind it */
    assert_int_equal(request_upgrade(), BL_OK);
    assert_int_equal(flag(), UPGRADE_FLAG_PENDING);
    assert_int_equal(*flash_host_at(UPGRADE_FLAG_ADDR + 256), 0x11);
    assert_int_equal(flash_host.operations, 1);
}

static void test_set_flag_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(request_upgrade(), BL_OK);
    uint32_t before = flash_host.operations;
    assert_int_equal(request_upgrade(), BL_OK);
    assert_int_equal(flash_host.operations, before);
}

static void test_garbage_is_erased_first(void **state)
{
    (void)state;
    memset(flash_host_at(UPGRADE_FLAG_ADDR), 0, 4);
    assert_int_equal(request_upgrade(), BL_OK);
    assert_int_equal(flag(), UPGRADE_FLAG_PENDING);
    assert_int_equal(flash_host.operations, 2);
    assert_int_equal(flash_host.erases[4], 1);
    assert_int_equal(flash_host.rule_breaks, 0);
}

static void test_reset_follows_the_flag(void **state)
{
    (void)state;
    if (setjmp(reset_jump) == 0)
        assert_int_equal(request_upgrade_and_reset(), BL_E_BUG); /* never comes back here */
    assert_int_equal(flag(), UPGRADE_FLAG_PENDING);
}

static void test_no_reset_without_the_flag(void **state)
{
    (void)state;
    flash_host.supply_low = true;
    if (setjmp(reset_jump) != 0)
        fail();
    assert_int_equal(request_upgrade_and_reset(), BL_E_SUPPLY_LOW);
    flash_host_reset();
    flash_host.wrong_layout = true;
    assert_int_equal(request_upgrade_and_reset(), BL_E_FLASH_LAYOUT);
}

static void put_record(uint32_t addr, uint32_t seq, uint8_t what)
{
    uint8_t bytes[RECORD_BYTES];
    struct record record;
    record_default(&record);
    record.seq = seq;
    record.last = (struct record_result){.what = what,
                                         .source = RECORD_FROM_STICK,
                                         .rc = BL_E_IMG_DIGEST,
                                         .stick_vid = 0x0951,
                                         .new_image = {.bytes = 5120}};
    record_encode(&record, bytes);
    memcpy(flash_host_at(addr), bytes, sizeof bytes);
}

static void test_result_of_the_newest_record(void **state)
{
    (void)state;
    struct record_result last;
    put_record(RECORD_LOG_P_ADDR, 7, RECORD_INSTALLED);
    put_record(RECORD_LOG_F_ADDR, 8, RECORD_REFUSED);
    assert_true(result_read(&last));
    assert_int_equal(last.what, RECORD_REFUSED);
    assert_int_equal(last.source, RECORD_FROM_STICK);
    assert_int_equal(last.rc, BL_E_IMG_DIGEST);
    assert_int_equal(last.stick_vid, 0x0951);
    assert_int_equal(last.new_image.bytes, 5120);
    put_record(RECORD_LOG_P_ADDR + RECORD_BYTES, 9, RECORD_FAILED);
    assert_true(result_read(&last));
    assert_int_equal(last.what, RECORD_FAILED);
}

static void test_no_record(void **state)
{
    (void)state;
    struct record_result last;
    memset(&last, 0x55, sizeof last);
    assert_false(result_read(&last));
    assert_int_equal(last.what, RECORD_NOTHING);
    assert_int_equal(last.new_image.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_blank_flag_is_set, set_up),
        cmocka_unit_test_setup(test_set_flag_is_left_alone, set_up),
        cmocka_unit_test_setup(test_garbage_is_erased_first, set_up),
        cmocka_unit_test_setup(test_reset_follows_the_flag, set_up),
        cmocka_unit_test_setup(test_no_reset_without_the_flag, set_up),
        cmocka_unit_test_setup(test_result_of_the_newest_record, set_up),
        cmocka_unit_test_setup(test_no_record, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
