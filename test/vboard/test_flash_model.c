/* SPDX-License-Identifier: MIT
 * The flash controller: keys, locks, flags, busy time, tearing, weak cells, geometry. */
#include <stdlib.h>
#include <string.h>

#include "chip_bench.h"
#include "support/cmocka_all.h"

#define KEYR      0x40023C04u
#define SR        0x40023C0Cu
#define CR        0x40023C10u
#define OPTCR     0x40023C14u
#define SECTOR_11 0x081C0000u

static void keys(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_write(b, CR, 0x201);
    assert_int_equal(bench_read(b, CR), 0x80000000);
    assert_int_equal(bench_count(b, RULE_FLASH_LOCKED), 1);
    bench_flash_unlock(b);
    assert_int_equal(bench_read(b, CR), 0);
    bench_write(b, CR, FLASH_CR_LOCK);
    bench_flash_unlock(b);
    assert_int_equal(bench_read(b, CR), 0);
    bench_write(b, KEYR, 0x45670123); /* again, while open: refused until the next reset */
    assert_true(b->cpu.imprecise_wanted);
    bench_flash_unlock(b);
    assert_int_equal(bench_read(b, CR), 0x80000000);
    assert_int_equal(bench_count(b, RULE_FLASH_KEY), 3);
    board_reset(b, RESET_SOFTWARE);
    b->cpu.imprecise_wanted = false;
    bench_settle(b);
    bench_flash_unlock(b);
    assert_int_equal(bench_read(b, CR), 0);
    bench_close(b);
}

static void program_and_erase(void **state)
{
    struct board *b = bench_open(NULL);
    uint64_t start_ps;

    (void)state;
    bench_flash_unlock(b);
    bench_flash_word(b, SECTOR_11, 0x12345678);
    assert_int_equal(bench_flash_peek(b, SECTOR_11), 0x12345678);
    bench_flash_word(b, SECTOR_11, 0);
    assert_int_equal(bench_count_all(b), 0);
    bench_flash_word(b, SECTOR_11, 0xFFFFFFFF);
    assert_int_equal(bench_flash_peek(b, SECTOR_11), 0);
    assert_int_equal(bench_count(b, RULE_FLASH_NOT_ERASED), 1);
    assert_int_equal(bench_read(b, SR), 0);
    start_ps = now_ps(b);
    bench_flash_erase(b, 11);
    assert_in_range((now_ps(b) - start_ps) / PS_PER_MS, 1000, 1001);
    assert_int_equal(bench_flash_peek(b, SECTOR_11), 0xFFFFFFFF);
    assert_int_equal(vboard_flash_operations(b), 4);
    bench_close(b);
}

/* Stores that the controller refuses, with the flags measured on a part of the same family. */
static void refused_stores(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_flash_unlock(b);
    flash_store(b, SECTOR_11, 4, 0); /* PG = 0, PSIZE x8 */
    assert_int_equal(bench_read(b, SR), 0xC0);
    bench_write(b, SR, 0xC0);
    bench_write(b, CR, 0x200);
    flash_store(b, SECTOR_11, 4, 0); /* PG = 0, PSIZE x32 */
    assert_int_equal(bench_read(b, SR), 0x80);
    bench_write(b, SR, 0x80);
    bench_write(b, CR, 0x201 | FLASH_CR_ERRIE);
    flash_store(b, SECTOR_11, 1, 0);
    assert_int_equal(bench_read(b, SR), 0x42); /* OPERR since ERRIE is set */
    assert_true(b->nvic.line[IRQ_FLASH]);
    bench_write(b, SR, 0x42);
    assert_false(b->nvic.line[IRQ_FLASH]);
    flash_store(b, 0x003C0000, 4, 0);
    assert_int_equal(bench_count(b, RULE_FLASH_ALIAS), 1);
    assert_int_equal(bench_flash_peek(b, SECTOR_11), 0xFFFFFFFF);
    assert_int_equal(vboard_flash_operations(b), 0);
    bench_close(b);
}

static void barrier(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_flash_unlock(b);
    bench_write(b, CR, 0x201);
    flash_store(b, SECTOR_11, 4, 1);
    assert_int_equal(bench_read(b, SR), 0); /* has not arrived yet */
    assert_int_equal(bench_count(b, RULE_FLASH_NO_DSB), 1);
    bench_pass_us(b, 20);
    flash_store(b, SECTOR_11 + 4, 4, 1);
    b->cpu.dsb_count++;
    assert_int_equal(bench_read(b, SR), FLASH_SR_BSY);
    assert_int_equal(bench_count(b, RULE_FLASH_NO_DSB), 1);
    bench_close(b);
}

