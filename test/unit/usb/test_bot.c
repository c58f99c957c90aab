/* SPDX-License-Identifier: MIT
 * Bulk-only transport: each fault in each stage, and that the next command works again. */
#include "support/cmocka_all.h"

#include <string.h>

#include "port/clock.h"
#include "support/fake_clock.h"
#include "support/fake_hc.h"
#include "support/usb_bench.h"
#include "usb/bot.h"
#include "usb/scsi.h"

enum { BLOCKS = 256, READ_BLOCKS = 8, STALL_MS = 3000, READ = 0x28, TEST = 0x00 };

static struct fake_stick stick;
static struct usb_host host;
static struct bot bot;
static uint8_t image[BLOCKS * 512];
static _Alignas(4) uint8_t buffer[BLOCKS * 512];

static int enumerate(void **state)
{
    (void)state;
    usb_bench_start(&stick, image, BLOCKS, 1000);
    fake_hc_plug(&stick);
    usb_host_init(&host);
    while (usb_host_poll(&host) == BL_PENDING)
        clock_idle();
    assert_int_equal(usb_host_poll(&host), BL_OK);
    bot_init(&bot, &host);
    return 0;
}

static int check_manners(void **state)
{
    (void)state;
    usb_bench_check_manners(&stick);
    return 0;
}

static enum bl_rc run(struct bot_command *c, uint32_t limit_ms)
{
    uint32_t start_ms = clock_ms();
    enum bl_rc rc;

    c->stall_ms = STALL_MS;
    rc = bot_start(&bot, c);
    if (rc != BL_OK)
        return rc;
    while ((rc = bot_poll(&bot)) == BL_PENDING && clock_ms() - start_ms < limit_ms)
        clock_idle();
    return rc;
}

static enum bl_rc read_blocks(uint32_t lba, uint16_t count)
{
    struct bot_command c = {.data = buffer};

    memset(buffer, 0xEE, sizeof buffer);
    scsi_read(&c, lba, count, 512);
    return run(&c, 20000);
}

static enum bl_rc test_unit(void)
{
    struct bot_command c = {0};

    scsi_test_unit_ready(&c);
    return run(&c, 20000);
}

static void fault(enum fake_stage stage, enum fake_fault_kind kind, uint32_t count)
{
    stick.faults[0] = (struct fake_fault){.stage = stage, .code = -1, .count = count, .kind = kind};
}

/* The transport works: what it reads is what the stick holds. */
static void assert_works(void)
{
    assert_int_equal(read_blocks(5, READ_BLOCKS), BL_OK);
    assert_int_equal(bot.got_bytes, READ_BLOCKS * 512);
    assert_memory_equal(buffer, image + 5 * 512, READ_BLOCKS * 512);
    assert_int_equal(test_unit(), BL_OK);
}

static void reads_and_does_commands_without_data(void **state)
{
    (void)state;
    assert_works();
    assert_int_equal(read_blocks(100, 128), BL_OK); /* 64 KB, 1024 packets */
    assert_memory_equal(buffer, image + 100 * 512, 65536);
    assert_int_equal(stick.class_resets, 0);
}

static void works_with_small_packets(void **state)
{
    for (uint8_t size = 8; size < 64; size = (uint8_t)(size * 2)) {
        (void)enumerate(state);
        stick.max_packet = size;
        host.msc.in_max_packet = size;
        host.msc.out_max_packet = size;
        bot_init(&bot, &host);
        assert_works();
    }
}

static void status_1_is_an_answer(void **state)
{
    (void)state;
    stick.luns[0].sense = 0x023A00;
    stick.luns[0].refusals = UINT32_MAX;
    assert_int_equal(test_unit(), BL_E_MSC_COMMAND);
    assert_int_equal(read_blocks(0, 1), BL_E_MSC_COMMAND); /* with a stall of the data stage */
    assert_int_equal(bot.got_bytes, 0);
    stick.luns[0].refusals = 0;
    assert_works();
    assert_int_equal(stick.class_resets, 0);
}

static void keeps_what_came_before_a_stall(void **state)
{
    (void)state;
    stick.luns[0].bad_lba = 7;
    stick.luns[0].bad_count = 1;
    stick.luns[0].bad_refusals = 1;
    assert_int_equal(read_blocks(5, READ_BLOCKS), BL_E_MSC_COMMAND);
    assert_int_equal(bot.got_bytes, 2 * 512);
    assert_int_equal(bot.residue_bytes, (READ_BLOCKS - 2) * 512);
    assert_works();
}

