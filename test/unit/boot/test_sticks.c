/* SPDX-License-Identifier: MIT
 * Whole starts with odd sticks: the file is found wherever it is, or the installed application
 * starts in bounded time with the reason on the console. */
#include <string.h>

#include "config/limits.h"
#include "params/records.h"
#include "port/clock.h"
#include "support/boot_rig.h"
#include "support/cmocka_all.h"
#include "support/fake_hc.h"
#include "support/fake_hub.h"
#include "support/fake_log_sink.h"
#include "support/flash_host.h"
#include "support/image_sample.h"
#include "usb/msc.h"

#define OLD_BYTES 3000u
#define NEW_BYTES 5120u

static uint8_t old_image[OLD_BYTES];
static uint8_t new_image[NEW_BYTES];
static uint8_t blank[64 * 512];
static struct fake_hub hub, inner;
static struct fake_stick second, mouse;

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
    const struct fake_stick *devices[] = {&boot_rig.stick, &hub.dev, &inner.dev, &second, &mouse};

    for (unsigned i = 0; i < 5; i++)
        if (devices[i]->violations != 0)
            fail_msg("device %u: %s", i, devices[i]->violation);
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

/* The application can read what was wrong, with whose stick; and it is written once. */
static void the_reason_is_on_record(void **state)
{
    struct record record;
    (void)state;

    boot_rig.shape = make_units_without_file;
    run_and_keep("unknown, no file system that can be read", 5000);
    assert_true(record_newest(&record));
    assert_int_equal(record.last.what, RECORD_REFUSED);
    assert_int_equal(record.last.source, RECORD_FROM_STICK);
    assert_int_equal(record.last.rc, BL_E_FS_NONE);
    assert_int_equal(record.last.stick_vid, 0x0781);
    assert_int_equal(record.last.stick_pid, 0x5567);
    uint32_t written = flash_host.operations;

    run_and_keep("no file system that can be read", 5000);
    assert_int_equal(flash_host.operations, written);
}

static void make_filled_later(struct fake_stick *stick)
{
    stick->luns[0].sense = 0x023A00;
    stick->luns[0].refusals = 400; /* some 20 ms each */
}

