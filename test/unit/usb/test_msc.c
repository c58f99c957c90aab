/* SPDX-License-Identifier: MIT
 * The stick as a block device: readiness in all its forms, several units, and reads that recover. */
#include "support/cmocka_all.h"

#include <string.h>

#include "config/limits.h"
#include "port/clock.h"
#include "support/fake_clock.h"
#include "support/fake_hc.h"
#include "support/fake_log_sink.h"
#include "support/usb_bench.h"
#include "usb/msc.h"

enum { BLOCKS = 512, TEST = 0x00, INQUIRY = 0x12, CAPACITY = 0x25, READ = 0x28, SENSE = 0x03 };

static struct fake_stick stick;
static struct usb_host host;
static struct msc msc;
static uint8_t image[BLOCKS * 512];
static _Alignas(4) uint8_t buffer[BLOCKS * 512];

static int plug_in(void **state)
{
    (void)state;
    usb_bench_start(&stick, image, BLOCKS, UINT32_MAX - 700);
    fake_hc_plug(&stick);
    usb_host_init(&host);
    msc_init(&msc, &host, MSC_EMPTY_MS);
    msc_limit(&msc, READINESS_MS);
    return 0;
}

static int check_manners(void **state)
{
    (void)state;
    usb_bench_check_manners(&stick);
    return 0;
}

static enum bl_rc get_ready(uint32_t limit_ms)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc;

    while ((rc = msc_ready_poll(&msc)) == BL_PENDING && clock_ms() - start_ms < limit_ms)
        clock_idle();
    return rc;
}

static enum bl_rc read_blocks(uint32_t lba, uint32_t count)
{
    memset(buffer, 0xEE, sizeof buffer);
    return blockdev_read(msc_blockdev(&msc), lba, count, buffer, BLOCKDEV_READ_LIMIT_MS);
}

static void assert_reads(uint32_t lba, uint32_t count)
{
    assert_int_equal(read_blocks(lba, count), BL_OK);
    assert_memory_equal(buffer, image + lba * 512, count * 512);
    assert_int_equal(buffer[count * 512 % sizeof buffer], count == BLOCKS ? image[0] : 0xEE);
}

static void fault(enum fake_stage stage, int code, enum fake_fault_kind kind, uint32_t count)
{
    stick.faults[0] =
        (struct fake_fault){.stage = stage, .code = code, .count = count, .kind = kind};
}

/* ---- readiness ---- */

static void finds_a_sane_stick(void **state)
{
    (void)state;
    assert_int_equal(get_ready(500), BL_OK);
    assert_int_equal(msc_blockdev(&msc)->block_count, BLOCKS);
    assert_int_equal(msc_blockdev(&msc)->block_bytes, 512);
    assert_string_equal(msc_describe(&msc), "ACME Fake Stick");
    assert_non_null(strstr(fake_log_text(), "ACME Fake Stick"));
    assert_reads(0, BLOCKS); /* 256 KB: four commands */
    assert_int_equal(stick.reads, 4);
    assert_reads(BLOCKS - 1, 1);
    assert_int_equal(stick.class_resets, 0);
}

static void waits_as_long_as_nothing_is_attached(void **state)
{
    (void)state;
    fake_hc_forget();
    assert_int_equal(hc_init(), BL_OK);
    assert_int_equal(get_ready(100000), BL_PENDING);
}

static void counts_one_unit_when_max_lun_fails(void **state)
{
    const enum fake_fault_kind kinds[] = {FAKE_FAULT_STALL, FAKE_FAULT_NAK, FAKE_FAULT_SILENCE};

    for (uint32_t i = 0; i < 3; i++) {
        (void)plug_in(state);
        fault(FAKE_AT_SETUP, 0xFE, kinds[i], 9);
        assert_int_equal(get_ready(2000), BL_OK);
        assert_int_equal(msc.luns, 1);
    }
    (void)plug_in(state);
    stick.max_lun = 255;
    assert_int_equal(get_ready(2000), BL_OK);
    assert_int_equal(msc.luns, 1);
}

static void takes_unit_attentions_at_once(void **state)
{
    (void)state;
    stick.luns[0].sense = 0x062800;
    stick.luns[0].refusals = 3;
    assert_int_equal(get_ready(400), BL_OK);
    assert_int_equal(msc_last_sense(&msc), 0x062800);
    assert_int_equal(stick.tests, 4);
}

