/* SPDX-License-Identifier: MIT
 * Cases for the flash rules of vboard/rules_chip.def. They erase and program sector 10, from RAM
 * where the rule under test is not about stalls. */
#include "rules.h"

#define FLASH_ACR     REG32(0x40023C00)
#define FLASH_KEYR    REG32(0x40023C04)
#define FLASH_OPTKEYR REG32(0x40023C08)
#define FLASH_SR      REG32(0x40023C0C)
#define FLASH_CR      REG32(0x40023C10)
#define FLASH_OPTCR   REG32(0x40023C14)
#define SCB_CCR       REG32(0xE000ED14)
#define RCC_CFGR      REG32(0x40023808)
#define TARGET        0x08180000u
#define PG_X32        0x201u
#define BSY           (1u << 16)
#define LOCK          (1u << 31)

static void open(void)
{
    FLASH_KEYR = 0x45670123;
    FLASH_KEYR = 0xCDEF89AB;
}

RAM_CODE static void store(uint32_t cr, uint32_t addr, uint32_t value)
{
    FLASH_CR = cr;
    REG32(addr) = value;
    __asm volatile("dsb" ::: "memory");
    while (FLASH_SR & BSY)
        ;
    FLASH_CR = 0;
}

static void word(void)
{
    open();
    store(PG_X32, TARGET, 0x12345678);
}

static void wrong_key(void)
{
    FLASH_KEYR = 0x11111111;
}

static void locked(void)
{
    FLASH_CR = PG_X32;
}

static void no_pg(void)
{
    open();
    store(0x200, TARGET, 0);
}

static void wrong_width(void)
{
    open();
    store(1, TARGET, 0);
}

static void system_memory(void)
{
    open();
    FLASH_CR = PG_X32;
    REG32(0x1FF0F000) = 0;
    dsb();
}

static void itcm_alias(void)
{
    open();
    store(PG_X32, 0x00380000, 0);
}

static void fewer_ones(void)
{
    word();
    store(PG_X32, TARGET, 0x00000678);
}

static void more_ones(void)
{
    word();
    store(PG_X32, TARGET, 0xFFFFFFFF);
}

RAM_CODE static void store_without_dsb(void)
{
    FLASH_CR = PG_X32;
    REG32(TARGET) = 0;
    while (FLASH_SR & BSY)
        ;
}

static void no_dsb(void)
{
    open();
    store_without_dsb();
}

RAM_CODE static void two_stores(void)
{
    FLASH_CR = PG_X32;
    REG32(TARGET) = 0;
    __asm volatile("dsb" ::: "memory");
    REG32(TARGET + 4) = 0;
    __asm volatile("dsb" ::: "memory");
}

static void store_while_busy(void)
{
    open();
    two_stores();
}

RAM_CODE static void erase(uint32_t cr)
{
    FLASH_CR = cr;
    FLASH_CR = cr | 1u << 16;
    __asm volatile("dsb" ::: "memory");
    while (FLASH_SR & BSY)
        ;
}

static void erase_sector(void)
{
    open();
    erase(0x202 | 10u << 3);
    FLASH_CR = 0;
}

RAM_CODE static void write_cr_while_busy(void)
{
    FLASH_CR = 0x202 | 10u << 3;
    FLASH_CR = 0x202 | 10u << 3 | 1u << 16;
    FLASH_CR = 0;
}

static void register_while_busy(void)
{
    open();
    write_cr_while_busy();
}

static void start_of_nothing(void)
{
    open();
    FLASH_CR = 1u << 16;
}

static void errors_cleared(void)
{
    open();
    store(1, TARGET, 0);
    FLASH_SR = 0xF3;
    store(PG_X32, TARGET, 0);
}

static void errors_left(void)
{
    open();
    store(1, TARGET, 0);
    store(PG_X32, TARGET, 0);
}

static void low_clock(void)
{
    RCC_CFGR = 0xD << 4; /* 16 MHz / 64 */
    word();
    RCC_CFGR = 0;
}

static void art_off_first(void)
{
    FLASH_ACR = 0x200;
    FLASH_ACR = 0;
    FLASH_ACR = 0x800;
    FLASH_ACR = 0;
    FLASH_ACR = 0x200;
}

static void art_on(void)
{
    FLASH_ACR = 0x200;
    FLASH_ACR = 0xA00;
}

static void with_dcache(void)
{
    SCB_CCR |= 1u << 16;
    dsb();
    word();
    SCB_CCR &= ~(1u << 16);
}

static void stall(void)
{
    open();
    FLASH_CR = PG_X32;
    REG32(TARGET) = 0;
    dsb();
    (void)REG32(TARGET);
    FLASH_CR = 0;
}

static void option_read(void)
{
    (void)FLASH_OPTCR;
}

static void option_program(void)
{
    open();
    FLASH_OPTKEYR = 0x08192A3B;
    FLASH_OPTKEYR = 0x4C5D6E7F;
    FLASH_OPTCR |= 2;
}

const struct rule_case chip_flash_cases[] = {
    {"flash-key", open, wrong_key},
    {"flash-locked", word, locked},
    {"flash-no-pg", word, no_pg},
    {"flash-width", word, wrong_width},
    {"flash-protected", word, system_memory},
    {"flash-alias", word, itcm_alias},
    {"flash-not-erased", fewer_ones, more_ones},
    {"flash-no-dsb", word, no_dsb},
    {"flash-store-busy", word, store_while_busy},
    {"flash-reg-busy", erase_sector, register_while_busy},
    {"flash-start", erase_sector, start_of_nothing},
    {"flash-stale-error", errors_cleared, errors_left},
    {"flash-supply", option_read, word}, /* the board's supply is 2.5 V for both */
    {"flash-slow-clock", word, low_clock},
    {"flash-art", art_off_first, art_on},
    {"flash-dcache", word, with_dcache},
    {"flash-stall", word, stall},
    {"option-bytes", option_read, option_program},
    {0},
};
