/* SPDX-License-Identifier: MIT
 * Signed images through whole starts of the core: sticks that lie, and what is kept on record. The
 * rest is tested with the real binary (test/board/test_trust.c). */
#include <string.h>

#include "config/layout.h"
#include "image/keys.h"
#include "params/records.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/signed_sample.h"

static uint8_t first[SIGNED_SAMPLE_MAX_BYTES];
static uint8_t second[SIGNED_SAMPLE_MAX_BYTES];
static uint32_t first_bytes;

/* The signed v1.2.3 is installed; a stick with another image is in. */
static void begin(const char *name)
{
    uint32_t bytes = signed_sample_read("v1.2.3.img", second);

    boot_rig_reset();
    memcpy(flash_host_at(RUN_ADDR), second, bytes);
    memset(first, 0, sizeof first);
    first_bytes = signed_sample_read(name, first);
    boot_rig_stick(first, first_bytes, NULL);
    boot_rig_plugged(true);
}

static bool logged(const char *text)
{
    return strstr(fake_log_text(), text) != NULL;
}

static void assert_old_runs(void)
{
    uint32_t bytes = signed_sample_read("v1.2.3.img", second);

    assert_int_equal(boot_rig.started_addr, RUN_ADDR + 0x200);
    assert_memory_equal(flash_host_at(RUN_ADDR), second, bytes);
    assert_int_equal(flash_host.erases[5] + flash_host.erases[6] + flash_host.erases[7], 0);
}

static void installs(void **state)
{
    (void)state;
    begin("v1.3.0.img");
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_int_equal(boot_rig.started_addr, RUN_ADDR + 0x200);
    assert_memory_equal(flash_host_at(RUN_ADDR), first, first_bytes);
    assert_true(logged("upgrade finished"));
}

/* Checked: the one image; staged: the other. */
static void serves_two_images(const char *checked, const char *other)
{
    begin(checked);
    boot_rig.swap_bytes = signed_sample_read(other, second);
    boot_rig.swap_from = first;
    boot_rig.swap_to = second;
    assert_int_equal(boot_rig_run(300000), RIG_STARTED);
    assert_null(boot_rig.swap_to); /* it did change */
    assert_true(flash_host.erases[8] > 0);
    assert_false(logged("upgrade finished"));
    assert_old_runs();
}

static void two_images(void **state)
{
    (void)state;
    serves_two_images("v1.2.3-300k.img", "v1.3.0.img"); /* either would be installed by itself */
    serves_two_images("v1.3.0.img", "v1.2.3-otherkey.img");
    serves_two_images("v1.3.0.img", "v1.2.3-unsigned.img");
    serves_two_images("v1.3.0.img", "v1.2.3-corrupt-payload.img");
}

/* The run area's counter, or the highest that ever was. */
static void counter_is_kept(void **state)
{
    struct record record;

    (void)state;
    begin("v1.2.3-seccnt7.img");
    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_true(logged("upgrade finished"));
    assert_true(record_newest(&record));
    assert_int_equal(record.counter_floor, 7);
    first_bytes = signed_sample_read("v1.3.0.img", first);
    boot_rig_stick(first, first_bytes, NULL);
    uint32_t before = flash_host.erases[8];

    assert_int_equal(boot_rig_run(60000), RIG_STARTED);
    assert_true(logged("security counter of the image is too low"));
    assert_int_equal(flash_host.erases[8], before);
}

/* A key that was revoked is not believed any more, in a file and in the run area. */
static void revoked_key(void **state)
{
    struct record record;
    uint8_t slot[RECORD_BYTES];

    (void)state;
    begin("v1.3.0.img");
    record_default(&record);
    record.seq = 1;
    record.revoked_ids[0] = key_id(keys_builtin.keys[0].hash);
    record_encode(&record, slot);
    memcpy(flash_host_at(RECORD_LOG_P_ADDR), slot, sizeof slot);
    memcpy(flash_host_at(RECORD_LOG_F_ADDR), slot, sizeof slot);
    assert_int_equal(boot_rig_run(5000), RIG_WAITING);
    assert_true(logged("key that was revoked"));
    assert_int_equal(flash_host.erases[8], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(installs),
        cmocka_unit_test(two_images),
        cmocka_unit_test(counter_is_kept),
        cmocka_unit_test(revoked_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
