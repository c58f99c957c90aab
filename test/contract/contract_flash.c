/* SPDX-License-Identifier: MIT
 * Cases of the flash contract. */
#include "contract/contract_flash.h"

#include <stdint.h>

#include "config/layout.h"
#include "contract/contract_check.h"
#include "port/clock.h"
#include "port/flash.h"

#define SECTOR_3  ((uint32_t)APP_PARAMS_ADDR)
#define SECTOR_8  ((uint32_t)UPDATE_ADDR)
#define SECTOR_11 ((uint32_t)BACKUP_ADDR)
#define WORDS     64u

static uint32_t source[WORDS];

static enum bl_rc wait_done(void)
{
    enum bl_rc rc = flash_poll();

    while (rc == BL_PENDING) {
        clock_idle();
        rc = flash_poll();
    }
    return rc;
}

static enum bl_rc erase(uint32_t addr)
{
    enum bl_rc rc = flash_erase_start(addr);

    return rc == BL_OK ? wait_done() : rc;
}

static enum bl_rc program(uint32_t addr, const void *src, uint32_t len)
{
    enum bl_rc rc = flash_program_start(addr, src, len);

    return rc == BL_OK ? wait_done() : rc;
}

static uint32_t word_at(uint32_t addr)
{
    uint32_t word = 0;

    flash_read(addr, &word, sizeof word);
    return word;
}

static void case_sectors(void)
{
    static const struct flash_sector map[] = {
        {0x08000000, 0x8000, 0},  {0x08008000, 0x8000, 1},   {0x08010000, 0x8000, 2},
        {0x08018000, 0x8000, 3},  {0x08020000, 0x20000, 4},  {0x08040000, 0x40000, 5},
        {0x08080000, 0x40000, 6}, {0x080C0000, 0x40000, 7},  {0x08100000, 0x40000, 8},
        {0x08140000, 0x40000, 9}, {0x08180000, 0x40000, 10}, {0x081C0000, 0x40000, 11},
    };
    struct flash_sector at;

    for (uint32_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        bool first = flash_sector_at(map[i].addr, &at) && at.addr == map[i].addr &&
                     at.bytes == map[i].bytes && at.index == map[i].index;
        bool last = flash_sector_at(map[i].addr + map[i].bytes - 1, &at) && at.addr == map[i].addr;

        (void)contract_check(first, "a sector's first byte finds it");
        (void)contract_check(last, "a sector's last byte finds it");
    }
    (void)contract_check(!flash_sector_at(0x08200000, &at), "behind the flash is no sector");
    (void)contract_check(!flash_sector_at(0x07FFFFFF, &at), "before the flash is no sector");
    (void)contract_check(flash_layout_check() == BL_OK, "the layout holds");
}

static void case_ranges(void)
{
    (void)contract_check(flash_erase_start(LOADER_ADDR) == BL_E_FLASH_RANGE, "sector 0 is refused");
    (void)contract_check(flash_erase_start(LOADER_ADDR + 0x8000) == BL_E_FLASH_RANGE,
                         "sector 1 is refused");
    (void)contract_check(flash_erase_start(PRODUCT_ADDR) == BL_E_FLASH_RANGE,
                         "sector 2 is refused");
    (void)contract_check(flash_erase_start(SECTOR_8 + 4) == BL_E_FLASH_RANGE,
                         "erasing from the middle of a sector is refused");
    (void)contract_check(flash_erase_start(0x08200000) == BL_E_FLASH_RANGE,
                         "erasing behind the flash is refused");
    (void)contract_check(flash_program_start(PRODUCT_ADDR, source, 4) == BL_E_FLASH_RANGE,
                         "programming sector 2 is refused");
    (void)contract_check(flash_program_start(0x08200000 - 4, source, 8) == BL_E_FLASH_RANGE,
                         "programming over the end is refused");
    (void)contract_check(flash_program_start(0xFFFFFFFC, source, 8) == BL_E_FLASH_RANGE,
                         "programming over the end of the addresses is refused");
    (void)contract_check(flash_program_start(SECTOR_8 + 2, source, 4) == BL_E_FLASH_RANGE,
                         "an odd address is refused");
    (void)contract_check(flash_program_start(SECTOR_8, source, 6) == BL_E_FLASH_RANGE,
                         "half a word is refused");
    (void)contract_check(flash_poll() == BL_OK, "a refused start leaves nothing pending");
}

static void case_erase_and_program(void)
{
    uint32_t read[WORDS];
    bool equal = true;

    (void)contract_check(erase(SECTOR_8) == BL_OK, "a sector can be erased");
    (void)contract_check(word_at(SECTOR_8) == 0xFFFFFFFF &&
                             word_at(SECTOR_8 + SLOT_SECTOR_BYTES - 4) == 0xFFFFFFFF,
                         "an erased sector reads ones");
    (void)contract_check(program(SECTOR_8 + 8, source, sizeof source) == BL_OK,
                         "erased words can be programmed");
    flash_read(SECTOR_8 + 8, read, sizeof read);
    for (uint32_t i = 0; i < WORDS; i++)
        equal = equal && read[i] == source[i];
    (void)contract_check(equal, "programmed words read back");
    (void)contract_check(word_at(SECTOR_8 + 4) == 0xFFFFFFFF &&
                             word_at(SECTOR_8 + 8 + sizeof source) == 0xFFFFFFFF,
                         "the words beside stay blank");
    (void)contract_check(program(SECTOR_8 + 8, source, sizeof source) == BL_OK,
                         "the same words again are no error");
    (void)contract_check(program(SECTOR_8 + SLOT_SECTOR_BYTES - 4, source, 4) == BL_OK,
                         "a sector's last word can be programmed");
    (void)contract_check(erase(SECTOR_8) == BL_OK && word_at(SECTOR_8 + 8) == 0xFFFFFFFF,
                         "an erase takes it all away");
}

