/* SPDX-License-Identifier: MIT
 * Pins, external interrupts, UARTs, watchdogs, timers, CRC, RTC, wiring. */
#include <string.h>

#include "chip_bench.h"
#include "support/cmocka_all.h"

#define AHB1ENR 0x40023830u
#define APB1ENR 0x40023840u
#define APB2ENR 0x40023844u
#define GPIO_A  0x40020000u
#define GPIO_B  0x40020400u
#define GPIO_C  0x40020800u
#define GPIO_G  0x40021800u
#define EXTI    0x40013C00u
#define UART4   0x40004C00u
#define IWDG    0x40003000u
#define CSR     0x40023874u

static void pins(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, AHB1ENR, 0x7FF);
    assert_int_equal(bench_read(b, GPIO_A + 0x10) & 0xE000, 0xA000);
    assert_int_equal(bench_read(b, GPIO_B + 0x10) & 0x10, 0x10);
    bench_write(b, GPIO_B + 0x00, 0x280 | 1); /* PB0 output */
    bench_write(b, GPIO_B + 0x18, 1);
    assert_true(b->wiring.led[0]);
    assert_int_equal(bench_read(b, GPIO_B + 0x10) & 1, 1);
    bench_write(b, GPIO_B + 0x18, 1u << 16);
    assert_false(b->wiring.led[0]);
    bench_write(b, GPIO_B + 0x18, 1u << 16 | 1); /* set wins */
    assert_true(b->wiring.led[0]);
    bench_write(b, GPIO_B + 0x04, 1); /* open drain: high is not driven */
    assert_false(gpio_pin_level(b, PORT_B, 0));
    bench_write_sized(b, GPIO_B + 0x15, 1, 0x40); /* byte access: PB14 */
    assert_int_equal(bench_read(b, GPIO_B + 0x14), 0x4001);
    assert_int_equal(bench_read(b, GPIO_G + 0x10) & 0x80, 0x80); /* FAULT is pulled up */
    wiring_overcurrent(b, true);
    assert_int_equal(bench_read(b, GPIO_G + 0x10) & 0x80, 0);
    bench_write(b, GPIO_G + 0x00, 1u << 12);
    bench_write(b, GPIO_G + 0x18, 1u << 6);
    assert_true(b->wiring.vbus);
    bench_write(b, 0x40023810, 1u << 6);
    assert_false(b->wiring.vbus);
    assert_int_equal(bench_count_all(b), 0);
    bench_close(b);
}

static void external_interrupts(void **state)
{
    struct board *b = bench_open("--button-at", "10:20", NULL);

    (void)state;
    bench_set(b, AHB1ENR, 4);
    bench_set(b, APB2ENR, 1u << 14);
    bench_write(b, 0x40013814, 0x20); /* EXTICR4: PC13 */
    bench_write(b, EXTI + 0x00, 1u << 13);
    bench_write(b, EXTI + 0x0C, 1u << 13); /* falling */
    bench_pass_us(b, 15000);
    assert_int_equal(bench_read(b, GPIO_C + 0x10) & 0x2000, 0x2000);
    assert_false(b->nvic.line[IRQ_EXTI15_10]);
    bench_pass_us(b, 10000);
    assert_true(b->nvic.line[IRQ_EXTI15_10]);
    assert_int_equal(bench_read(b, EXTI + 0x14), 1u << 13);
    bench_write(b, EXTI + 0x14, 1u << 13);
    assert_false(b->nvic.line[IRQ_EXTI15_10]);
    bench_write(b, EXTI + 0x10, 1u << 13); /* by software */
    assert_true(b->nvic.line[IRQ_EXTI15_10]);
    bench_close(b);
}

static void uart_open(struct board *b)
{
    bench_set(b, AHB1ENR, 4);
    bench_set(b, APB1ENR, 1u << 19);
    bench_write(b, GPIO_C + 0x24, 8u << 8);
    bench_write(b, GPIO_C + 0x00, 2u << 20);
    bench_write(b, UART4 + 0x0C, 139);
    bench_write(b, UART4 + 0x00, 0xD);
}

