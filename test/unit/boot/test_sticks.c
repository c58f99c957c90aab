/* SPDX-License-Identifier: MIT
 * Whole starts with odd sticks: the file is found wherever it is, or the installed application
 * starts in bounded time with the reason on the console. */
#include <string.h>

#include "config/limits.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_hc.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/image_sample.h"
#include "usb/msc.h"

#define OLD_BYTES 3000u
#define NEW_BYTES 5120u

static uint8_t old_image[OLD_BYTES];
static uint8_t new_image[NEW_BYTES];
static uint8_t blank[64 * 512];

/* An old application is installed, and the stick offers a new one. */
static int begin(void **state)
{
    char md5_text[64];

    (void)state;
    boot_rig_reset();
    image_sample(old_image, OLD_BYTES, 1);
    image_sample_slot(RUN_ADDR, old_image, OLD_BYTES);
    image_sample(new_image, NEW_BYTES, 2);
    image_sample_md5_text(new_image, NEW_BYTES, md5_text);
    memcpy(md5_text + 32, "  firmware.bin\n", sizeof "  firmware.bin\n");
    boot_rig_stick(new_image, NEW_BYTES, md5_text);
    boot_rig_plugged(true);
    return 0;
}

static bool logged(const char *text)
{
    return strstr(fake_log_text(), text) != NULL;
}

static void check_manners(void)
{
    if (boot_rig.stick.violations != 0)
        fail_msg("stick: %s", boot_rig.stick.violation);
    if (fake_hc_violations() != 0)
        fail_msg("controller: %s", fake_hc_violation());
}

static void run_and_install(void)
{
    assert_int_equal(boot_rig_run_on(60000), RIG_STARTED);
    assert_memory_equal(flash_host_at(RUN_ADDR), new_image, NEW_BYTES);
    check_manners();
}

/* Starts what was installed before, for this reason, after at most so many ms. */
static void run_and_keep(const char *reason, uint32_t limit_ms)
{
    assert_int_equal(boot_rig_run_on(limit_ms), RIG_STARTED);
    assert_memory_equal(flash_host_at(RUN_ADDR), old_image, OLD_BYTES);
    assert_true(logged(reason));
    check_manners();
}

static void make_units(struct fake_stick *stick)
{
    stick->max_lun = 3;
    stick->luns[3] = stick->luns[0];
    stick->luns[0].type = 5; /* a CD-ROM drive */
    stick->luns[1] = stick->luns[3];
    stick->luns[1].sense = 0x023A00; /* an empty slot */
    stick->luns[1].refusals = UINT32_MAX;
    stick->luns[2] = stick->luns[3];
    stick->luns[2].image = blank; /* a card without a file system */
    stick->luns[2].block_count = sizeof blank / 512;
}

static void the_first_unit_with_the_file(void **state)
{
    (void)state;
    boot_rig.shape = make_units;
    run_and_install();
}

static void make_units_without_file(struct fake_stick *stick)
{
    make_units(stick);
    stick->luns[3] = stick->luns[2];
}

static void no_unit_has_the_file(void **state)
{
    (void)state;
    boot_rig.shape = make_units_without_file;
    run_and_keep("no file system", 5000);
    assert_true(boot_rig.stick.reads >= 2); /* both cards were looked at */
}

static void make_empty(struct fake_stick *stick)
{
    stick->luns[0].sense = 0x023A00;
    stick->luns[0].refusals = UINT32_MAX;
}

/* No power cycle, no long wait. */
static void an_empty_reader_delays_little(void **state)
{
    (void)state;
    boot_rig.shape = make_empty;
    run_and_keep("medium not present", MSC_EMPTY_MS + 4500); /* 2.8 s of them: the LED's code */
    assert_int_equal(fake_hc_resets(), 1);
}

/* Each block of a long folder comes after almost 5 s: no read is too late, the whole of it is. */
static void slow_beyond_use(void **state)
{
    char name[160];

    (void)state;
    boot_rig_stick(NULL, 0, NULL);
    for (unsigned i = 0; i < 20; i++) {
        memset(name, 'a' + (char)i, sizeof name);
        name[0] = '/';
        name[sizeof name - 1] = '\0';
        boot_rig_stick_file(name, "", 0);
    }
    boot_rig.stick.faults[0] = (struct fake_fault){.stage = FAKE_AT_DATA,
                                                   .code = 0x28,
                                                   .count = UINT32_MAX,
                                                   .kind = FAKE_FAULT_NAK,
                                                   .ms = 4900};
    run_and_keep("no answer in time", STICK_TOTAL_MS + 4000);
    assert_true(boot_rig.ran_ms > STICK_TOTAL_MS);
}

#define CASE(f) cmocka_unit_test_setup(f, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_first_unit_with_the_file),
        CASE(no_unit_has_the_file),
        CASE(an_empty_reader_delays_little),
        CASE(slow_beyond_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