static void writes_while_busy(void **state)
{
    struct board *b = bench_open(NULL);
    uint64_t start_ps = now_ps(b);

    (void)state;
    bench_flash_unlock(b);
    bench_write(b, CR, 0x202 | 11 << 3);
    bench_set(b, CR, FLASH_CR_STRT);
    assert_int_equal(bench_read(b, CR) & FLASH_CR_STRT, FLASH_CR_STRT);
    bench_write(b, CR, 0x201);
    assert_true(now_ps(b) - start_ps >= 1000 * PS_PER_MS);
    assert_int_equal(bench_count(b, RULE_FLASH_REG_BUSY), 1);
    flash_store(b, SECTOR_11, 4, 0x11);
    b->cpu.dsb_count++;
    flash_store(b, SECTOR_11 + 4, 4, 0x22);
    b->cpu.dsb_count++;
    assert_int_equal(bench_count(b, RULE_FLASH_STORE_BUSY), 1);
    bench_pass_us(b, 20);
    assert_int_equal(bench_flash_peek(b, SECTOR_11), 0x11);
    assert_int_equal(bench_flash_peek(b, SECTOR_11 + 4), 0x22);
    bench_close(b);
}

static void protection_and_starts(void **state)
{
    struct board *b = bench_open("--optcr", "0xF7FFAAFD", NULL); /* sector 11 protected */

    (void)state;
    bench_flash_unlock(b);
    bench_flash_erase(b, 11);
    assert_int_equal(bench_read(b, SR), FLASH_SR_WRPERR);
    bench_flash_word(b, SECTOR_11, 0);
    assert_int_equal(bench_flash_peek(b, SECTOR_11), 0xFFFFFFFF);
    bench_flash_erase(b, 10);
    bench_flash_erase(b, 12); /* no such sector */
    assert_int_equal(bench_read(b, SR), FLASH_SR_ERSERR);
    bench_write(b, CR, FLASH_CR_STRT);
    assert_int_equal(bench_count(b, RULE_FLASH_START), 2);
    bench_flash_erase(b, 10); /* clears SR first: no stale flag */
    assert_int_equal(bench_count(b, RULE_FLASH_STALE_ERROR), 0);
    assert_int_equal(vboard_flash_operations(b), 2);
    bench_close(b);
}

static void supply_too_low(void **state)
{
    struct board *b = bench_open("--param", "supply_mv=2500", NULL);

    (void)state;
    bench_flash_unlock(b);
    bench_flash_word(b, SECTOR_11, 0);
    assert_int_equal(bench_count(b, RULE_FLASH_SUPPLY), 1);
    assert_int_not_equal(bench_flash_peek(b, SECTOR_11), 0);
    bench_close(b);
}

static void dual_bank(void **state)
{
    struct board *b = bench_open("--optcr", "0xDFFFAAFD", NULL);
    uint32_t off, bytes;

    (void)state;
    assert_true(flash_sector_by_number(b, 4, &off, &bytes));
    assert_int_equal(off, 0x10000);
    assert_int_equal(bytes, 0x10000);
    assert_true(flash_sector_by_number(b, 27, &off, &bytes));
    assert_int_equal(off, 0x1E0000);
    assert_int_equal(bytes, 0x20000);
    assert_false(flash_sector_by_number(b, 12, &off, &bytes));
    bench_flash_unlock(b);
    memset(b->flash.array + 0x100000, 0, 0x100000);
    bench_flash_erase(b, 16);
    assert_int_equal(bench_flash_peek(b, 0x08103FFC), 0xFFFFFFFF);
    assert_int_equal(bench_flash_peek(b, 0x08104000), 0);
    bench_close(b);
}

