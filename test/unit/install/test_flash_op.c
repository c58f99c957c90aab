/* SPDX-License-Identifier: MIT
 * install/flash_op.c, copy.c and progress.c: waiting for the supply, retries of a sector, lines. */
#include <string.h>

#include "config/limits.h"
#include "install/copy.h"
#include "install/flash_op.h"
#include "install/progress.h"
#include "port/clock.h"
#include "support/cmocka_all.h"
#include "support/fake_clock.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/image_sample.h"

static int begin(void **state)
{
    (void)state;
    flash_host_reset();
    fake_log_clear();
    fake_clock_hook(NULL, NULL);
    return 0;
}

static unsigned count_lines(const char *text)
{
    unsigned count = 0;

    for (const char *at = fake_log_text(); (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

static void progress_lines(void **state)
{
    struct progress progress;

    (void)state;
    progress_begin(&progress, "stage", 1000);
    for (uint32_t done = 1; done <= 1000; done++)
        progress_update(&progress, done);
    assert_int_equal(count_lines("stage: "), 10);
    assert_non_null(strstr(fake_log_text(), "stage: 100 %"));
}

static void supply_never_comes(void **state)
{
    uint32_t start_ms = clock_ms();

    (void)state;
    flash_host.supply_low = true;
    assert_int_equal(flash_op_erase(UPDATE_ADDR), BL_E_SUPPLY_LOW);
    assert_in_range(clock_ms() - start_ms, SUPPLY_WAIT_MS, SUPPLY_WAIT_MS + 2);
    assert_int_equal(flash_host.operations, 0);
}

static void supply_back(void *ctx)
{
    uint32_t *at_ms = ctx;

    if (clock_ms() == *at_ms)
        flash_host.supply_low = false;
}

static void supply_comes_back(void **state)
{
    uint32_t at_ms = clock_ms() + 5000;

    (void)state;
    flash_host.supply_low = true;
    fake_clock_hook(supply_back, &at_ms);
    assert_int_equal(flash_op_erase(UPDATE_ADDR), BL_OK);
    assert_int_equal(count_lines("supply:"), 2);
}

static void copies(void **state)
{
    (void)state;
    image_sample(flash_host_at(UPDATE_ADDR), 200000, 3);
    memset(flash_host_at(RUN_ADDR), 0x77, SLOT_BYTES);
    assert_false(copy_is_same(UPDATE_ADDR, RUN_ADDR));
    assert_int_equal(copy_sector(UPDATE_ADDR, RUN_ADDR), BL_OK);
    assert_memory_equal(flash_host_at(RUN_ADDR), flash_host_at(UPDATE_ADDR), SLOT_SECTOR_BYTES);
    assert_int_equal(*flash_host_at(RUN_ADDR + SLOT_SECTOR_BYTES), 0x77);
    assert_true(copy_is_same(UPDATE_ADDR, RUN_ADDR));
    *flash_host_at(RUN_ADDR + SLOT_SECTOR_BYTES - 1) ^= 1;
    assert_false(copy_is_same(UPDATE_ADDR, RUN_ADDR));
    assert_int_equal(flash_host.rule_breaks, 0);
}

static void sector_is_tried_twice(void **state)
{
    (void)state;
    image_sample(flash_host_at(UPDATE_ADDR), 200000, 3);
    flash_host.bad_word_addr = RUN_ADDR + 4000;
    *flash_host_at(UPDATE_ADDR + 4000) |= 1; /* the bit that the bad word loses */
    assert_int_equal(copy_sector(UPDATE_ADDR, RUN_ADDR), BL_E_FLASH_PROGRAM);
    assert_int_equal(flash_host.erases[5], 2);
}

static void short_dip_costs_no_try(void **state)
{
    uint32_t at_ms = clock_ms() + 4000;

    (void)state;
    image_sample(flash_host_at(UPDATE_ADDR), 2000, 3);
    flash_host.supply_low_at = 100;
    fake_clock_hook(supply_back, &at_ms);
    assert_int_equal(copy_sector(UPDATE_ADDR, RUN_ADDR), BL_OK);
    assert_memory_equal(flash_host_at(RUN_ADDR), flash_host_at(UPDATE_ADDR), SLOT_SECTOR_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(progress_lines, begin),
        cmocka_unit_test_setup(supply_never_comes, begin),
        cmocka_unit_test_setup(supply_comes_back, begin),
        cmocka_unit_test_setup(copies, begin),
        cmocka_unit_test_setup(sector_is_tried_twice, begin),
        cmocka_unit_test_setup(short_dip_costs_no_try, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