static void waits_for_a_slow_stick(void **state)
{
    (void)state;
    stick.luns[0].ready_at_ms = clock_ms() + 8000;
    assert_int_equal(get_ready(7900), BL_PENDING);
    assert_int_equal(get_ready(500), BL_OK);
    assert_true(stick.tests < 450); /* asked at a decent pace */
}

static void waits_for_a_stick_that_only_naks(void **state)
{
    (void)state;
    stick.faults[0] = (struct fake_fault){
        .stage = FAKE_AT_DATA, .code = INQUIRY, .count = 1, .kind = FAKE_FAULT_NAK, .ms = 8000};
    assert_int_equal(get_ready(9000), BL_OK);
    assert_int_equal(stick.class_resets, 0);
}

static void gives_up_after_the_readiness_limit(void **state)
{
    uint32_t start_ms = clock_ms();
    (void)state;

    stick.luns[0].sense = 0x020401;
    stick.luns[0].refusals = UINT32_MAX;
    assert_int_equal(get_ready(60000), BL_E_MSC_NOT_READY);
    assert_true(clock_ms() - start_ms >= READINESS_MS);
    assert_true(clock_ms() - start_ms < READINESS_MS + 1000);
    assert_int_equal(msc_last_sense(&msc), 0x020401);
}

static void starts_a_unit_that_wants_it(void **state)
{
    (void)state;
    stick.luns[0].sense = 0x020402;
    stick.luns[0].refusals = UINT32_MAX;
    stick.luns[0].start_needed = true;
    assert_int_equal(get_ready(1000), BL_OK);
}

static void believes_no_medium_after_a_while(void **state)
{
    uint32_t start_ms = clock_ms();
    (void)state;

    stick.luns[0].sense = 0x023A00;
    stick.luns[0].refusals = UINT32_MAX;
    assert_int_equal(get_ready(10000), BL_E_MSC_NO_MEDIUM);
    assert_true(clock_ms() - start_ms >= MSC_EMPTY_MS);
    assert_true(clock_ms() - start_ms < MSC_EMPTY_MS + 500);

    (void)plug_in(state);
    stick.luns[0].sense = 0x023A00;
    stick.luns[0].refusals = 7; /* a stick that says so while it starts */
    assert_int_equal(get_ready(10000), BL_OK);
}

/* A reader of four slots, all empty, is asked for no longer than one. */
static void an_empty_reader_delays_little(void **state)
{
    uint32_t start_ms = clock_ms();
    (void)state;

    stick.max_lun = 3;
    stick.luns[0].sense = 0x023A00;
    stick.luns[0].refusals = UINT32_MAX;
    for (unsigned i = 1; i < 4; i++)
        stick.luns[i] = stick.luns[0];
    assert_int_equal(get_ready(10000), BL_E_MSC_NO_MEDIUM);
    assert_true(clock_ms() - start_ms < MSC_EMPTY_MS + 500);
}

/* "No medium" as a unit attention is a promise: it changes its mind later. */
static void waits_for_a_medium_that_comes_up(void **state)
{
    (void)state;
    stick.luns[0].sense = 0x063A00;
    stick.luns[0].refusals = 300; /* nine at once, then a pause of 100 ms */
    assert_int_equal(get_ready(MSC_EMPTY_MS + 1000), BL_PENDING);
    assert_int_equal(get_ready(10000), BL_OK);
}

static void goes_on_to_the_other_units(void **state)
{
    (void)state;
    stick.max_lun = 3;
    for (unsigned i = 1; i < 4; i++)
        stick.luns[i] = stick.luns[0];
    stick.luns[1].sense = 0x023A00;
    stick.luns[1].refusals = UINT32_MAX;
    stick.luns[2].block_count = 100;
    assert_int_equal(get_ready(1000), BL_OK);
    assert_int_equal(msc.lun, 0);
    assert_true(msc_next_unit(&msc));
    assert_int_equal(msc_ready_poll(&msc), BL_PENDING);
    assert_false(msc_next_unit(&msc)); /* none has been found yet */
    assert_int_equal(get_ready(1000), BL_OK);
    assert_int_equal(msc.lun, 2);
    assert_true(msc_blockdev(&msc)->block_count == 100);
    assert_true(msc_next_unit(&msc));
    assert_int_equal(get_ready(1000), BL_OK);
    assert_int_equal(msc.lun, 3);
    assert_reads(1, 5);
    assert_true(msc_next_unit(&msc)); /* the empty slot could be filled meanwhile */
    assert_int_equal(get_ready(3000), BL_E_MSC_NO_MEDIUM);
    assert_false(msc_next_unit(&msc));
}

