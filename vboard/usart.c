/* SPDX-License-Identifier: MIT
 * USART3 and UART4: transmitter and receiver of a USART without FIFO (RM0410, chapter USART).
 * A write to TDR clears TXE and TC; TXE rises when the shift register takes the character, TC at
 * the end of the last frame. */
#include "board.h"

#define CR1_UE         (1u << 0)
#define CR1_RE         (1u << 2)
#define CR1_TE         (1u << 3)
#define CR1_IDLEIE     (1u << 4)
#define CR1_RXNEIE     (1u << 5)
#define CR1_TCIE       (1u << 6)
#define CR1_TXEIE      (1u << 7)
#define CR1_PEIE       (1u << 8)
#define CR1_PCE        (1u << 10)
#define CR1_CMIE       (1u << 14)
#define CR1_OVER8      (1u << 15)
#define CR3_EIE        (1u << 0)
#define CR3_OVRDIS     (1u << 12)
#define CR3_UNMODELLED 0x000003F6u /* IREN IRLP NACK SCEN DMAR DMAT RTSE CTSE */
#define CR2_UNMODELLED 0x00904800u /* CLKEN LINEN ABREN RTOEN */
#define ISR_PE         (1u << 0)
#define ISR_FE         (1u << 1)
#define ISR_NE         (1u << 2)
#define ISR_ORE        (1u << 3)
#define ISR_IDLE       (1u << 4)
#define ISR_RXNE       (1u << 5)
#define ISR_TC         (1u << 6)
#define ISR_TXE        (1u << 7)
#define ISR_BUSY       (1u << 16)
#define ISR_CMF        (1u << 17)
#define ISR_TEACK      (1u << 21)
#define ISR_REACK      (1u << 22)
#define ICR_MASK       0x00121B5Fu
#define ISR_RESET      (ISR_TC | ISR_TXE)

static const unsigned number[USART_COUNT] = {3, 4};
static const char *const name[USART_COUNT] = {"USART3", "UART4"};
static const enum alarm_id tx_alarm[USART_COUNT] = {ALARM_USART3_TX, ALARM_UART4_TX};
static const enum irq_number irq[USART_COUNT] = {IRQ_USART3, IRQ_UART4};

static bool sending(const struct usart *u)
{
    return (u->cr1 & (CR1_UE | CR1_TE)) == (CR1_UE | CR1_TE);
}

static void update_irq(struct board *b, unsigned which)
{
    const struct usart *u = &b->usart[which];
    uint32_t isr = u->isr;
    bool level = (u->cr1 & CR1_TXEIE && isr & ISR_TXE) || (u->cr1 & CR1_TCIE && isr & ISR_TC) ||
                 (u->cr1 & CR1_RXNEIE && isr & (ISR_RXNE | ISR_ORE)) ||
                 (u->cr1 & CR1_IDLEIE && isr & ISR_IDLE) || (u->cr1 & CR1_PEIE && isr & ISR_PE) ||
                 (u->cr1 & CR1_CMIE && isr & ISR_CMF) ||
                 (u->cr3 & CR3_EIE && isr & (ISR_FE | ISR_NE | ISR_ORE));

    nvic_line(b, irq[which], level && (u->cr1 & CR1_UE));
}

/* Divider in clock cycles per bit (RM0410, USART baud rate generation). */
static uint32_t cycles_per_bit_x2(const struct usart *u)
{
    if (u->cr1 & CR1_OVER8)
        return (u->brr & 0xFFF0) | (u->brr & 7) << 1;
    return 2 * u->brr;
}

static unsigned data_bits(const struct usart *u)
{
    switch ((u->cr1 >> 28 & 1) << 1 | (u->cr1 >> 12 & 1)) {
    case 1:
        return 9;
    case 2:
        return 7;
    default:
        return 8;
    }
}

static uint64_t frame_ps(const struct board *b, unsigned which)
{
    const struct usart *u = &b->usart[which];
    uint32_t hz = rcc_usart_hz(b, number[which]);
    static const uint8_t stop_half_bits[] = {2, 1, 4, 3};
    uint64_t half_bits = 2 + 2 * data_bits(u) + stop_half_bits[u->cr2 >> 12 & 3];
    uint64_t bit_x2 = cycles_per_bit_x2(u);

    if (hz == 0 || bit_x2 == 0)
        return 0;
    return half_bits * bit_x2 * 250000000000ull / hz; /* half a bit = bit_x2 / 4 cycles */
}

