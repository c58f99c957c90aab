/* SPDX-License-Identifier: MIT
 * Clock tree, power control and reset causes. */

#include "chip_bench.h"
#include "support/cmocka_all.h"

#define CR       0x40023800u
#define PLLCFGR  0x40023804u
#define CFGR     0x40023808u
#define CIR      0x4002380Cu
#define CSR      0x40023874u
#define BDCR     0x40023870u
#define PWR_CR1  0x40007000u
#define PWR_CSR1 0x40007004u
#define ACR      0x40023C00u

static void reset_values(void **state)
{
    static const uint32_t expected[][2] = {
        {PLLCFGR, 0x24003010},
        {CFGR, 0},
        {CIR, 0},
        {0x40023830, 0x00100000},
        {0x40023834, 0},
        {0x40023840, 0x00000400},
        {0x40023844, 0},
        {0x40023850, 0x7EF7B7FF},
        {0x40023858, 3},
        {BDCR, 0},
        {CSR, 0x0E000000},
        {0x40023884, 0x24003000},
        {0x40023888, 0x24003000},
        {0x4002388C, 0},
        {0x40023890, 0},
        {0x40023C10, 0x80000000},
        {0x40023C14, 0xFFFFAAFD},
        {0x40023C18, 0x00400080},
    };
    struct board *b = bench_open(NULL);

    (void)state;
    assert_int_equal(bench_read(b, CR) & 0xFF, 0x83);
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_int_equal(bench_read(b, expected[i][0]), expected[i][1]);
    assert_int_equal(rcc_hclk_hz(b), 16000000);
    assert_int_equal(bench_count_all(b), 0);
    bench_close(b);
}

static void tree_at_216(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, 0x40023840, 1u << 28);
    assert_int_equal(bench_read(b, PWR_CSR1), 0); /* no VOSRDY while the PLL is off */
    assert_int_equal(pwr_voltage_scale(b), 3);
    bench_clock_216(b);
    assert_int_equal(pwr_voltage_scale(b), 1);
    assert_int_equal(bench_read(b, CFGR) & 0xC, 8);
    assert_int_equal(rcc_hclk_hz(b), 216000000);
    assert_int_equal(rcc_pclk1_hz(b), 54000000);
    assert_int_equal(rcc_pclk2_hz(b), 108000000);
    assert_int_equal(rcc_timer_hz(b, 1), 108000000);
    assert_int_equal(rcc_timer_hz(b, 2), 216000000);
    assert_true(rcc_usb48_ok(b));
    assert_int_equal(bench_read(b, PWR_CSR1) & 0x34000, 0x34000);
    assert_int_equal(bench_count_all(b), 0);
    bench_close(b);
}

static void limits(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_clock_216(b);
    bench_write(b, ACR, 6);
    assert_int_equal(bench_count(b, RULE_FLASH_LATENCY), 1);
    bench_write(b, ACR, 7);
    bench_write(b, CFGR, 0x8002); /* APB1 undivided */
    assert_int_equal(bench_count(b, RULE_CLOCK_LIMIT), 1);
    bench_close(b);

    b = bench_open(NULL);
    bench_set(b, CR, RCC_CR_HSEBYP);
    bench_set(b, CR, RCC_CR_HSEON);
    bench_pass_us(b, 2000);
    bench_write(b, PLLCFGR, 0x29403604);
    bench_set(b, CR, RCC_CR_PLLON);
    bench_pass_us(b, 1000);
    bench_write(b, ACR, 7);
    bench_write(b, CFGR, 0x9402); /* 216 MHz without over-drive */
    assert_true(bench_count(b, RULE_CLOCK_LIMIT) > 0);
    bench_close(b);
}