static void one_unit_is_the_only_one(void **state)
{
    (void)state;
    assert_int_equal(get_ready(1000), BL_OK);
    assert_false(msc_next_unit(&msc));
}

static void reads_beyond_two_tebibytes(void **state)
{
    (void)state;
    stick.luns[0].block_count = UINT64_C(0x100000000) + 100;
    stick.luns[0].image_lba = UINT64_C(0x100000000) - 100;
    assert_int_equal(get_ready(1000), BL_OK);
    assert_int_equal(stick.capacities_16, 1);
    assert_true(msc_blockdev(&msc)->block_count == UINT64_C(0x100000064));
    for (uint32_t at = 0; at <= 190; at += 19) {
        memset(buffer, 0xEE, sizeof buffer);
        assert_int_equal(blockdev_read(msc_blockdev(&msc), UINT64_C(0xFFFFFF9C) + at, 10, buffer,
                                       BLOCKDEV_READ_LIMIT_MS),
                         BL_OK);
        assert_memory_equal(buffer, image + at * 512, 10 * 512);
    }
    assert_true(stick.reads > stick.reads_16 && stick.reads_16 >= 5);
    assert_int_equal(blockdev_read(msc_blockdev(&msc), UINT64_C(0x100000064), 1, buffer, 100),
                     BL_E_BUG);
}

static void a_small_stick_is_not_asked_for_more(void **state)
{
    (void)state;
    stick.luns[0].block_count = UINT32_MAX;
    assert_int_equal(get_ready(1000), BL_OK);
    assert_int_equal(stick.capacities_16, 0);
    assert_true(msc_blockdev(&msc)->block_count == UINT32_MAX);
}

static void skips_units_without_a_medium(void **state)
{
    (void)state;
    stick.max_lun = 3;
    stick.luns[3] = stick.luns[0];
    stick.luns[0].type = 5; /* a CD-ROM drive with software for another system */
    stick.luns[1] = stick.luns[3];
    stick.luns[1].sense = 0x023A00;
    stick.luns[1].refusals = UINT32_MAX;
    stick.luns[2] = stick.luns[3];
    stick.luns[2].type = 0x7F;
    assert_int_equal(get_ready(1000), BL_OK);
    assert_int_equal(msc.lun, 3);
    assert_reads(7, 9);
}

static void a_cd_rom_alone_is_no_medium(void **state)
{
    (void)state;
    stick.luns[0].type = 5;
    assert_int_equal(get_ready(1000), BL_E_MSC_NO_MEDIUM);
}

static void refuses_other_block_sizes(void **state)
{
    const uint32_t sizes[] = {0, 256, 520, 8192, 0x80000000};

    for (uint32_t i = 0; i < 5; i++) {
        (void)plug_in(state);
        stick.luns[0].block_bytes = sizes[i];
        assert_int_equal(get_ready(1000), BL_E_MSC_CAPACITY);
    }
    for (uint32_t size = 512; size <= 4096; size *= 2) {
        (void)plug_in(state);
        stick.luns[0].block_bytes = size;
        stick.luns[0].block_count = (uint32_t)sizeof image / size;
        assert_int_equal(get_ready(1000), BL_OK);
        assert_int_equal(read_blocks(1, 20), BL_OK);
        assert_memory_equal(buffer, image + size, 20 * size);
    }
}

/* Bulk-only counts more units than there are: "logical unit not supported". */
static void a_unit_that_does_not_exist_is_passed_over(void **state)
{
    (void)state;
    stick.max_lun = 1;
    stick.luns[1] = stick.luns[0];
    stick.luns[0].sense = 0x052500;
    stick.luns[0].refusals = UINT32_MAX;
    stick.luns[1].sense = 0x020401;
    stick.luns[1].refusals = 2;
    assert_int_equal(get_ready(500), BL_OK);
    assert_int_equal(msc.lun, 1);
    assert_int_equal(stick.tests, 1 + 3); /* it is not asked again */
}