/* A far end uses a standard rate; more than 3 % off it cannot read the frame. */
static void judge_baud(struct board *b, unsigned which)
{
    static const uint32_t standard[] = {
        1200,   2400,   4800,   9600,   14400,  19200,  28800,  38400,   57600,   115200,  128000,
        230400, 250000, 256000, 460800, 500000, 576000, 921600, 1000000, 1500000, 2000000, 3000000};
    struct usart *u = &b->usart[which];
    uint32_t bit_x2 = cycles_per_bit_x2(u), minimum = u->cr1 & CR1_OVER8 ? 16 : 32;
    uint32_t actual, best = 0;

    if (u->baud_judged)
        return;
    u->baud_judged = true;
    actual = bit_x2 == 0 ? 0 : (uint32_t)(2ull * rcc_usart_hz(b, number[which]) / bit_x2);
    for (unsigned i = 0; i < sizeof standard / sizeof standard[0]; i++) {
        uint32_t error = actual > standard[i] ? actual - standard[i] : standard[i] - actual;

        if ((uint64_t)error * 100 <= 3ull * standard[i])
            best = standard[i];
    }
    if (best == 0 || bit_x2 < minimum)
        finding(b, RULE_USART_BAUD, "%s: BRR 0x%X at %u Hz gives %u baud", name[which],
                (unsigned)u->brr, (unsigned)rcc_usart_hz(b, number[which]), (unsigned)actual);
}

static void start_frame(struct board *b, unsigned which)
{
    struct usart *u = &b->usart[which];
    uint64_t ps = frame_ps(b, which);

    judge_baud(b, which);
    u->shift = u->tdr;
    u->shifting = true;
    u->isr |= ISR_TXE;
    if (ps != 0) /* without a bit clock the frame never ends */
        alarm_set(b, tx_alarm[which], now_ps(b) + ps);
}

static void on_tx(struct board *b, unsigned which)
{
    struct usart *u = &b->usart[which];

    u->shifting = false;
    if (wiring_console_routed(b, which))
        trace_console(b, which, (uint8_t)(u->shift & (data_bits(u) == 7 ? 0x7F : 0xFF)));
    else
        finding(b, RULE_USART_NO_PIN, "%s sends 0x%02X, and no TX pin is routed to it", name[which],
                (unsigned)(u->shift & 0xFF));
    if (u->isr & ISR_TXE)
        u->isr |= ISR_TC;
    else
        start_frame(b, which);
    update_irq(b, which);
}

void usart3_on_tx(struct board *b)
{
    on_tx(b, USART_USART3);
}

void uart4_on_tx(struct board *b)
{
    on_tx(b, USART_UART4);
}

static void write_tdr(struct board *b, unsigned which, uint32_t value)
{
    struct usart *u = &b->usart[which];

    if (!sending(u)) {
        finding(b, RULE_USART_LOST, "%s: TDR written while UE or TE is 0", name[which]);
        return;
    }
    if ((u->isr & ISR_TXE) == 0)
        finding(b, RULE_USART_LOST, "%s: TDR written while TXE is 0: 0x%02X is lost", name[which],
                (unsigned)(u->tdr & 0xFF));
    u->tdr = value & 0x1FF;
    u->isr &= ~(ISR_TC | ISR_TXE);
    if (!u->shifting)
        start_frame(b, which);
    update_irq(b, which);
}

void usart_receive(struct board *b, unsigned which, uint8_t byte)
{
    struct usart *u = &b->usart[which];

    if ((u->cr1 & (CR1_UE | CR1_RE)) != (CR1_UE | CR1_RE))
        return;
    if (u->isr & ISR_RXNE && (u->cr3 & CR3_OVRDIS) == 0) {
        u->isr |= ISR_ORE; /* the new character is lost, RDR keeps the old one */
    } else {
        u->rdr = byte;
        u->isr |= ISR_RXNE | ISR_IDLE;
    }
    if (byte == u->cr2 >> 24)
        u->isr |= ISR_CMF;
    update_irq(b, which);
}

void usart_stopped(struct board *b, unsigned which)
{
    struct usart *u = &b->usart[which];

    if (sending(u) && (u->shifting || (u->isr & ISR_TXE) == 0))
        finding(b, RULE_USART_LOST, "%s stopped before TC: 0x%02X is lost", name[which],
                (unsigned)(u->shift & 0xFF));
    u->shifting = false;
    alarm_cancel(b, tx_alarm[which]);
}

static void write_cr1(struct board *b, unsigned which, uint32_t value)
{
    struct usart *u = &b->usart[which];
    uint32_t changed = u->cr1 ^ value;
    const uint32_t only_disabled = 0x13FF9600u; /* M, OVER8, PCE, PS, DEAT, DEDT */

    if ((u->cr1 & CR1_UE) && (value & CR1_UE) && (changed & only_disabled)) {
        finding(b, RULE_USART_CONFIG, "%s: CR1 0x%08X changes the frame while UE is 1: ignored",
                name[which], (unsigned)value);
        value ^= changed & only_disabled;
    }
    if ((changed & CR1_UE) && (value & CR1_UE) == 0) {
        usart_stopped(b, which);
        u->isr = ISR_RESET;
    }
    u->cr1 = value;
    u->isr &= ~(ISR_TEACK | ISR_REACK);
    if (sending(u))
        u->isr |= ISR_TEACK;
    if ((value & (CR1_UE | CR1_RE)) == (CR1_UE | CR1_RE))
        u->isr |= ISR_REACK;
    u->baud_judged = u->baud_judged && (changed & CR1_OVER8) == 0;
    update_irq(b, which);
}

