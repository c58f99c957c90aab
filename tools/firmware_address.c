/* SPDX-License-Identifier: MIT
 * Is a program linked where it will run? ELF and HEX say so. A raw binary does not: its vector table
 * must fit the address, and must not fit another one better. */
#include "config/layout.h"
#include "image/mcuboot.h"
#include "tools/firmware.h"
#include "util/bytes.h"

#define VECTOR_BYTES   4u
#define SYSTEM_VECTORS 16u /* ARMv7-M B1.5.2: stack pointer, then the system exceptions */

static uint32_t vector(const struct firmware *firmware, uint32_t index)
{
    return le32(firmware_bytes(firmware) + (size_t)index * VECTOR_BYTES);
}

static bool is_code(uint32_t word)
{
    return (word & 1u) != 0 &&
           (word - RUN_ADDR < SLOT_BYTES || word - DTCM_ADDR < RAM_END_ADDR - DTCM_ADDR);
}

/* Bytes at the start that look like a vector table: words that are 0 or code addresses (run area or
 * RAM), up to the last such address. At least the system exceptions. */
static uint32_t table_bytes(const struct firmware *firmware)
{
    uint32_t words = firmware_len(firmware) / VECTOR_BYTES;
    uint32_t count = SYSTEM_VECTORS;

    for (uint32_t i = 1; i < words; i++) {
        uint32_t word = vector(firmware, i);

        if (is_code(word) && i >= count)
            count = i + 1;
        else if (word != 0 && !is_code(word) && i >= SYSTEM_VECTORS)
            break;
    }
    return count * VECTOR_BYTES;
}

static bool is_flash(uint32_t word)
{
    return word - FLASH_BASE_ADDR < FLASH_BYTES;
}

/* Would the reset handler, and those others that are in flash, lie inside the program, behind the
 * table, were it placed at addr? A raw binary linked elsewhere nearly always has one that does not.
 */
static bool handlers_fit(const struct firmware *firmware, uint32_t addr, uint32_t *bad)
{
    uint32_t len = firmware_len(firmware);
    uint32_t table = table_bytes(firmware);

    for (uint32_t i = 1; i < SYSTEM_VECTORS; i++) {
        uint32_t word = vector(firmware, i);
        uint32_t off = (word & ~1u) - addr;

        if ((is_flash(word) || i == 1) && ((word & 1u) == 0 || off < table || off >= len)) {
            *bad = word;
            return false;
        }
    }
    return true;
}

/* Is there a function's first instruction at this offset? By what compilers put there (PUSH, or a
 * branch to itself: an unused handler) or before it (the end of another function). Encodings:
 * ARMv7-M A5. */
static bool is_function(const struct firmware *firmware, uint32_t off)
{
    const uint8_t *at = firmware_bytes(firmware) + off;
    uint32_t before = le16(at - 2);
    uint32_t first = le16(at);

    return (first & 0xFE00) == 0xB400 || first == 0xE92D || first == 0xE7FE || before == 0x4770 ||
           (before & 0xFF00) == 0xBD00 || before == 0xE7FE || before == 0xBF00;
}

static bool is_first_use(const struct firmware *firmware, uint32_t index)
{
    for (uint32_t i = 1; i < index; i++)
        if (vector(firmware, i) == vector(firmware, index))
            return false;
    return true;
}

/* How many of the different handlers would point at functions, were the program at addr? */
static uint32_t functions_at(const struct firmware *firmware, uint32_t addr)
{
    uint32_t len = firmware_len(firmware);
    uint32_t table = table_bytes(firmware);
    uint32_t count = 0;

    for (uint32_t i = 1; i < table / VECTOR_BYTES; i++) {
        uint32_t off = (vector(firmware, i) & ~1u) - addr;

        if (is_first_use(firmware, i) && off >= table && off + 2 <= len &&
            is_function(firmware, off))
            count++;
    }
    return count;
}

/* The address among those that an application can be linked for at which more handlers point at
 * functions than at addr; 0 = none. */
static uint32_t better_address(const struct firmware *firmware, uint32_t addr)
{
    uint32_t most = functions_at(firmware, addr);
    uint32_t better = 0;

    for (uint32_t header = 0; header <= MCUBOOT_HEADER_MAX_BYTES;
         header += MCUBOOT_HEADER_STEP_BYTES) {
        uint32_t count = functions_at(firmware, RUN_ADDR + header);

        if (count > most) {
            most = count;
            better = RUN_ADDR + header;
        }
    }
    return better;
}

static enum status refuse_address(const struct firmware *firmware, uint32_t addr)
{
    uint32_t header = firmware->addr - RUN_ADDR;

    if (header > 0 && header <= MCUBOOT_HEADER_MAX_BYTES &&
        header % MCUBOOT_HEADER_STEP_BYTES == 0) {
        return say_error(STATUS_INPUT,
                         "%s: is linked for 0x%08X, but must be linked for 0x%08X; or sign it "
                         "with --header-size 0x%X",
                         firmware->path, firmware->addr, addr, header);
    }
    return say_error(STATUS_INPUT,
                     "%s: is linked for 0x%08X, but must be linked for 0x%08X; change the flash "
                     "origin in its linker script",
                     firmware->path, firmware->addr, addr);
}

enum status firmware_check_address(const struct firmware *firmware, uint32_t addr)
{
    uint32_t bad = 0;

    if (firmware->has_addr && firmware->addr != addr)
        return refuse_address(firmware, addr);
    if (firmware_len(firmware) < SYSTEM_VECTORS * VECTOR_BYTES) {
        return say_error(STATUS_INPUT,
                         "%s: has %u bytes; an application starts with a vector table",
                         firmware->path, firmware_len(firmware));
    }
    uint32_t stack_addr = vector(firmware, 0);

    if (stack_addr <= DTCM_ADDR || stack_addr > RAM_END_ADDR || stack_addr % 8 != 0) {
        return say_error(STATUS_INPUT,
                         "%s: starts with 0x%08X, which cannot be a stack pointer (RAM is 0x%08X "
                         "to 0x%08X, 8-aligned); is this an application?",
                         firmware->path, stack_addr, DTCM_ADDR, RAM_END_ADDR);
    }
    if (!handlers_fit(firmware, addr, &bad)) {
        return say_error(STATUS_INPUT,
                         "%s: its vector table names 0x%08X, which is not in the code of a program "
                         "linked for 0x%08X; link it for 0x%08X",
                         firmware->path, bad, addr, addr);
    }
    uint32_t better = firmware->has_addr ? 0 : better_address(firmware, addr);

    if (better != 0) {
        return say_error(STATUS_INPUT,
                         "%s: seems to be linked for 0x%08X, by its vector table, but must be "
                         "linked for 0x%08X (if it is: give the ELF file, which says so)",
                         firmware->path, better, addr);
    }
    return STATUS_OK;
}