/* With nothing better to do an empty slot is watched until the limit; the reason is the stick's. */
static void an_empty_slot_that_is_watched_to_the_end(void **state)
{
    (void)state;
    msc_init(&msc, &host, UINT32_MAX / 4);
    msc_limit(&msc, 5000);
    stick.luns[0].sense = 0x023A00;
    stick.luns[0].refusals = UINT32_MAX;
    assert_int_equal(get_ready(5100), BL_E_MSC_NOT_READY);
    assert_non_null(strstr(fake_log_text(), "not ready after 5 s: medium not present"));
}

/* Whatever one command of the search meets once, the search goes on. */
static void the_search_survives_each_fault(void **state)
{
    const int codes[] = {INQUIRY, TEST, CAPACITY, SENSE};

    for (uint32_t c = 0; c < 4; c++)
        for (int stage = FAKE_AT_CBW; stage <= FAKE_AT_CSW; stage++)
            for (int kind = FAKE_FAULT_STALL; kind <= FAKE_FAULT_STATUS_9; kind++) {
                if (kind == FAKE_FAULT_UNPLUG)
                    continue;
                (void)plug_in(state);
                stick.luns[0].sense = 0x062900;
                stick.luns[0].refusals = 1; /* so that SENSE is asked for */
                fault((enum fake_stage)stage, codes[c], (enum fake_fault_kind)kind, 1);
                assert_int_equal(get_ready(25000), BL_OK);
                assert_reads(1, 2);
                (void)check_manners(state);
            }
}

static void the_search_ends_when_a_fault_stays(void **state)
{
    const enum fake_fault_kind kinds[] = {FAKE_FAULT_STALL, FAKE_FAULT_SILENCE, FAKE_FAULT_NAK,
                                          FAKE_FAULT_TAG, FAKE_FAULT_EMPTY};

    for (int stage = FAKE_AT_CBW; stage <= FAKE_AT_CSW; stage++)
        for (uint32_t k = 0; k < 5; k++) {
            (void)plug_in(state);
            fault((enum fake_stage)stage, TEST, kinds[k], UINT32_MAX);
            if (stage == FAKE_AT_DATA)
                fault((enum fake_stage)stage, CAPACITY, kinds[k], UINT32_MAX);
            enum bl_rc rc = get_ready(READINESS_MS + 2000);

            assert_true(rc < 0 || (stage == FAKE_AT_DATA && kinds[k] >= FAKE_FAULT_EMPTY) ||
                        (stage == FAKE_AT_CBW && kinds[k] >= FAKE_FAULT_EMPTY));
            assert_false(fake_hc_pending());
        }
}

static void pulled_out_at_each_transaction_of_the_search(void **state)
{
    assert_int_equal(get_ready(500), BL_OK);
    uint32_t last = stick.transactions;

    for (uint32_t at = 1; at < last; at++) {
        (void)plug_in(state);
        stick.unplug_at = at;
        assert_int_equal(get_ready(2000), BL_E_USB_GONE);
        assert_false(fake_hc_pending());
    }
}

/* ---- reads ---- */

static int plug_in_and_get_ready(void **state)
{
    (void)plug_in(state);
    assert_int_equal(get_ready(500), BL_OK);
    msc_limit(&msc, UINT32_MAX);
    return 0;
}

static void checks_what_it_is_asked(void **state)
{
    const struct blockdev *dev = msc_blockdev(&msc);
    (void)state;

    assert_int_equal(dev->read_start(dev->ctx, BLOCKS, 1, buffer), BL_E_BUG);
    assert_int_equal(dev->read_start(dev->ctx, BLOCKS - 1, 2, buffer), BL_E_BUG);
    assert_int_equal(dev->read_start(dev->ctx, UINT64_MAX, 2, buffer), BL_E_BUG);
    assert_int_equal(dev->read_start(dev->ctx, 0, 0, buffer), BL_E_BUG);
    assert_int_equal(dev->read_start(dev->ctx, 0, 1, buffer + 1), BL_E_BUG);
    assert_int_equal(dev->read_start(dev->ctx, 0, 1, buffer), BL_OK);
    assert_int_equal(dev->read_start(dev->ctx, 0, 1, buffer), BL_E_BUSY);
    assert_int_equal(msc_ready_poll(&msc), BL_PENDING);
}