/* CR2, CR3, BRR, GTPR, RTOR: most of it may only change while UE is 0. */
static void write_config(struct board *b, unsigned which, uint32_t off, uint32_t value)
{
    struct usart *u = &b->usart[which];
    uint32_t *regs[] = {&u->cr2, &u->cr3, &u->brr, &u->gtpr, &u->rtor};
    uint32_t *reg = regs[(off - 4) / 4];
    uint32_t runtime = reg == &u->cr3 ? 0x00C007C1u : 0; /* EIE, DMA, CTSIE, ... stay writable */

    if ((u->cr1 & CR1_UE) && ((*reg ^ value) & ~runtime)) {
        finding(b, RULE_USART_CONFIG, "%s: offset 0x%02X written while UE is 1: ignored",
                name[which], (unsigned)off);
        value = (value & runtime) | (*reg & ~runtime);
    }
    *reg = reg == &u->brr ? value & 0xFFFF : value;
    if (reg == &u->brr)
        u->baud_judged = false;
    if ((reg == &u->cr2 && value & CR2_UNMODELLED) || (reg == &u->cr3 && value & CR3_UNMODELLED))
        finding(b, RULE_USART_MODE, "%s: offset 0x%02X = 0x%08X", name[which], (unsigned)off,
                (unsigned)value);
    update_irq(b, which);
}

static void write_requests(struct usart *u, uint32_t value)
{
    if (value & 1u << 3) /* RXFRQ */
        u->isr &= ~ISR_RXNE;
    if (value & 1u << 4) /* TXFRQ: the waiting character is discarded */
        u->isr |= ISR_TXE;
}

static uint32_t unit_read(struct board *b, unsigned which, uint32_t off, unsigned bytes)
{
    struct usart *u = &b->usart[which];
    uint32_t value = 0;

    switch (off & ~3u) {
    case 0x00:
        value = u->cr1;
        break;
    case 0x04:
        value = u->cr2;
        break;
    case 0x08:
        value = u->cr3;
        break;
    case 0x0C:
        value = u->brr;
        break;
    case 0x10:
        value = u->gtpr;
        break;
    case 0x14:
        value = u->rtor;
        break;
    case 0x1C:
        value = u->isr | (param(b, PARAM_USART_ISR_TCBGT) != 0 ? 1u << 25 : 0);
        break;
    case 0x24:
        value = u->rdr;
        u->isr &= ~ISR_RXNE;
        update_irq(b, which);
        break;
    case 0x28:
        value = u->tdr;
        break;
    case 0x18: /* RQR and ICR are write-only */
    case 0x20:
        break;
    default:
        finding(b, RULE_RESERVED_REGISTER, "%s offset 0x%02X", name[which], (unsigned)off);
    }
    return reg_part(value, off, bytes);
}

static void unit_write(struct board *b, unsigned which, uint32_t off, unsigned bytes,
                       uint32_t value)
{
    struct usart *u = &b->usart[which];
    static const uint8_t config_offsets = 0x14;

    if ((off & 3) != 0)
        finding(b, RULE_RESERVED_REGISTER, "%s offset 0x%02X", name[which], (unsigned)off);
    if (bytes < 4 && off == 0)
        value = reg_merge(u->cr1, off, bytes, value);
    if (off == 0x00)
        write_cr1(b, which, value);
    else if (off <= config_offsets)
        write_config(b, which, off, value);
    else if (off == 0x18)
        write_requests(u, value);
    else if (off == 0x20)
        u->isr &= ~(value & ICR_MASK);
    else if (off == 0x28)
        write_tdr(b, which, value);
    else
        finding(b, RULE_RESERVED_REGISTER, "%s offset 0x%02X written", name[which], (unsigned)off);
    update_irq(b, which);
}

uint32_t usart3_read(struct board *b, uint32_t off, unsigned bytes)
{
    return unit_read(b, USART_USART3, off, bytes);
}

void usart3_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    unit_write(b, USART_USART3, off, bytes, value);
}

uint32_t uart4_read(struct board *b, uint32_t off, unsigned bytes)
{
    return unit_read(b, USART_UART4, off, bytes);
}

void uart4_write(struct board *b, uint32_t off, unsigned bytes, uint32_t value)
{
    unit_write(b, USART_UART4, off, bytes, value);
}

void usart_reset(struct board *b, unsigned which)
{
    alarm_cancel(b, tx_alarm[which]);
    b->usart[which] = (struct usart){.isr = ISR_RESET};
    update_irq(b, which);
}