static void uart_transmits(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    uart_open(b);
    assert_int_equal(bench_read(b, UART4 + 0x1C), 0x6000C0);
    bench_write(b, UART4 + 0x28, 'h');
    assert_int_equal(bench_read(b, UART4 + 0x1C) & 0xC0, 0x80); /* TC falls at once */
    bench_write(b, UART4 + 0x28, 'i');
    assert_int_equal(bench_read(b, UART4 + 0x1C) & 0xC0, 0);
    bench_pass_us(b, 90);
    assert_int_equal(bench_read(b, UART4 + 0x1C) & 0xC0, 0x80);
    bench_pass_us(b, 80);
    assert_int_equal(bench_read(b, UART4 + 0x1C) & 0xC0, 0x80);
    bench_pass_us(b, 10);
    assert_int_equal(bench_read(b, UART4 + 0x1C) & 0xC0, 0xC0);
    assert_int_equal(bench_count_all(b), 0);
    bench_write(b, UART4 + 0x28, '\n');
    bench_pass_us(b, 100);
    assert_string_equal(vboard_console(b), "hi\n");
    bench_write(b, UART4 + 0x28, '!');
    bench_write(b, UART4 + 0x00, 0);
    assert_int_equal(bench_count(b, RULE_USART_LOST), 1);
    bench_close(b);
}

static void uart_receives(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    uart_open(b);
    bench_set(b, UART4, 1u << 5);
    usart_receive(b, USART_UART4, 'a');
    assert_true(b->nvic.line[IRQ_UART4]);
    assert_int_equal(bench_read(b, UART4 + 0x24), 'a');
    assert_false(b->nvic.line[IRQ_UART4]);
    usart_receive(b, USART_UART4, 'b');
    usart_receive(b, USART_UART4, 'c');
    assert_int_equal(bench_read(b, UART4 + 0x1C) & 0x28, 0x28);
    assert_int_equal(bench_read(b, UART4 + 0x24), 'b');
    assert_true(b->nvic.line[IRQ_UART4]); /* ORE keeps the line high */
    bench_write(b, UART4 + 0x20, 8);
    assert_false(b->nvic.line[IRQ_UART4]);
    bench_close(b);
}

static void watchdog(void **state)
{
    struct board *b = bench_open("--param", "lsi_hz=47000", NULL);

    (void)state;
    bench_write(b, CSR, 1u << 24);
    bench_write(b, IWDG + 0x00, 0xCCCC);
    bench_pass_us(b, 300000);
    bench_write(b, IWDG + 0x00, 0xAAAA);
    bench_pass_us(b, 340000); /* 4 * 4096 / 47 kHz = 348.6 ms */
    assert_int_equal(bench_read(b, CSR) & 0xFE000000, 0);
    bench_pass_us(b, 9000);
    assert_int_equal(bench_read(b, CSR) & 0xFE000000, 0x24000000);
    bench_pass_us(b, 2000000); /* software-started: the reset stopped it */
    assert_int_equal(b->run.resets, 2);
    bench_close(b);
}

static void watchdog_updates(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_write(b, IWDG + 0x00, 0x5555);
    bench_write(b, IWDG + 0x08, 100); /* before the start: waits for the LSI */
    bench_pass_us(b, 100000);
    assert_int_equal(bench_read(b, IWDG + 0x0C), 2);
    bench_write(b, IWDG + 0x00, 0xCCCC);
    bench_write(b, IWDG + 0x00, 0x5555);
    bench_write(b, IWDG + 0x04, 6);
    bench_pass_us(b, 30000);
    assert_int_equal(bench_read(b, IWDG + 0x0C), 1);
    bench_pass_us(b, 11000);
    assert_int_equal(bench_read(b, IWDG + 0x0C), 0);
    bench_write(b, IWDG + 0x00, 0xAAAA);
    bench_pass_us(b, 800000); /* 101 * 256 / 32 kHz = 808 ms */
    assert_int_equal(b->run.resets, 1);
    bench_pass_us(b, 10000);
    assert_int_equal(b->run.resets, 2);
    bench_close(b);
}

static void watchdog_by_option(void **state)
{
    struct board *b = bench_open("--optcr", "0xFFFFAADD", NULL);

    (void)state;
    bench_pass_us(b, 1100000); /* 512 ms each, again and again */
    assert_int_equal(b->run.resets, 3);
    bench_close(b);
}