/* One fault in the second command of a read of three: the bytes are right all the same. */
static void a_read_survives_each_fault(void **state)
{
    for (int stage = FAKE_AT_CBW; stage <= FAKE_AT_CSW; stage++)
        for (int kind = FAKE_FAULT_STALL; kind <= FAKE_FAULT_RESIDUE_HUGE; kind++) {
            if (kind == FAKE_FAULT_UNPLUG)
                continue;
            (void)plug_in_and_get_ready(state);
            fault((enum fake_stage)stage, READ, (enum fake_fault_kind)kind, 1);
            stick.faults[0].skip = 1;
            assert_reads(3, 300);
            (void)check_manners(state);
        }
}

/* A transport that fails twice in a row gets its port reset, and the read goes on where it was. */
static void a_port_reset_is_the_last_resort(void **state)
{
    uint32_t resets = fake_hc_resets();
    (void)state;

    fault(FAKE_AT_CSW, READ, FAKE_FAULT_TAG, 2);
    stick.faults[0].skip = 1;
    assert_reads(3, 300);
    assert_int_equal(fake_hc_resets(), resets + 1);
    assert_int_equal(stick.reads, 1 + 2 + 2);
}

static void a_stuck_core_is_started_again(void **state)
{
    (void)state;
    fake_hc_break_core(2, false);
    assert_reads(3, 300);
    assert_int_equal(fake_hc_inits(), 2);
}

static void gives_up_in_bounded_time(void **state)
{
    const struct {
        enum fake_fault_kind kind;
        enum bl_rc rc;
    } cases[] = {{FAKE_FAULT_TAG, BL_E_MSC_CSW},
                 {FAKE_FAULT_NAK, BL_E_TIMEOUT},
                 {FAKE_FAULT_STALL, BL_E_USB_STALL},
                 {FAKE_FAULT_SILENCE, BL_E_USB_XACT}};

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)plug_in_and_get_ready(state);
        uint32_t start_ms = clock_ms();

        fault(FAKE_AT_CSW, READ, cases[i].kind, UINT32_MAX);
        assert_int_equal(read_blocks(0, 10), cases[i].rc);
        assert_true(clock_ms() - start_ms <= MSC_READ_MS + 20);
        assert_false(fake_hc_pending());
        if (cases[i].rc != BL_E_MSC_READ)
            assert_int_equal(read_blocks(0, 1), cases[i].rc); /* it sticks */
    }
}

/* The core does not let go of the transfer of a read that is too late. */
static void a_read_that_cannot_be_aborted(void **state)
{
    const struct blockdev *dev = msc_blockdev(&msc);
    (void)state;

    fault(FAKE_AT_DATA, READ, FAKE_FAULT_NAK, UINT32_MAX);
    msc_limit(&msc, 100);
    assert_int_equal(dev->read_start(dev->ctx, 0, 1, buffer), BL_OK);
    fake_hc_break_abort();
    enum bl_rc rc = BL_PENDING;

    for (uint32_t ms = 0; ms < 200 && rc == BL_PENDING; ms++) {
        rc = dev->poll(dev->ctx);
        clock_idle();
    }
    assert_int_equal(rc, BL_E_TIMEOUT);
    assert_non_null(strstr(fake_log_text(), "core stuck"));
}

static void a_bad_block_is_told_and_forgotten(void **state)
{
    (void)state;
    stick.luns[0].bad_lba = 100;
    stick.luns[0].bad_count = 2;
    stick.luns[0].bad_refusals = UINT32_MAX;
    assert_int_equal(read_blocks(90, 20), BL_E_MSC_READ);
    assert_int_equal(msc_last_sense(&msc), 0x031100);
    assert_non_null(strstr(fake_log_text(), "031100"));
    assert_reads(80, 20); /* others can be read */
    stick.luns[0].bad_refusals = 2;
    assert_reads(90, 20); /* the third try succeeds */
}