static void option_bytes(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    assert_int_equal(bench_read(b, 0x1FFF0010), 0xFF7F0080);
    assert_int_equal(bench_read(b, 0x1FFF0018), 0xFFBF0040);
    assert_int_equal(bench_read(b, 0x1FF0F440) >> 16, 2048);
    bench_write(b, OPTCR, 0);
    assert_int_equal(bench_read(b, OPTCR), 0xFFFFAAFD);
    assert_int_equal(bench_count(b, RULE_FLASH_LOCKED), 1);
    bench_write(b, 0x40023C08, 0x08192A3B);
    bench_write(b, 0x40023C08, 0x4C5D6E7F);
    bench_write(b, OPTCR, 0xF7FFAAFC);
    bench_write(b, OPTCR, 0xF7FFAAFE);
    assert_int_equal(bench_count(b, RULE_OPTION_BYTES), 1);
    bench_pass_us(b, 400000);
    assert_int_equal(bench_read(b, OPTCR), 0xF7FFAAFC);
    assert_true(flash_write_protected(b, 0x1C0000, 4));
    board_reset(b, RESET_SOFTWARE);
    bench_settle(b);
    assert_int_equal(bench_read(b, OPTCR), 0xF7FFAAFD);
    bench_close(b);
}

/* Reset in the middle of an erase: the sector is neither what it was nor to be trusted. */
static void reset_tears(void **state)
{
    struct board *b = bench_open("--param", "flash_tear=1", NULL);

    (void)state;
    bench_flash_unlock(b);
    memset(b->flash.array + 0x1C0000, 0, 0x40000);
    bench_write(b, CR, 0x202 | 11 << 3);
    bench_set(b, CR, FLASH_CR_STRT);
    bench_pass_us(b, 1000);
    board_reset(b, RESET_IWDG);
    bench_settle(b);
    assert_false(flash_busy(b));
    assert_int_equal(bench_read(b, SR), 0);
    assert_int_not_equal(bench_flash_peek(b, SECTOR_11), bench_flash_peek(b, 0x081FFFFC));
    bench_close(b);
}

static void cuts(void **state)
{
    struct board *b =
        bench_open("--cut-op", "2:before", "--cut-op", "3:torn", "--param", "flash_tear=2", NULL);
    unsigned drawn = 0;
    uint32_t first;

    (void)state;
    bench_flash_unlock(b);
    bench_flash_word(b, SECTOR_11, 1);
    bench_write(b, CR, 0x201);
    flash_store(b, SECTOR_11 + 4, 4, 0x22);
    bench_settle(b);
    assert_int_equal(b->run.power_ons, 2);
    assert_int_equal(bench_flash_peek(b, SECTOR_11 + 4), 0xFFFFFFFF);
    bench_flash_unlock(b);
    bench_write(b, CR, 0x201);
    flash_store(b, SECTOR_11 + 8, 4, 0);
    bench_pass_us(b, 20);
    assert_int_equal(b->run.power_ons, 3);
    assert_non_null(strstr(vboard_events(b), "\"cut-op\""));
    first = bench_flash_peek(b, SECTOR_11 + 8); /* new but weak: drawn at each power-up */
    for (unsigned i = 0; i < 4; i++) {
        board_power_cut(b);
        bench_settle(b);
        drawn += bench_flash_peek(b, SECTOR_11 + 8) != first;
    }
    assert_true(drawn > 0);
    bench_flash_unlock(b);
    bench_flash_word(b, SECTOR_11 + 8, 0); /* programmed again: strong */
    board_power_cut(b);
    bench_settle(b);
    assert_int_equal(bench_flash_peek(b, SECTOR_11 + 8), 0);
    bench_close(b);
}

static unsigned blank_words_lost(struct board *b)
{
    unsigned lost = 0;

    for (uint32_t addr = SECTOR_11; addr < 0x08200000; addr += 4)
        lost += bench_flash_peek(b, addr) != 0xFFFFFFFF;
    return lost;
}

static void blank_but_weak(void **state)
{
    struct board *b = bench_open("--cut-op", "1:torn", "--param", "flash_tear=3", NULL);

    (void)state;
    bench_flash_unlock(b);
    bench_flash_erase(b, 11);
    assert_int_equal(b->run.power_ons, 2);
    assert_true(blank_words_lost(b) > 0); /* torn, then drawn at the power-up */
    bench_flash_unlock(b);
    bench_flash_erase(b, 11);
    board_power_cut(b);
    bench_settle(b);
    assert_int_equal(blank_words_lost(b), 0);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys),
        cmocka_unit_test(program_and_erase),
        cmocka_unit_test(refused_stores),
        cmocka_unit_test(barrier),
        cmocka_unit_test(writes_while_busy),
        cmocka_unit_test(protection_and_starts),
        cmocka_unit_test(supply_too_low),
        cmocka_unit_test(dual_bank),
        cmocka_unit_test(option_bytes),
        cmocka_unit_test(reset_tears),
        cmocka_unit_test(cuts),
        cmocka_unit_test(blank_but_weak),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