/* Cases that BOT lets pass without a reset recovery. */
static void mild_faults(void **state)
{
    const struct {
        enum fake_stage stage;
        enum fake_fault_kind kind;
        enum bl_rc rc;
        uint32_t got;
    } cases[] = {
        {FAKE_AT_DATA, FAKE_FAULT_STALL, BL_OK, 0},
        {FAKE_AT_DATA, FAKE_FAULT_SHORT, BL_OK, READ_BLOCKS * 512 / 2 + 5},
        {FAKE_AT_DATA, FAKE_FAULT_EARLY_CSW, BL_OK, 0},
        {FAKE_AT_CSW, FAKE_FAULT_STALL, BL_OK, READ_BLOCKS * 512},
        {FAKE_AT_CSW, FAKE_FAULT_EMPTY, BL_OK, READ_BLOCKS * 512},
        {FAKE_AT_CSW, FAKE_FAULT_RESIDUE, BL_OK, READ_BLOCKS * 512},
    };

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)enumerate(state);
        fault(cases[i].stage, cases[i].kind, 1);
        assert_int_equal(read_blocks(5, READ_BLOCKS), cases[i].rc);
        assert_int_equal(bot.got_bytes, cases[i].got);
        /* What is missing shows in the residue, or the residue is what is wrong. */
        assert_true(bot.residue_bytes != 0 || cases[i].got == READ_BLOCKS * 512);
        if (cases[i].kind == FAKE_FAULT_RESIDUE)
            assert_int_equal(bot.residue_bytes, 1);
        assert_int_equal(stick.class_resets, 0);
        assert_works();
    }
}

/* Cases that need the reset recovery: one of them, then everything works again. */
static void grave_faults(void **state)
{
    const struct {
        enum fake_stage stage;
        enum fake_fault_kind kind;
        uint32_t count;
        enum bl_rc rc;
    } cases[] = {
        {FAKE_AT_CBW, FAKE_FAULT_STALL, 1, BL_E_USB_STALL},
        {FAKE_AT_CBW, FAKE_FAULT_SILENCE, 1, BL_E_USB_XACT},
        {FAKE_AT_CBW, FAKE_FAULT_NAK, 1, BL_E_TIMEOUT},
        {FAKE_AT_DATA, FAKE_FAULT_SILENCE, 1, BL_E_USB_XACT},
        {FAKE_AT_DATA, FAKE_FAULT_NAK, 1, BL_E_TIMEOUT},
        {FAKE_AT_DATA, FAKE_FAULT_BABBLE, 1, BL_E_USB_BABBLE},
        {FAKE_AT_CSW, FAKE_FAULT_STALL, 2, BL_E_USB_STALL},
        {FAKE_AT_CSW, FAKE_FAULT_SILENCE, 1, BL_E_USB_XACT},
        {FAKE_AT_CSW, FAKE_FAULT_NAK, 1, BL_E_TIMEOUT},
        {FAKE_AT_CSW, FAKE_FAULT_EMPTY, 2, BL_E_MSC_CSW},
        {FAKE_AT_CSW, FAKE_FAULT_SHORT, 1, BL_E_MSC_CSW},
        {FAKE_AT_CSW, FAKE_FAULT_TAG, 1, BL_E_MSC_CSW},
        {FAKE_AT_CSW, FAKE_FAULT_SIGNATURE, 1, BL_E_MSC_CSW},
        {FAKE_AT_CSW, FAKE_FAULT_STATUS_2, 1, BL_E_MSC_CSW},
        {FAKE_AT_CSW, FAKE_FAULT_STATUS_9, 1, BL_E_MSC_CSW},
        {FAKE_AT_CSW, FAKE_FAULT_RESIDUE_HUGE, 1, BL_E_MSC_CSW},
    };

    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)enumerate(state);
        assert_int_equal(test_unit(), BL_OK); /* a first CSW would teach its signature */
        fault(cases[i].stage, cases[i].kind, cases[i].count);
        assert_int_equal(read_blocks(5, READ_BLOCKS), cases[i].rc);
        assert_false(bot_broken(&bot));
        assert_int_equal(stick.class_resets, 1);
        assert_works();
        assert_int_equal(stick.class_resets, 1);
    }
}

/* Always the same other signature: the first CSW teaches it, and BOT's own is wrong from then on. */
static void takes_a_signature_of_its_own(void **state)
{
    (void)state;
    fault(FAKE_AT_CSW, FAKE_FAULT_SIGNATURE, UINT32_MAX);
    assert_works();
    assert_int_equal(stick.class_resets, 0);
    stick.faults[0].count = 0;
    assert_int_equal(test_unit(), BL_E_MSC_CSW);
    bot_init(&bot, &host); /* as after a port reset */
    assert_works();
}

