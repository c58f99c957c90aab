/* SPDX-License-Identifier: MIT
 * The register accesses that vendor start-up code and its HAL make, in their order and with their
 * values: start-up of the older generation, tick, clock tree at 216 MHz with over-drive, pins,
 * interrupts of the button, UART and timer, a flash sector. Interrupt-driven, runs from flash. */
#include "chip.h"

#define SECTOR_11 0x081C0000u

static volatile uint32_t tim6_count, button_count, uart4_left, flash_irqs;
static const char *volatile uart4_text;

void irq_handler(uint32_t irq)
{
    if (irq == 54) {
        TIM6(0x10) = ~1u;
        tim6_count++;
    } else if (irq == 40) {
        EXTI(0x14) = 1u << 13;
        button_count++;
    } else if (irq == 52 && (UART4(0x1C) & 1u << 7) && (UART4(0x00) & 1u << 7)) {
        UART4(0x28) = (uint8_t)*uart4_text++;
        if (--uart4_left == 0)
            UART4(0x00) = (UART4(0x00) & ~(1u << 7)) | 1u << 6;
    } else if (irq == 52) {
        UART4(0x20) = 1u << 6;
        UART4(0x00) &= ~(1u << 6);
    } else if (irq == 4) {
        FLASHR(0x0C) = 1;
        flash_irqs++;
    }
}

static void system_init_old(void)
{
    SCB(0x88) |= 0xF00000;
    RCC(0x00) |= 1;
    RCC(0x08) = 0;
    RCC(0x00) &= 0xFEF6FFFF;
    RCC(0x04) = 0x24003010;
    RCC(0x00) &= 0xFFFBFFFF;
    RCC(0x0C) = 0;
    SCB(0x08) = 0x08000000;
}

static void hal_init(void)
{
    FLASHR(0x00) |= 0x200;
    FLASHR(0x00) |= 0x100;
    SCB(0x0C) = 0x05FA0300;
    SYST(0x04) = 15999;
    REG(0xE000ED20) = 0xF0000000;
    SYST(0x08) = 0;
    SYST(0x00) = 7;
}

static void clock_tree(void)
{
    RCC(0x40) |= 1u << 28;
    (void)RCC(0x40);
    PWR(0x00) = (PWR(0x00) & ~0xC000u) | 0xC000;
    (void)PWR(0x00);
    RCC(0x00) |= 1u << 18;
    RCC(0x00) |= 1u << 16;
    wait_for(&RCC(0x00), 1u << 17, 1u << 17);
    RCC(0x00) &= ~(1u << 24);
    wait_for(&RCC(0x00), 1u << 25, 0);
    RCC(0x04) = 0x79406C08;
    RCC(0x00) |= 1u << 24;
    wait_for(&RCC(0x00), 1u << 25, 1u << 25);
    PWR(0x00) |= 1u << 16;
    wait_for(&PWR(0x04), 1u << 16, 1u << 16);
    PWR(0x00) |= 1u << 17;
    wait_for(&PWR(0x04), 1u << 17, 1u << 17);
    FLASHR(0x00) = (FLASHR(0x00) & ~0xFu) | 7;
    while ((FLASHR(0x00) & 0xF) != 7)
        ;
    RCC(0x08) |= 0x1C00;
    RCC(0x08) |= 0xE000;
    RCC(0x08) &= ~0xF0u;
    RCC(0x08) = (RCC(0x08) & ~3u) | 2;
    wait_for(&RCC(0x08), 0xC, 8);
    RCC(0x08) = (RCC(0x08) & ~0x1C00u) | 0x1400;
    RCC(0x08) = (RCC(0x08) & ~0xE000u) | 0x8000;
    SYST(0x04) = 215999;
    SYST(0x08) = 0;
}

static void usb_clock(void)
{
    RCC(0x90) |= 1u << 27;
    RCC(0x00) &= ~(1u << 28);
    wait_for(&RCC(0x00), 1u << 29, 0);
    RCC(0x88) = (RCC(0x88) & 0x7F000000) | 384u << 6 | 3u << 16;
    RCC(0x00) |= 1u << 28;
    wait_for(&RCC(0x00), 1u << 29, 1u << 29);
}

static void pins(void)
{
    RCC(0x30) |= 1u << 0 | 1u << 1 | 1u << 2 | 1u << 6;
    (void)RCC(0x30);
    GPIO('B', 0x18) = (1u << 0 | 1u << 7 | 1u << 14) << 16;
    GPIO('B', 0x00) = (GPIO('B', 0x00) & ~0x3000C003u) | 0x10004001;
    GPIO('C', 0x00) &= ~(3u << 26);
    RCC(0x44) |= 1u << 14;
    (void)RCC(0x44);
    SYSCFG(0x14) = (SYSCFG(0x14) & ~0xF0u) | 0x20;
    EXTI(0x00) |= 1u << 13;
    EXTI(0x08) |= 1u << 13;
    ISER(40) = 1u << (40 & 31);
    GPIO('C', 0x24) = (GPIO('C', 0x24) & ~0xFF00u) | 0x8800; /* PC10, PC11: UART4 */
    GPIO('C', 0x00) = (GPIO('C', 0x00) & ~0x00F00000u) | 0x00A00000;
}