static void short_data_with_status_0_is_an_error(void **state)
{
    (void)state;
    fault(FAKE_AT_DATA, READ, FAKE_FAULT_SHORT, UINT32_MAX);
    assert_int_equal(read_blocks(0, 10), BL_E_MSC_READ);
    assert_int_equal(stick.reads, 3);
    stick.faults[1] = (struct fake_fault){
        .stage = FAKE_AT_CSW, .code = READ, .count = 3, .kind = FAKE_FAULT_RESIDUE_NONE};
    assert_int_equal(read_blocks(0, 10), BL_E_MSC_READ); /* though the stick denies it */
}

/* All bytes came, the residue denies it: once it is tried again, a stick that does so each time is
 * believed, from the second read on at once. */
static void a_residue_that_is_always_wrong(void **state)
{
    (void)state;
    fault(FAKE_AT_CSW, READ, FAKE_FAULT_RESIDUE, 1);
    assert_reads(0, 10);
    assert_int_equal(stick.reads, 2);
    assert_false(msc.residue_bogus);
    fault(FAKE_AT_CSW, READ, FAKE_FAULT_RESIDUE, UINT32_MAX);
    assert_reads(0, 10);
    assert_int_equal(stick.reads, 2 + 3);
    assert_reads(20, 10);
    assert_int_equal(stick.reads, 2 + 3 + 1);
    /* But short data stays short. */
    stick.faults[1] = (struct fake_fault){
        .stage = FAKE_AT_DATA, .code = READ, .count = UINT32_MAX, .kind = FAKE_FAULT_SHORT};
    assert_int_equal(read_blocks(0, 10), BL_E_MSC_READ);
}

static void becoming_busy_in_the_middle(void **state)
{
    (void)state;
    stick.luns[0].ready_at_ms = clock_ms() + 3000;
    assert_reads(0, 200);
    stick.luns[0].sense = 0x020401;
    stick.luns[0].refusals = UINT32_MAX;
    uint32_t start_ms = clock_ms();
    assert_int_equal(read_blocks(0, 1), BL_E_MSC_NOT_READY);
    assert_true(clock_ms() - start_ms <= MSC_READ_MS + 20);
}

/* Each command within its time, and yet no end: the limit of all reads together counts. */
static void reads_end_with_the_limit_of_all(void **state)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc = BL_OK;
    (void)state;

    msc_limit(&msc, 25000);
    stick.faults[0] = (struct fake_fault){.stage = FAKE_AT_DATA,
                                          .code = READ,
                                          .count = UINT32_MAX,
                                          .kind = FAKE_FAULT_NAK,
                                          .ms = 4000};
    for (unsigned i = 0; i < 20 && rc == BL_OK; i++)
        rc = read_blocks(i, 1);
    assert_int_equal(rc, BL_E_TIMEOUT);
    assert_true(clock_ms() - start_ms >= 24999 && clock_ms() - start_ms < 25100);
}

static void medium_taken_out(void **state)
{
    (void)state;
    stick.luns[0].sense = 0x023A00;
    stick.luns[0].refusals = UINT32_MAX;
    assert_int_equal(read_blocks(0, 1), BL_E_MSC_NO_MEDIUM);
}

static void refused_command(void **state)
{
    (void)state;
    stick.luns[0].sense = 0x052000;
    stick.luns[0].refusals = 1;
    assert_int_equal(read_blocks(0, 1), BL_E_MSC_COMMAND);
    assert_reads(0, 1);
}

/* A unit that takes few blocks at a time: found out once. */
static void long_reads_that_are_refused_get_shorter(void **state)
{
    for (uint32_t most = 1; most <= 128; most *= 2) {
        (void)plug_in_and_get_ready(state);
        stick.luns[0].most_blocks = most;
        assert_reads(0, BLOCKS);
        uint32_t refused = stick.reads - BLOCKS / most;

        assert_true(refused <= 7);
        assert_reads(0, BLOCKS);
        assert_int_equal(stick.reads, refused + 2 * (BLOCKS / most));
    }
    stick.luns[0].most_blocks = 0;
}