/* Programming a word anew that holds its value would wear it, and is a fault where it is not blank. */
static void case_words_that_hold(void)
{
    uint32_t read[WORDS];
    bool equal = true;

    (void)contract_check(program(SECTOR_8 + 4, source + 1, 8) == BL_OK &&
                             program(SECTOR_8 + 16, source + 4, 4) == BL_OK,
                         "some words of a burst are programmed before");
    (void)contract_check(program(SECTOR_8, source, sizeof source) == BL_OK,
                         "words that hold their value are passed over");
    flash_read(SECTOR_8, read, sizeof read);
    for (uint32_t i = 0; i < WORDS; i++)
        equal = equal && read[i] == source[i];
    (void)contract_check(equal, "the words between them take theirs");
    (void)contract_check(erase(SECTOR_8) == BL_OK, "the sector is erased for the next case");
}

static void case_ones_over_zeros(void)
{
    static const uint32_t zero = 0;
    static const uint32_t ones = 0x0000FFFF;

    (void)contract_check(erase(SECTOR_11) == BL_OK, "the last sector can be erased");
    (void)contract_check(program(SECTOR_11, source, 4) == BL_OK && word_at(SECTOR_11) == source[0],
                         "a word takes its value");
    (void)contract_check(program(SECTOR_11, &zero, 4) == BL_OK && word_at(SECTOR_11) == 0,
                         "a programmed word can be made zero");
    (void)contract_check(program(SECTOR_11, &ones, 4) == BL_E_FLASH_PROGRAM,
                         "a zero does not become a one, and that is an error");
    (void)contract_check(flash_poll() == BL_OK, "the error is told once");
    (void)contract_check(erase(SECTOR_11) == BL_OK, "the sector can be erased after an error");
}

/* A word that does not take its value, in the middle of a burst. */
static void case_burst_ends_with_the_error(void)
{
    static const uint32_t zero = 0;

    (void)contract_check(program(SECTOR_11 + 8, &zero, 4) == BL_OK, "a word is made zero");
    (void)contract_check(program(SECTOR_11, source, sizeof source) == BL_E_FLASH_PROGRAM,
                         "an error in the middle of a burst is told");
    (void)contract_check(word_at(SECTOR_11 + 4) == source[1], "the words before it are programmed");
    (void)contract_check(word_at(SECTOR_11 + 12) == 0xFFFFFFFF, "the words behind it are not");
    (void)contract_check(erase(SECTOR_11) == BL_OK, "the sector is blank again");
}

static void case_one_at_a_time(void)
{
    (void)contract_check(flash_erase_start(SECTOR_3) == BL_OK, "an erase starts");
    (void)contract_check(flash_erase_start(SECTOR_3) == BL_E_BUSY, "a second erase is refused");
    (void)contract_check(flash_program_start(SECTOR_8, source, 4) == BL_E_BUSY,
                         "programming meanwhile is refused");
    (void)contract_check(wait_done() == BL_OK, "the first erase ends");
    (void)contract_check(word_at(SECTOR_8) == 0xFFFFFFFF, "what was refused has not happened");
    (void)contract_check(program(SECTOR_3, source, 4) == BL_OK, "then programming works");
    (void)contract_check(erase(SECTOR_3) == BL_OK, "and erasing");
}

static void case_reads(void)
{
    uint8_t bytes[9] = {0};

    (void)contract_check(program(SECTOR_8, source, 16) == BL_OK, "words are programmed");
    flash_read(SECTOR_8 + 3, bytes + 1, 7);
    (void)contract_check(bytes[1] == (uint8_t)(source[0] >> 24) && bytes[2] == (uint8_t)source[1] &&
                             bytes[7] == (uint8_t)(source[2] >> 8),
                         "odd reads give the right bytes");
    (void)contract_check(bytes[0] == 0 && bytes[8] == 0, "a read writes no byte beside");
    flash_read(FLASH_BASE_ADDR + FLASH_BYTES - 2, bytes, 4);
    (void)contract_check(bytes[2] == 0xFF && bytes[3] == 0xFF, "outside the flash reads ones");
    (void)contract_check(erase(SECTOR_8) == BL_OK, "the sector is erased in the end");
}

static void fill_source(void)
{
    for (uint32_t i = 0; i < WORDS; i++)
        source[i] = 0x01234567u * (i + 1) & 0x7FFFFFFFu;
}

void contract_flash_run(void)
{
    fill_source();
    case_sectors();
    case_ranges();
    case_erase_and_program();
    case_words_that_hold();
    case_one_at_a_time();
    case_reads();
}

void contract_flash_run_misuse(void)
{
    fill_source();
    case_ones_over_zeros();
    case_burst_ends_with_the_error();
}
