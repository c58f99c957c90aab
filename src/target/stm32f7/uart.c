/* SPDX-License-Identifier: MIT
 * Console output: a ring in RAM, drained by uart_poll (RM0410 chapter 34). TXEIE is on while the
 * ring holds something, so that an empty transmit register wakes clock_idle. */
#include "target/stm32f7/uart.h"

#include <stddef.h>
#include <stdint.h>

#include "port/clock.h"
#include "port/log_sink.h"
#include "target/stm32f7/gpio.h"
#include "target/stm32f7/rcc.h"
#include "target/stm32f7/regs_rcc.h"
#include "target/stm32f7/regs_usart.h"
#include "target/stm32f7/wait.h"
#include "target/stm32f7/wiring.h"

#define BAUD           115200u
#define RING_BYTES     2048u              /* a power of two */
#define FLUSH_LIMIT_MS (RING_BYTES / 10u) /* 87 us a character */

_Static_assert((RING_BYTES & (RING_BYTES - 1u)) == 0, "indices wrap by masking");

static struct {
    struct usart_regs *usart; /* NULL until started */
    uint32_t head, tail;      /* free-running; head - tail characters are queued */
    char text[RING_BYTES];
} console;

void uart_start(void)
{
    struct usart_regs *usart = (struct usart_regs *)console_wiring.usart_base;
    RCC->APB1ENR |= console_wiring.apb1_mask;
    (void)RCC->APB1ENR;
    gpio_make_alternate(console_wiring.tx, console_wiring.tx_af, false);
    usart->BRR = (rcc_pclk1_hz() + BAUD / 2u) / BAUD;
    usart->CR1 = USART_CR1_UE;
    usart->CR1 = USART_CR1_UE | USART_CR1_TE;
    console.usart = usart;
}

void uart_poll(void)
{
    struct usart_regs *usart = console.usart;
    if (usart == NULL || console.head == console.tail || (usart->ISR & USART_ISR_TXE) == 0)
        return;
    usart->TDR = (uint8_t)console.text[console.tail++ % RING_BYTES];
    if (console.head == console.tail)
        usart->CR1 = USART_CR1_UE | USART_CR1_TE;
}

void uart_stop(void)
{
    console.usart = NULL;
    RCC->APB1RSTR |= console_wiring.apb1_mask;
    RCC->APB1RSTR &= ~console_wiring.apb1_mask;
    RCC->APB1ENR &= ~console_wiring.apb1_mask;
}

/* Makes room in the full ring: one character leaves every 87 us. */
static void drain_one(void)
{
    uint32_t tail = console.tail;
    uint32_t start_ms = clock_ms();
    while (console.tail == tail && clock_ms() - start_ms < 3u)
        clock_idle();
    if (console.tail == tail)
        console.tail++; /* the transmitter is dead: drop rather than hang */
}

void log_sink_write(const char *text, uint32_t len)
{
    if (console.usart == NULL)
        return;
    for (uint32_t i = 0; i < len; i++) {
        if (console.head - console.tail == RING_BYTES)
            drain_one();
        console.text[console.head++ % RING_BYTES] = text[i];
    }
    if (console.head != console.tail)
        console.usart->CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_TXEIE;
}

void log_sink_flush(void)
{
    if (console.usart == NULL)
        return;
    uint32_t start_ms = clock_ms();
    while (console.head != console.tail && clock_ms() - start_ms < FLUSH_LIMIT_MS)
        clock_idle();
    (void)wait_reg(&console.usart->ISR, USART_ISR_TC, USART_ISR_TC, 2);
}
