/* SPDX-License-Identifier: MIT
 * install/sink.c over the host flash: erases ahead, fills the last word up, hashes what it was
 * given (but never while words are programmed or the bus is in use), keeps flash errors. */
#include <string.h>

#include "install/sink.h"
#include "support/cmocka_all.h"
#include "support/fake_board.h"
#include "support/flash_host.h"
#include "support/image_sample.h"

#define TOTAL (SLOT_SECTOR_BYTES + 1001u)

static uint8_t image[TOTAL];
static struct sink sink;
static struct pump_view view;

static int begin(void **state)
{
    (void)state;
    flash_host_reset();
    memset(flash_host_at(UPDATE_ADDR), 0x12, SLOT_BYTES); /* something old */
    image_sample(image, TOTAL, 1);
    view = (struct pump_view){0};
    return 0;
}

static enum bl_rc poll(void)
{
    struct pump_sink end = sink_end(&sink);

    view.hurry = false;
    return end.poll(end.ctx, &view);
}

/* Polls until it is quiet: nothing to hurry for, and done with all that has come. */
static enum bl_rc settle(void)
{
    enum bl_rc rc = BL_OK;

    for (uint32_t i = 0; i < 1000000 && rc == BL_OK; i++) {
        rc = poll();
        if (view.done_bytes == view.arrived_bytes && !view.hurry)
            return rc;
    }
    return rc == BL_OK ? BL_E_TIMEOUT : rc;
}

/* The next chunk comes from the source. */
static void arrive(void)
{
    uint32_t off = view.arrived_bytes;
    uint32_t len = TOTAL - off < PUMP_CHUNK_BYTES ? TOTAL - off : PUMP_CHUNK_BYTES;

    memcpy(pump_at(off), image + off, len);
    view.arrived_bytes = off + len;
}

static void check_hash(void)
{
    struct footer footer = image_sample_footer(image, TOTAL);
    struct digest sent;

    digest_end(&sink.hash, &sent);
    assert_memory_equal(&sent, &footer.digest, sizeof sent);
}

static void writes_and_hashes(void **state)
{
    (void)state;
    sink_begin(&sink, TOTAL, true, true);
    while (view.arrived_bytes < TOTAL) {
        arrive();
        assert_int_equal(settle(), BL_OK);
    }
    assert_memory_equal(flash_host_at(UPDATE_ADDR), image, TOTAL);
    for (uint32_t i = 0; i < 3; i++) /* the last word is filled up, what follows is erased */
        assert_int_equal(*flash_host_at(UPDATE_ADDR + TOTAL + i), 0xFF);
    assert_int_equal(flash_host.erases[8], 1);
    assert_int_equal(flash_host.erases[9], 1);
    assert_int_equal(flash_host.erases[10], 0);
    check_hash();
}

static void hashes_only(void **state)
{
    (void)state;
    sink_begin(&sink, TOTAL, true, false);
    while (view.arrived_bytes < TOTAL) {
        arrive();
        assert_int_equal(settle(), BL_OK);
    }
    check_hash();
    assert_int_equal(flash_host.operations, 0);
}

/* The flash does not wait for the stick: the first sector is erased before a byte has come, and the
 * second when the first has all that came for it. */
static void erases_ahead(void **state)
{
    (void)state;
    sink_begin(&sink, TOTAL, false, true);
    for (uint32_t i = 0; i < 10; i++)
        assert_int_equal(poll(), BL_OK);
    assert_int_equal(flash_host.erases[8], 1);
    assert_int_equal(flash_host.erases[9], 1);
    assert_int_equal(flash_host.erases[10], 0); /* not needed */
    assert_int_equal(view.done_bytes, 0);
    while (view.arrived_bytes < TOTAL) {
        arrive();
        assert_int_equal(settle(), BL_OK);
    }
    assert_memory_equal(flash_host_at(UPDATE_ADDR), image, TOTAL);
    assert_int_equal(flash_host.erases[8] + flash_host.erases[9], 2);
}

static void hashes_in_the_gaps(void **state)
{
    (void)state;
    flash_host.latency_polls = 5;
    sink_begin(&sink, TOTAL, true, true);
    arrive();
    view.reading = true;
    assert_int_equal(poll(), BL_OK);
    assert_int_equal(flash_host.doing, FLASH_HOST_ERASING);
    assert_int_equal(sink.hashed_off, 0); /* the bus comes first */
    view.reading = false;
    assert_int_equal(poll(), BL_OK);
    assert_true(view.hurry && sink.hashed_off > 0);
    while (flash_host.doing != FLASH_HOST_PROGRAMMING)
        assert_int_equal(poll(), BL_OK);
    uint32_t hashed_off = sink.hashed_off;

    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(poll(), BL_OK);
    assert_int_equal(flash_host.doing, FLASH_HOST_PROGRAMMING);
    assert_int_equal(sink.hashed_off, hashed_off); /* and so do the words */
}

static void flash_errors(void **state)
{
    (void)state;
    arrive();
    sink_begin(&sink, TOTAL, true, true);
    flash_host.bad_sector_addr = UPDATE_ADDR;
    assert_int_equal(settle(), BL_E_FLASH_ERASE);
    flash_host.bad_sector_addr = 0;
    flash_host.bad_word_addr = UPDATE_ADDR + 400;
    sink_begin(&sink, TOTAL, true, true);
    assert_int_equal(settle(), BL_E_FLASH_PROGRAM);
    flash_host.supply_low = true;
    sink_begin(&sink, TOTAL, true, true);
    assert_int_equal(settle(), BL_E_SUPPLY_LOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(writes_and_hashes, begin),
        cmocka_unit_test_setup(hashes_only, begin),
        cmocka_unit_test_setup(erases_ahead, begin),
        cmocka_unit_test_setup(hashes_in_the_gaps, begin),
        cmocka_unit_test_setup(flash_errors, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
