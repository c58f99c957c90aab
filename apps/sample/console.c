/* SPDX-License-Identifier: MIT
 * UART4 (RM0410 chapter 34): a ring, emptied by the TXE interrupt. The ring has one writer (the
 * main program) and one reader (the interrupt), so its indices need no lock. */
#include "console.h"

#include "applib/needs.h"
#include "chip.h"
#include "startup.h"

#define BAUD       115200u
#define RING_BYTES 256u /* a power of two */
#define CR1_IDLE   (USART_CR1_UE | USART_CR1_TE)

static char ring[RING_BYTES];
static volatile uint32_t head, tail; /* written, sent; they only grow */
static volatile uint32_t interrupts;

void console_init(uint32_t pclk1_hz)
{
    chip_clock_on(&RCC_AHB1ENR, RCC_AHB1ENR_GPIOC);
    chip_clock_on(&RCC_APB1ENR, RCC_APB1ENR_UART4);
    GPIOC_AFRH = (GPIOC_AFRH & ~(0xFu << 8)) | 8u << 8; /* PC10: AF8 = UART4_TX */
    GPIOC_MODER = (GPIOC_MODER & ~(3u << 20)) | 2u << 20;
    UART4_BRR = (pclk1_hz + BAUD / 2u) / BAUD;
    UART4_CR1 = CR1_IDLE;
    chip_irq_enable(IRQ_UART4, 0x40);
}

RAMCODE void uart4_handler(void)
{
    interrupts++;
    if ((UART4_ISR & USART_ISR_TXE) == 0)
        return; /* the last write to TDR was still on its way when the request was looked at */
    if (tail == head) {
        UART4_CR1 = CR1_IDLE;
        chip_dsb(); /* the request must be gone before the handler returns */
        return;
    }
    UART4_TDR = (uint8_t)ring[tail % RING_BYTES];
    tail++;
}

static void put(char c)
{
    while (head - tail == RING_BYTES)
        clock_idle();
    ring[head % RING_BYTES] = c;
    head++;
    UART4_CR1 = CR1_IDLE | USART_CR1_TXEIE;
}

void console_text(const char *text)
{
    while (*text != 0)
        put(*text++);
}

void console_number(uint32_t value)
{
    char digits[10];
    uint32_t n = 0;
    do {
        digits[n++] = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    while (n > 0)
        put(digits[--n]);
}

static char hex_digit(uint32_t nibble)
{
    return (char)(nibble < 10u ? '0' + nibble : 'A' + nibble - 10u);
}

void console_hex(uint32_t value)
{
    console_text("0x");
    for (uint32_t shift = 32; shift > 0; shift -= 4)
        put(hex_digit(value >> (shift - 4u) & 0xFu));
}

void console_flush(void)
{
    while (head != tail || (UART4_ISR & USART_ISR_TC) == 0)
        clock_idle();
}

uint32_t console_interrupts(void)
{
    return interrupts;
}

static void panic_put(char c)
{
    while ((UART4_ISR & USART_ISR_TXE) == 0) {
    }
    UART4_TDR = (uint8_t)c;
}

static void panic_word(uint32_t value)
{
    for (uint32_t shift = 32; shift > 0; shift -= 4)
        panic_put(hex_digit(value >> (shift - 4u) & 0xFu));
    panic_put(' ');
}

void console_panic(const char *text, uint32_t number, uint32_t word)
{
    if ((UART4_CR1 & USART_CR1_UE) == 0)
        return; /* too early: there is no console yet */
    while (*text != 0)
        panic_put(*text++);
    panic_word(number);
    panic_word(word);
    panic_put('\r');
    panic_put('\n');
}