static void a_slot_may_be_filled_while_nothing_else_is_to_do(void **state)
{
    (void)plug_in(state);
    msc_init(&msc, &host, READINESS_MS);
    stick.luns[0].sense = 0x023A00;
    stick.luns[0].refusals = UINT32_MAX;
    assert_int_equal(get_ready(20000), BL_PENDING);
    stick.luns[0].refusals = 0;
    assert_int_equal(get_ready(100), BL_OK);
}

static void another_medium_after_a_port_reset_is_refused(void **state)
{
    (void)state;
    fault(FAKE_AT_CSW, READ, FAKE_FAULT_TAG, 2);
    stick.luns[0].block_count--;
    assert_int_equal(read_blocks(0, 1), BL_E_USB_GONE);
}

static void pulled_out_at_each_transaction(void **state)
{
    uint32_t first = stick.transactions;

    assert_int_equal(read_blocks(0, 3), BL_OK);
    uint32_t last = stick.transactions;

    for (uint32_t at = first + 1; at <= last; at++) {
        (void)plug_in_and_get_ready(state);
        stick.unplug_at = at;
        assert_int_equal(read_blocks(0, 3), BL_E_USB_GONE);
        assert_false(fake_hc_pending());
        assert_int_equal(read_blocks(0, 3), BL_E_USB_GONE);
    }
}

static void a_limit_of_the_caller_leaves_it_busy(void **state)
{
    (void)state;
    fault(FAKE_AT_DATA, READ, FAKE_FAULT_NAK, 1);
    assert_int_equal(blockdev_read(msc_blockdev(&msc), 0, 1, buffer, 100), BL_E_TIMEOUT);
    assert_int_equal(read_blocks(0, 1), BL_E_BUSY);
    usb_host_init(&host);
    msc_init(&msc, &host, MSC_EMPTY_MS);
    assert_int_equal(get_ready(1000), BL_OK);
    assert_reads(0, 1);
}

#define SEARCH(f) cmocka_unit_test_setup_teardown(f, plug_in, check_manners)
#define READS(f)  cmocka_unit_test_setup_teardown(f, plug_in_and_get_ready, check_manners)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEARCH(finds_a_sane_stick),
        SEARCH(waits_as_long_as_nothing_is_attached),
        SEARCH(counts_one_unit_when_max_lun_fails),
        SEARCH(takes_unit_attentions_at_once),
        SEARCH(waits_for_a_slow_stick),
        SEARCH(waits_for_a_stick_that_only_naks),
        SEARCH(gives_up_after_the_readiness_limit),
        SEARCH(starts_a_unit_that_wants_it),
        SEARCH(believes_no_medium_after_a_while),
        SEARCH(an_empty_reader_delays_little),
        SEARCH(waits_for_a_medium_that_comes_up),
        SEARCH(goes_on_to_the_other_units),
        SEARCH(one_unit_is_the_only_one),
        SEARCH(reads_beyond_two_tebibytes),
        SEARCH(a_small_stick_is_not_asked_for_more),
        SEARCH(skips_units_without_a_medium),
        SEARCH(a_cd_rom_alone_is_no_medium),
        SEARCH(refuses_other_block_sizes),
        SEARCH(a_unit_that_does_not_exist_is_passed_over),
        SEARCH(an_empty_slot_that_is_watched_to_the_end),
        SEARCH(the_search_survives_each_fault),
        SEARCH(the_search_ends_when_a_fault_stays),
        SEARCH(pulled_out_at_each_transaction_of_the_search),
        READS(checks_what_it_is_asked),
        READS(a_read_survives_each_fault),
        READS(a_port_reset_is_the_last_resort),
        READS(a_stuck_core_is_started_again),
        READS(gives_up_in_bounded_time),
        READS(a_read_that_cannot_be_aborted),
        READS(a_bad_block_is_told_and_forgotten),
        READS(short_data_with_status_0_is_an_error),
        READS(a_residue_that_is_always_wrong),
        READS(becoming_busy_in_the_middle),
        READS(reads_end_with_the_limit_of_all),
        READS(medium_taken_out),
        READS(refused_command),
        READS(long_reads_that_are_refused_get_shorter),
        READS(a_slot_may_be_filled_while_nothing_else_is_to_do),
        READS(another_medium_after_a_port_reset_is_refused),
        READS(pulled_out_at_each_transaction),
        READS(a_limit_of_the_caller_leaves_it_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
