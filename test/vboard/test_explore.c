/* SPDX-License-Identifier: MIT
 * What tests that explore power cuts ask of the board (vboard.h): the question at each flash
 * operation, the moment without power, weak cells, a run that stops while the power is off. */
#include "chip_bench.h"
#include "support/cmocka_all.h"

#define CR        0x40023C10u
#define SECTOR_11 0x081C0000u

struct watch {
    struct vboard_operation last;
    unsigned asked, offs;
    uint64_t torn_number;
    uint64_t state; /* of the flash, the last time that the power was gone */
};

static enum vboard_cut on_operation(struct board *b, const struct vboard_operation *op, void *ctx)
{
    struct watch *watch = ctx;

    (void)b;
    watch->last = *op;
    watch->asked++;
    if (op->number == watch->torn_number)
        return VBOARD_CUT_TORN;
    return op->value == 0xBAD ? VBOARD_CUT_BEFORE : VBOARD_NO_CUT;
}

static void on_power_off(struct board *b, void *ctx)
{
    struct watch *watch = ctx;

    watch->offs++;
    watch->state = vboard_flash_state(b);
}

static void asked_at_each_operation(void **state)
{
    struct board *b = bench_open("--param", "flash_tear=2", NULL);
    struct watch watch = {.torn_number = 4};

    (void)state;
    vboard_on_operation(b, on_operation, &watch);
    vboard_on_power_off(b, on_power_off, &watch);
    bench_flash_unlock(b);
    bench_flash_word(b, SECTOR_11 + 8, 1);
    assert_int_equal(watch.last.number, 1);
    assert_false(watch.last.erase);
    assert_int_equal(watch.last.addr, SECTOR_11 + 8);
    assert_int_equal(watch.last.value, 1);
    bench_flash_erase(b, 11);
    assert_true(watch.last.erase);
    assert_int_equal(watch.last.bytes, 0x40000);
    uint64_t blank = vboard_flash_state(b);

    bench_write(b, CR, 0x201);
    flash_store(b, SECTOR_11 + 8, 4, 0xBAD); /* the power goes before it */
    bench_settle(b);
    assert_int_equal(watch.offs, 1);
    assert_int_equal(watch.state, blank);
    assert_int_equal(vboard_cuts(b), 1);
    assert_int_equal(vboard_cuts_at_operations(b), 1);
    assert_int_equal(vboard_resets(b), 2);
    assert_false(vboard_flash_is_weak(b, SECTOR_11, 16));

    bench_flash_unlock(b);
    bench_write(b, CR, 0x201);
    flash_store(b, SECTOR_11 + 12, 4, 0); /* torn */
    bench_pass_us(b, 20);
    assert_int_equal(watch.asked, 4);
    assert_int_equal(vboard_cuts_at_operations(b), 2);
    assert_true(vboard_flash_is_weak(b, SECTOR_11, 16));
    assert_false(vboard_flash_is_weak(b, SECTOR_11, 12));
    assert_true(watch.state != blank);
    bench_flash_unlock(b);
    bench_flash_word(b, SECTOR_11 + 12, 0); /* programmed again: strong */
    assert_false(vboard_flash_is_weak(b, SECTOR_11, 16));
    bench_close(b);
}

/* A cut that is not at a flash operation, and a run that is over while the power is off. */
static void a_run_stops_without_power(void **state)
{
    static const char *const words[] = {"--load", FIRMWARE_DIR "/primitives.elf"};
    struct board *b = vboard_open(2, words);
    struct watch watch = {0};

    (void)state;
    assert_non_null(b);
    vboard_on_power_off(b, on_power_off, &watch);
    assert_int_equal(vboard_go(b, NULL, 1), VBOARD_OK);
    assert_int_equal(vboard_resets(b), 1);
    vboard_cut_power(b);
    assert_int_equal(vboard_go(b, NULL, 10), VBOARD_OK);
    assert_int_equal(watch.offs, 1);
    assert_int_equal(vboard_resets(b), 1);
    assert_int_equal(vboard_go(b, "primitives: right", 3000), VBOARD_OK);
    assert_int_equal(vboard_resets(b), 2);
    assert_int_equal(vboard_cuts(b), 1);
    assert_int_equal(vboard_cuts_at_operations(b), 0);
    vboard_close(b);
}

static void the_stick_changes(void **state)
{
    static const char *const words[] = {"--load", FIRMWARE_DIR "/primitives.elf"};
    struct board *b = vboard_open(2, words);

    (void)state;
    assert_non_null(b);
    assert_true(vboard_change_stick(b, FIRMWARE_DIR "/primitives.elf")); /* any file is a medium */
    assert_true(vboard_change_stick(b, NULL));
    assert_false(vboard_change_stick(b, WORK_DIR "/no such file"));
    vboard_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asked_at_each_operation),
        cmocka_unit_test(a_run_stops_without_power),
        cmocka_unit_test(the_stick_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