/* What is not a CSW at all teaches nothing. */
static void learns_from_a_csw_only(void **state)
{
    static const enum fake_fault_kind others[] = {FAKE_FAULT_TAG, FAKE_FAULT_STATUS_9,
                                                  FAKE_FAULT_SHORT};

    for (uint32_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        (void)enumerate(state);
        fault(FAKE_AT_CSW, others[i], 1);
        assert_int_equal(test_unit(), BL_E_MSC_CSW);
        assert_false(bot.answered);
        assert_works();
    }
}

static void tells_when_the_recovery_fails(void **state)
{
    (void)state;
    fault(FAKE_AT_CSW, FAKE_FAULT_TAG, 1);
    stick.faults[1] = (struct fake_fault){
        .stage = FAKE_AT_SETUP, .code = 0xFF, .count = UINT32_MAX, .kind = FAKE_FAULT_NAK};
    assert_int_equal(read_blocks(5, READ_BLOCKS), BL_E_MSC_CSW);
    assert_true(bot_broken(&bot));
    assert_int_equal(test_unit(), BL_E_USB_XACT);
}

/* A residue that makes no sense is forgiven where devices are known for it. */
static void forgives_the_residue_of_inquiry(void **state)
{
    struct bot_command c = {.data = buffer};
    (void)state;

    fault(FAKE_AT_CSW, FAKE_FAULT_RESIDUE_HUGE, 1);
    scsi_inquiry(&c);
    assert_int_equal(run(&c, 1000), BL_OK);
    assert_int_equal(bot.got_bytes, 36);
}

static void slow_is_no_error(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        stick.faults[i] = (struct fake_fault){.stage = FAKE_AT_CBW + i,
                                              .code = READ,
                                              .count = 1,
                                              .kind = FAKE_FAULT_NAK,
                                              .ms = STALL_MS - 10};
    assert_works();
    assert_int_equal(stick.class_resets, 0);
}

static void lost_packets_do_no_harm(void **state)
{
    uint32_t first = stick.transactions;

    assert_works();
    uint32_t last = stick.transactions;

    for (uint32_t at = first + 1; at <= last; at++)
        for (int ack = 0; ack < 2; ack++) {
            (void)enumerate(state);
            *(ack ? &stick.lose_ack_at : &stick.drop_at) = at;
            assert_works();
            assert_works();
            assert_int_equal(stick.class_resets, 0);
            (void)check_manners(state);
        }
}

static void pulled_out_at_each_transaction(void **state)
{
    uint32_t first = stick.transactions;

    assert_int_equal(read_blocks(5, READ_BLOCKS), BL_OK);
    uint32_t last = stick.transactions;

    for (uint32_t at = first + 1; at <= last; at++) {
        (void)enumerate(state);
        stick.unplug_at = at;
        uint32_t start_ms = clock_ms();
        assert_int_equal(read_blocks(5, READ_BLOCKS), BL_E_USB_GONE);
        assert_true(clock_ms() - start_ms < 100);
        assert_false(fake_hc_pending());
    }
}

static void one_command_at_a_time(void **state)
{
    struct bot_command c = {.stall_ms = STALL_MS};
    (void)state;

    scsi_test_unit_ready(&c);
    assert_int_equal(bot_poll(&bot), BL_E_BUG);
    assert_int_equal(bot_start(&bot, &c), BL_OK);
    assert_int_equal(bot_start(&bot, &c), BL_E_BUSY);
    while (bot_poll(&bot) == BL_PENDING)
        clock_idle();
    c.cdb_bytes = 17;
    assert_int_equal(bot_start(&bot, &c), BL_E_BUG);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, enumerate, check_manners)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reads_and_does_commands_without_data),
        CASE(works_with_small_packets),
        CASE(status_1_is_an_answer),
        CASE(keeps_what_came_before_a_stall),
        CASE(mild_faults),
        CASE(grave_faults),
        CASE(takes_a_signature_of_its_own),
        CASE(learns_from_a_csw_only),
        CASE(tells_when_the_recovery_fails),
        CASE(forgives_the_residue_of_inquiry),
        CASE(slow_is_no_error),
        CASE(lost_packets_do_no_harm),
        CASE(pulled_out_at_each_transaction),
        CASE(one_command_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
