/* SPDX-License-Identifier: MIT
 * install/sink.c over the host flash: erases when a sector begins, fills the last word up, hashes
 * what it was given, keeps flash errors. */
#include <string.h>

#include "install/sink.h"
#include "support/cmocka_all.h"
#include "support/fake_board.h"
#include "support/flash_host.h"
#include "support/image_sample.h"

static uint8_t image[SLOT_SECTOR_BYTES + PUMP_CHUNK_BYTES];

static int begin(void **state)
{
    (void)state;
    flash_host_reset();
    memset(flash_host_at(UPDATE_ADDR), 0x12, SLOT_BYTES); /* something old */
    return 0;
}

static enum bl_rc drain(const struct pump_end *end, uint32_t off, uint32_t len)
{
    memcpy(pump_memory[0], image + off, len);
    enum bl_rc rc = end->start(end->ctx, off, pump_memory[0], len);

    rc = rc == BL_OK ? BL_PENDING : rc;
    while (rc == BL_PENDING)
        rc = end->poll(end->ctx);
    return rc;
}

static void writes_and_hashes(void **state)
{
    const uint32_t total = SLOT_SECTOR_BYTES + 1001;
    struct sink sink;
    struct digest sent;

    (void)state;
    image_sample(image, total, 1);
    sink_begin(&sink);
    struct pump_end end = sink_end(&sink);

    for (uint32_t off = 0; off < total; off += PUMP_CHUNK_BYTES) {
        uint32_t left = total - off;

        assert_int_equal(drain(&end, off, left < PUMP_CHUNK_BYTES ? left : PUMP_CHUNK_BYTES),
                         BL_OK);
    }
    assert_memory_equal(flash_host_at(UPDATE_ADDR), image, total);
    for (uint32_t i = 0; i < 3; i++) /* the last word is filled up, what follows is erased */
        assert_int_equal(*flash_host_at(UPDATE_ADDR + total + i), 0xFF);
    assert_int_equal(flash_host.erases[8], 1);
    assert_int_equal(flash_host.erases[9], 1);
    assert_int_equal(flash_host.erases[10], 0);
    struct footer footer = image_sample_footer(image, total);

    digest_end(&sink.hash, &sent);
    assert_memory_equal(&sent, &footer.digest, sizeof sent);
}

static void flash_errors(void **state)
{
    struct sink sink;
    struct pump_end end = sink_end(&sink);

    (void)state;
    image_sample(image, 5000, 1);
    sink_begin(&sink);
    flash_host.bad_sector_addr = UPDATE_ADDR;
    assert_int_equal(drain(&end, 0, 5000), BL_E_FLASH_ERASE);
    flash_host.bad_sector_addr = 0;
    flash_host.bad_word_addr = UPDATE_ADDR + 400;
    assert_int_equal(drain(&end, 0, 5000), BL_E_FLASH_PROGRAM);
    flash_host.supply_low = true;
    assert_int_equal(drain(&end, 0, 5000), BL_E_SUPPLY_LOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(writes_and_hashes, begin),
        cmocka_unit_test_setup(flash_errors, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