static void uart4_interrupt_driven(const char *text, uint32_t length)
{
    RCC(0x40) |= 1u << 19;
    (void)RCC(0x40);
    UART4(0x00) &= ~1u;
    UART4(0x0C) = 469;
    UART4(0x00) |= 1u << 3 | 1u << 2;
    UART4(0x00) |= 1;
    wait_for(&UART4(0x1C), 3u << 21, 3u << 21);
    uart4_text = text;
    uart4_left = length;
    ISER(52) = 1u << (52 & 31);
    UART4(0x00) |= 1u << 7;
    wait_for(&UART4(0x00), 1u << 6, 1u << 6);
    wait_for(&UART4(0x00), 1u << 6, 0);
}

static bool program_word(uint32_t addr, uint32_t value)
{
    wait_for(&FLASHR(0x0C), 1u << 16, 0);
    FLASHR(0x10) &= ~(3u << 8);
    FLASHR(0x10) |= 2u << 8;
    FLASHR(0x10) |= 1;
    REG(addr) = value;
    dsb();
    wait_for(&FLASHR(0x0C), 1u << 16, 0);
    FLASHR(0x10) &= ~1u;
    return (FLASHR(0x0C) & 0xF2) == 0 && REG(addr) == value;
}

static void flash_sector(void)
{
    bool good = true;

    FLASHR(0x04) = 0x45670123;
    FLASHR(0x04) = 0xCDEF89AB;
    check((FLASHR(0x10) >> 31) == 0, "flash unlocks");
    FLASHR(0x10) = (FLASHR(0x10) & ~(3u << 8)) | 2u << 8;
    FLASHR(0x10) = (FLASHR(0x10) & ~(0x1Fu << 3)) | 2 | 11u << 3;
    FLASHR(0x10) |= 1u << 16;
    dsb();
    wait_for(&FLASHR(0x0C), 1u << 16, 0);
    FLASHR(0x10) &= ~(2u | 0x1Fu << 3);
    for (uint32_t i = 0; i < 64; i++)
        good = program_word(SECTOR_11 + 4 * i, 0x01010101 * i) && good;
    check(good, "64 words programmed");
    check((FLASHR(0x0C) & 1) == 0, "no EOP without EOPIE");
    FLASHR(0x10) |= 1u << 24;
    ISER(4) = 1u << 4;
    check(program_word(SECTOR_11 + 0x400, 0x12345678) && flash_irqs == 1, "EOP interrupt");
    FLASHR(0x10) &= ~(1u << 24);
    FLASHR(0x10) |= 1u << 31;
}

static void timer(void)
{
    uint32_t start;

    RCC(0x40) |= 1u << 4;
    (void)RCC(0x40);
    TIM6(0x28) = 107; /* 108 MHz / 108 = 1 MHz */
    TIM6(0x2C) = 999;
    TIM6(0x14) = 1;
    TIM6(0x10) = 0;
    TIM6(0x0C) = 1;
    ISER(54) = 1u << (54 & 31);
    TIM6(0x00) |= 1;
    start = systick_ms;
    while (systick_ms - start < 50)
        __asm volatile("wfi");
    check(tim6_count >= 49 && tim6_count <= 51, "TIM6 ticks once a millisecond");
    TIM6(0x00) &= ~1u;
}

static void backup_and_crc(void)
{
    PWR(0x00) |= 1u << 8;
    RTC(0x50) = 0xCAFE0001;
    PWR(0x00) &= ~(1u << 8);
    check(RTC(0x50) == 0xCAFE0001, "backup register");
    RCC(0x30) |= 1u << 12;
    (void)RCC(0x30);
    CRC(0x08) = 1;
    CRC(0x00) = 0x00000000;
    check(CRC(0x00) == 0xC704DD7B, "CRC of a zero word");
}

void chip_main(void)
{
    uint32_t start;

    system_init_old();
    hal_init();
    clock_tree();
    usb_clock();
    pins();
    console_open(54000000);
    say("vendor start-up done\n");
    uart4_interrupt_driven("by interrupts\r\n", 15);
    flash_sector();
    timer();
    backup_and_crc();
    GPIO('B', 0x18) = 1;
    start = systick_ms;
    while (button_count == 0 && systick_ms - start < 6000)
        __asm volatile("wfi");
    check(button_count == 1, "button interrupt");
}