static void pll_that_never_locks(void **state)
{
    static const uint32_t bad[] = {
        0x29403601,            /* M = 1 */
        0x29403604 & ~0x7FC0u, /* N = 0 */
        0x29403604 | 0x7FC0u,  /* N = 511 */
        0x20403604,            /* Q = 0 */
        0x09403604,            /* R = 0 */
        0x29403610,            /* VCO input 0.5 MHz */
        0x29403602,            /* VCO 864 MHz */
        0x24006E10,            /* HSI / 16, N = 440 */
    };
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, CR, RCC_CR_HSEBYP);
    bench_set(b, CR, RCC_CR_HSEON);
    bench_pass_us(b, 2000);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bench_write(b, PLLCFGR, bad[i]);
        bench_set(b, CR, RCC_CR_PLLON);
        bench_pass_us(b, 10000);
        assert_int_equal(bench_read(b, CR) & RCC_CR_PLLRDY, 0);
        assert_int_equal(bench_count(b, RULE_PLL_INVALID), i + 1);
        bench_write(b, CR, bench_read(b, CR) & ~RCC_CR_PLLON);
    }
    bench_close(b);
}

static void writes_that_hardware_ignores(void **state)
{
    struct board *b = bench_open(NULL);
    uint32_t cr;

    (void)state;
    bench_clock_216(b);
    cr = bench_read(b, CR);
    bench_write(b, PLLCFGR, 0x24003010);
    assert_int_equal(bench_read(b, PLLCFGR), 0x29403604);
    assert_int_equal(bench_count(b, RULE_PLL_LOCKED), 1);
    bench_write(b, CR, cr & ~RCC_CR_PLLON);
    bench_write(b, CR, cr & ~RCC_CR_HSEON);
    assert_int_equal(bench_read(b, CR), cr);
    assert_int_equal(bench_count(b, RULE_CLOCK_IN_USE), 2);
    bench_write(b, CR, cr & ~RCC_CR_HSEBYP);
    assert_int_equal(bench_count(b, RULE_HSEBYP_LATE), 1);
    bench_write(b, PWR_CR1, bench_read(b, PWR_CR1) ^ 0x4000);
    assert_int_equal(bench_read(b, PWR_CR1) & 0xC000, 0xC000);
    assert_int_equal(bench_count(b, RULE_VOS_LATE), 1);
    bench_write(b, PWR_CR1, 0xC000);
    assert_int_equal(bench_count(b, RULE_OVERDRIVE_ORDER), 1);
    bench_close(b);
}

static void switch_waits_for_its_source(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, CR, RCC_CR_HSEBYP);
    bench_set(b, CR, RCC_CR_HSEON);
    bench_write(b, CFGR, 1);
    assert_int_equal(bench_read(b, CFGR), 1);
    assert_int_equal(bench_count(b, RULE_SW_NOT_READY), 1);
    bench_pass_us(b, 2000);
    assert_int_equal(bench_read(b, CFGR), 5);
    assert_int_equal(rcc_hclk_hz(b), 8000000);
    bench_close(b);
}

static void ready_interrupts(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_write(b, CIR, 1u << 8); /* LSIRDYIE */
    bench_write(b, CSR, 1);
    bench_pass_us(b, 100);
    assert_int_equal(bench_read(b, CIR) & 1, 1);
    assert_true(b->nvic.line[IRQ_RCC]);
    bench_write(b, CIR, 1u << 8 | 1u << 16);
    assert_false(b->nvic.line[IRQ_RCC]);
    bench_close(b);
}

static void never_ready(void **state)
{
    struct board *b = bench_open("--param", "hse_ready_us=never", NULL);

    (void)state;
    bench_set(b, CR, RCC_CR_HSEBYP);
    bench_set(b, CR, RCC_CR_HSEON);
    bench_pass_us(b, 1000000);
    assert_int_equal(bench_read(b, CR) & RCC_CR_HSERDY, 0);
    bench_close(b);
}