static void timers(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, APB1ENR, 1u << 0 | 1u << 4);
    bench_write(b, 0x40001028, 15); /* TIM6: 1 MHz, 1 ms */
    bench_write(b, 0x4000102C, 999);
    bench_write(b, 0x40001014, 1);
    bench_write(b, 0x40001010, 0);
    bench_write(b, 0x4000100C, 1);
    bench_write(b, 0x40001000, 1);
    bench_pass_us(b, 990);
    assert_false(b->nvic.line[54]);
    assert_in_range(bench_read(b, 0x40001024), 989, 991);
    bench_pass_us(b, 11);
    assert_true(b->nvic.line[54]);
    bench_write(b, 0x40001010, 0);
    assert_false(b->nvic.line[54]);
    bench_write(b, 0x40000028, 15); /* TIM2: free-running, compare at 500 */
    bench_write(b, 0x40000034, 500);
    bench_write(b, 0x40000014, 1);
    bench_write(b, 0x40000010, 0);
    bench_write(b, 0x4000000C, 2);
    bench_write(b, 0x40000000, 1);
    bench_pass_us(b, 499);
    assert_int_equal(bench_read(b, 0x40000010), 0);
    bench_pass_us(b, 2);
    assert_int_equal(bench_read(b, 0x40000010), 2);
    assert_true(b->nvic.line[28]);
    bench_pass_us(b, 100000);
    assert_in_range(bench_read(b, 0x40000024), 100500, 100502);
    bench_close(b);
}

static void window_watchdog(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, APB1ENR, 1u << 11);
    bench_write(b, 0x40002C04, 0x27F); /* early wake-up, window open */
    bench_write(b, 0x40002C00, 0xFF);
    bench_pass_us(b, 16000); /* 63 * 256 us to 0x40 */
    assert_int_equal(bench_read(b, 0x40002C08), 0);
    bench_pass_us(b, 200);
    assert_int_equal(bench_read(b, 0x40002C08), 1);
    assert_true(b->nvic.line[IRQ_WWDG]);
    bench_pass_us(b, 256);
    assert_int_equal(bench_read(b, CSR) >> 30 & 1, 1);
    bench_close(b);
}

static void crc_unit(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, AHB1ENR, 1u << 12);
    bench_write(b, 0x40023008, 0xE1); /* as zip and Ethernet: reversed both ways, word input */
    bench_write(b, 0x40023000, 0x34333231);
    bench_write(b, 0x40023000, 0x38373635);
    bench_write(b, 0x40023008, 0xA0); /* bytes from here on */
    bench_write_sized(b, 0x40023000, 1, '9');
    assert_int_equal(bench_read(b, 0x40023000) ^ 0xFFFFFFFF, 0xCBF43926);
    bench_close(b);
}

static void calendar(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, APB1ENR, 1u << 28);
    bench_set(b, 0x40007000, 1u << 8);
    bench_write(b, 0x40023870, 0x8101);
    bench_pass_us(b, 600000);
    bench_write(b, 0x40002824, 0xCA);
    bench_write(b, 0x40002824, 0x53);
    bench_write(b, 0x4000280C, 0x80);
    assert_int_equal(bench_read(b, 0x4000280C) & 0x40, 0x40);
    bench_write(b, 0x40002800, 0x235959);
    bench_write(b, 0x40002804, 0x24u << 16 | 2u << 13 | 0x1231); /* Tuesday, 31 Dec 24 */
    bench_write(b, 0x4000280C, 0);
    bench_pass_us(b, 1500000);
    assert_int_equal(bench_read(b, 0x40002800), 0);
    assert_int_equal(bench_read(b, 0x40002804), 0x25u << 16 | 3u << 13 | 0x0101);
    assert_int_equal(bench_count_all(b), 0);
    bench_close(b);
}

/* Everything that a power cut takes away. */
static void power_goes(void **state)
{
    struct board *b = bench_open(NULL);

    (void)state;
    bench_set(b, AHB1ENR, 2 | 1u << 6);
    bench_write(b, GPIO_B + 0x00, 0x281);
    bench_write(b, GPIO_B + 0x18, 1);
    bench_write(b, GPIO_G + 0x00, 1u << 12);
    bench_write(b, GPIO_G + 0x18, 1u << 6);
    board_power_cut(b);
    bench_settle(b);
    assert_false(b->wiring.led[0]);
    assert_false(b->wiring.vbus);
    assert_non_null(strstr(vboard_events(b), "\"on\":false"));
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pins),
        cmocka_unit_test(external_interrupts),
        cmocka_unit_test(uart_transmits),
        cmocka_unit_test(uart_receives),
        cmocka_unit_test(watchdog),
        cmocka_unit_test(watchdog_updates),
        cmocka_unit_test(watchdog_by_option),
        cmocka_unit_test(timers),
        cmocka_unit_test(window_watchdog),
        cmocka_unit_test(crc_unit),
        cmocka_unit_test(calendar),
        cmocka_unit_test(power_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