/* Without an application the slot is watched, and no power cycle disturbs it. */
static void a_card_is_put_into_the_reader(void **state)
{
    (void)state;
    flash_host_reset();
    boot_rig.shape = make_filled_later;
    run_and_install();
    assert_int_equal(fake_hc_resets(), 2); /* the first look did not know that there is none */
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

/* ---- hubs ---- */

static void make_hub(struct fake_stick *stick)
{
    (void)stick;
    fake_hub_init(&hub);
    fake_hub_init(&inner);
    fake_stick_init(&second, blank, sizeof blank / 512, 512);
    fake_stick_init(&mouse, NULL, 0, 512);
    mouse.config_desc[9 + 5] = 3;
    boot_rig.root = &hub.dev;
}

static void make_full_hubs(struct fake_stick *stick)
{
    make_hub(stick);
    hub.port[1].device = &mouse;
    hub.port[2].device = &second; /* a stick without a file system */
    hub.port[3].device = &inner.dev;
    inner.port[1].device = &mouse;
    inner.port[1].low_speed = true;
    inner.port[2].device = stick;
}

static void the_first_stick_with_the_file(void **state)
{
    (void)state;
    boot_rig.shape = make_full_hubs;
    run_and_install();
    assert_int_equal(inner.port[1].resets, 0);
}

static void make_empty_hub(struct fake_stick *stick)
{
    make_hub(stick);
    inner.port[1].device = &mouse;
    inner.port[1].low_speed = true;
    hub.port[4].device = &inner.dev;
}

/* No error either: nobody plugged in a stick. */
static void no_stick_on_the_hubs(void **state)
{
    (void)state;
    boot_rig.shape = make_empty_hub;
    run_and_keep("stick: none", 3000);
    assert_int_equal(boot_rig.blinks[1], 0);
    assert_int_equal(fake_hc_resets(), 1);
}

static void make_failing_stick_on_hub(struct fake_stick *stick)
{
    make_hub(stick);
    hub.port[1].device = &second;
    second.deaf_resets = UINT32_MAX;
    hub.port[2].device = stick;
}

static void a_failing_stick_beside_the_right_one(void **state)
{
    (void)state;
    boot_rig.shape = make_failing_stick_on_hub;
    run_and_install();
    assert_int_equal(hub.dev.cycles, 0);
}

static void make_hanging_stick_on_hub(struct fake_stick *stick)
{
    make_hub(stick);
    hub.port[1].device = &second;
    second.faults[0] = (struct fake_fault){
        .stage = FAKE_AT_CBW, .code = -1, .count = UINT32_MAX, .kind = FAKE_FAULT_NAK};
    hub.port[2].device = stick;
}

/* It is given up in the middle of a transfer. */
static void a_hanging_stick_beside_the_right_one(void **state)
{
    (void)state;
    boot_rig.shape = make_hanging_stick_on_hub;
    run_and_install();
    assert_true(boot_rig.ran_ms < STICK_TOTAL_MS);
}

static void make_hub_with_cycle(struct fake_stick *stick)
{
    make_hub(stick);
    hub.port[2].device = stick;
    stick->deaf_cycles = 1;
}

static void a_stick_on_a_hub_that_needs_fresh_power(void **state)
{
    (void)state;
    boot_rig.shape = make_hub_with_cycle;
    assert_int_equal(boot_rig_run_on(60000), RIG_STARTED);
    assert_true(logged("its power is switched off and on"));
    assert_memory_equal(flash_host_at(RUN_ADDR), new_image, NEW_BYTES);
}

static void make_late_stick_on_hub(struct fake_stick *stick)
{
    make_hub(stick);
    hub.port[2].device = stick;
    hub.port[2].connect_ms = 3000;
}

/* Without an application a stick may come into the hub at any time. */
static void waits_for_a_stick_on_a_hub(void **state)
{
    (void)state;
    flash_host_reset();
    boot_rig.shape = make_late_stick_on_hub;
    run_and_install();
}

static void make_overcurrent_hub(struct fake_stick *stick)
{
    make_hub(stick);
    hub.port[2].device = stick;
    hub.port[2].over_current = true;
}

static void an_over_current_on_a_hub_is_shown(void **state)
{
    (void)state;
    boot_rig.shape = make_overcurrent_hub;
    run_and_keep("port 2: over-current on the USB port", 10000);
    assert_int_equal(boot_rig.blinks[1], 3);
}

/* ---- the supply of the stick ---- */

static void make_overload(struct fake_stick *stick)
{
    (void)stick;
    fake_hc_overcurrent(UINT32_MAX);
}

/* Fresh power once, then the 5 V stay off. */
static void an_over_current_is_shown(void **state)
{
    (void)state;
    boot_rig.shape = make_overload;
    run_and_keep("over-current on the USB port", 6000);
    assert_int_equal(boot_rig.blinks[1], 3);
    assert_int_equal(boot_rig.stick.cycles, 2);
    assert_int_equal(boot_rig.stick.transactions, 0);
}

static void make_inrush(struct fake_stick *stick)
{
    (void)stick;
    fake_hc_overcurrent(VBUS_FAULT_MS - 20);
}

static void the_current_of_a_plug_in_is_none(void **state)
{
    (void)state;
    boot_rig.shape = make_inrush;
    run_and_install();
}

/* ---- the ladder ---- */

static void make_deaf(struct fake_stick *stick)
{
    stick->deaf_cycles = 1;
}

static void a_stick_that_needs_fresh_power(void **state)
{
    (void)state;
    boot_rig.shape = make_deaf;
    run_and_install();
    assert_int_equal(boot_rig.stick.cycles, 1);
}

static void make_slow(struct fake_stick *stick)
{
    stick->luns[0].ready_at_ms = clock_ms() + 29000;
}

static void a_stick_that_needs_29_s(void **state)
{
    (void)state;
    boot_rig.shape = make_slow;
    run_and_install();
    assert_int_equal(boot_rig.stick.cycles, 0);
}

static void make_never_ready(struct fake_stick *stick)
{
    stick->luns[0].sense = 0x020401;
    stick->luns[0].refusals = UINT32_MAX;
}

static void a_stick_that_is_never_ready(void **state)
{
    (void)state;
    boot_rig.shape = make_never_ready;
    run_and_keep("stick: not ready after 30 s: becoming ready (sense 020401)",
                 STICK_TOTAL_MS + 4000);
    assert_true(boot_rig.ran_ms > STICK_TOTAL_MS - 1000);
}

/* Each read of the file system fails, the ladder is climbed to its end: fresh power. */
static void reads_that_fail_get_fresh_power(void **state)
{
    (void)state;
    boot_rig.stick.faults[0] =
        (struct fake_fault){.stage = FAKE_AT_CSW, .code = 0x28, .count = 4, .kind = FAKE_FAULT_TAG};
    run_and_install();
    assert_int_equal(boot_rig.stick.cycles, 1);
    boot_rig.stick.faults[0].count = UINT32_MAX;
}

/* Pulled out while its file system is read, and back 300 ms later. */
static void a_loose_contact(void **state)
{
    (void)state;
    boot_rig.stick.faults[0] = (struct fake_fault){
        .stage = FAKE_AT_DATA, .code = 0x28, .count = 1, .kind = FAKE_FAULT_NAK, .ms = 1000};
    boot_rig.unplug_at_ms = 400;
    boot_rig.plug_at_ms = 700;
    run_and_install();
    assert_true(logged("stick was pulled out"));
}

/* Which read it is, of the file system, the .md5 or the data: the upgrade goes on when it is back. */
static void a_loose_contact_at_each_read(void **state)
{
    unsigned stagings = 0;

    for (uint32_t skip = 0;; skip++) {
        (void)begin(state);
        boot_rig.stick.faults[0] = (struct fake_fault){.stage = FAKE_AT_DATA,
                                                       .code = 0x28,
                                                       .skip = skip,
                                                       .count = 1,
                                                       .kind = FAKE_FAULT_UNPLUG};
        boot_rig.plug_at_ms = 800;
        run_and_install();
        if (!logged("stick was pulled out"))
            break;
        stagings += logged("stage: stick was pulled out") && logged("this file is checked first");
    }
    assert_true(stagings >= 1);
}

/* Each time that staging begins: fresh power once, then what is installed. */
static void always_pulled_out_while_staging(void **state)
{
    (void)state;
    run_and_install(); /* the reads that it takes */
    uint32_t reads = boot_rig.stick.reads;

    (void)begin(state);
    boot_rig.stick.faults[0] = (struct fake_fault){.stage = FAKE_AT_DATA,
                                                   .code = 0x28,
                                                   .skip = reads - 1,
                                                   .count = UINT32_MAX,
                                                   .kind = FAKE_FAULT_UNPLUG};
    boot_rig.plug_at_ms = 800;
    run_and_keep("stage: stick was pulled out", 8000);
    assert_int_equal(boot_rig.blinks[1], 3);
}

static void pulled_out_for_good(void **state)
{
    (void)state;
    boot_rig.stick.faults[0] = (struct fake_fault){
        .stage = FAKE_AT_DATA, .code = 0x28, .count = 1, .kind = FAKE_FAULT_UNPLUG};
    run_and_keep("stick was pulled out", 6000);
}

#define CASE(f) cmocka_unit_test_setup(f, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_first_unit_with_the_file),
        CASE(no_unit_has_the_file),
        CASE(an_empty_reader_delays_little),
        CASE(the_reason_is_on_record),
        CASE(a_card_is_put_into_the_reader),
        CASE(slow_beyond_use),
        CASE(the_first_stick_with_the_file),
        CASE(no_stick_on_the_hubs),
        CASE(a_failing_stick_beside_the_right_one),
        CASE(a_hanging_stick_beside_the_right_one),
        CASE(a_stick_on_a_hub_that_needs_fresh_power),
        CASE(waits_for_a_stick_on_a_hub),
        CASE(an_over_current_on_a_hub_is_shown),
        CASE(an_over_current_is_shown),
        CASE(the_current_of_a_plug_in_is_none),
        CASE(a_stick_that_needs_fresh_power),
        CASE(a_stick_that_needs_29_s),
        CASE(a_stick_that_is_never_ready),
        CASE(reads_that_fail_get_fresh_power),
        CASE(a_loose_contact),
        CASE(a_loose_contact_at_each_read),
        CASE(always_pulled_out_while_staging),
        CASE(pulled_out_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