static void backup_domain(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_write(b, BDCR, 1);
    assert_int_equal(bench_count(b, RULE_BACKUP_LOCKED), 1);
    assert_int_equal(bench_read(b, BDCR), 0);
    bench_set(b, 0x40023840, 1u << 28);
    bench_set(b, PWR_CR1, 1u << 8);
    bench_write(b, BDCR, 0x8101);
    bench_pass_us(b, 600000);
    assert_int_equal(bench_read(b, BDCR), 0x8103);
    bench_write(b, 0x40002850, 77);
    board_reset(b, RESET_SOFTWARE);
    bench_settle(b);
    assert_int_equal(bench_read(b, BDCR), 0x8103);
    assert_int_equal(bench_read(b, 0x40002850), 77);
    board_power_cut(b);
    bench_settle(b);
    assert_int_equal(bench_read(b, BDCR), 0);
    assert_int_equal(bench_read(b, 0x40002850), 0);
    bench_close(b);
}

static void reset_causes(void **state)
{
    static const struct {
        enum reset_cause cause;
        uint32_t flags;
    } cases[] = {{RESET_SOFTWARE, 0x14000000},
                 {RESET_IWDG, 0x24000000},
                 {RESET_WWDG, 0x44000000},
                 {RESET_PIN, 0x04000000},
                 {RESET_LOW_POWER, 0x84000000}};
    struct board *b = bench_open(NULL);

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench_set(b, CSR, 1u << 24);
        assert_int_equal(bench_read(b, CSR), 0);
        board_reset(b, cases[i].cause);
        bench_settle(b);
        assert_int_equal(bench_read(b, CSR), cases[i].flags);
    }
    board_reset(b, RESET_SOFTWARE); /* without RMVF they add up */
    bench_settle(b);
    assert_int_equal(bench_read(b, CSR), 0x94000000);
    bench_close(b);
}

static void gates(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_write(b, 0x40020014, 1);
    assert_int_equal(bench_count(b, RULE_CLOCK_GATED), 1);
    bench_set(b, 0x40023830, 1);
    assert_int_equal(bench_read(b, 0x40020014), 0);
    bench_write(b, 0x40020014, 1);
    bench_write(b, 0x40023810, 1);
    bench_write(b, 0x40020014, 5);
    assert_int_equal(bench_count(b, RULE_HELD_IN_RESET), 1);
    bench_write(b, 0x40023810, 0);
    assert_int_equal(bench_read(b, 0x40020014), 0);
    assert_int_equal(bench_read(b, 0x40020000), 0xA8000000);
    bench_close(b);
}

static void supply(void **state)
{
    struct board *b = bench_open("--supply", "2600@10", "--supply", "3300@20", "--supply",
                                 "1500@30", "--supply", "3300@300", NULL);

    (void)state;
    bench_set(b, 0x40023840, 1u << 28);
    bench_write(b, PWR_CR1, 0xC000 | 5u << 5 | 1u << 4);
    bench_pass_us(b, 5000);
    assert_int_equal(bench_read(b, PWR_CSR1) & 4, 0);
    bench_pass_us(b, 10000);
    assert_int_equal(bench_read(b, PWR_CSR1) & 4, 4);
    bench_pass_us(b, 10000);
    assert_int_equal(bench_read(b, PWR_CSR1) & 4, 0);
    assert_int_equal(b->run.power_ons, 1);
    bench_pass_us(b, 10000);
    assert_int_equal(b->run.power_ons, 2);
    assert_true(now_ps(b) >= 300 * PS_PER_MS);
    assert_int_equal(bench_read(b, CSR), 0x0E000000);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_values),
        cmocka_unit_test(tree_at_216),
        cmocka_unit_test(limits),
        cmocka_unit_test(pll_that_never_locks),
        cmocka_unit_test(writes_that_hardware_ignores),
        cmocka_unit_test(switch_waits_for_its_source),
        cmocka_unit_test(ready_interrupts),
        cmocka_unit_test(never_ready),
        cmocka_unit_test(backup_domain),
        cmocka_unit_test(reset_causes),
        cmocka_unit_test(gates),
        cmocka_unit_test(supply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
