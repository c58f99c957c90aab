/* SPDX-License-Identifier: MIT
 * Programs from files, and whether they are linked where they will run; firmware.h. */
#include "tools/firmware.h"

#include <stdlib.h>
#include <string.h>

#include "config/layout.h"
#include "util/bytes.h"

#define VECTOR_BYTES     4u
#define SYSTEM_VECTORS   16u /* ARMv7-M B1.5.2: stack pointer, then the system exceptions */
#define HEADER_STEP      0x200u
#define HEADER_MAX_BYTES 0x1000u

enum status firmware_put(struct firmware *firmware, uint32_t addr, const uint8_t *bytes,
                         uint32_t len)
{
    uint32_t off = addr - FLASH_BASE_ADDR;

    if (len == 0) {
        return STATUS_OK;
    }
    if (off >= FLASH_BYTES || len > FLASH_BYTES - off) {
        return say_error(STATUS_INPUT,
                         "%s: %u bytes at 0x%08X lie outside the flash (0x%08X, %u KB); check "
                         "the linker script's load addresses",
                         firmware->path, len, addr, FLASH_BASE_ADDR, FLASH_BYTES / 1024);
    }
    if (memchr(firmware->taken + off, 1, len) != NULL) {
        return say_error(STATUS_INPUT, "%s: bytes at 0x%08X are given twice", firmware->path, addr);
    }
    memset(firmware->taken + off, 1, len);
    memcpy(firmware->flash + off, bytes, len);
    if (firmware->end_addr == 0 || addr < firmware->addr) {
        firmware->addr = addr;
    }
    if (addr + len > firmware->end_addr) {
        firmware->end_addr = addr + len;
    }
    return STATUS_OK;
}

static enum status load_any(struct firmware *firmware, const struct file_bytes *file,
                            uint32_t raw_addr)
{
    enum status status;

    if (file->len == 0) {
        return say_error(STATUS_INPUT, "%s: is empty", firmware->path);
    }
    firmware->has_addr = true;
    if (file->len >= 4 && memcmp(file->at,
                                 "\x7F"
                                 "ELF",
                                 4) == 0) {
        status = firmware_load_elf(firmware, file);
    } else if (file->at[0] == ':') {
        status = firmware_load_hex(firmware, file);
    } else {
        firmware->has_addr = false;
        status = firmware_put(firmware, raw_addr, file->at, file->len);
    }
    if (status == STATUS_OK && firmware->end_addr == 0) {
        return say_error(STATUS_INPUT, "%s: holds nothing to load", firmware->path);
    }
    return status;
}

enum status firmware_load(const char *path, uint32_t raw_addr, struct firmware *out)
{
    struct file_bytes file;
    enum status status = file_read(path, FILE_BYTES_MAX, &file);

    *out = (struct firmware){.path = path};
    if (status != STATUS_OK) {
        return status;
    }
    out->flash = file_alloc(FLASH_BYTES);
    out->taken = file_alloc(FLASH_BYTES);
    memset(out->flash, 0xFF, FLASH_BYTES);
    memset(out->taken, 0, FLASH_BYTES);
    status = load_any(out, &file, raw_addr);
    file_free(&file);
    if (status != STATUS_OK) {
        firmware_free(out);
    }
    return status;
}

void firmware_free(struct firmware *firmware)
{
    free(firmware->flash);
    free(firmware->taken);
    firmware->flash = NULL;
    firmware->taken = NULL;
}

const uint8_t *firmware_bytes(const struct firmware *firmware)
{
    return firmware->flash + (firmware->addr - FLASH_BASE_ADDR);
}

uint32_t firmware_len(const struct firmware *firmware)
{
    return firmware->end_addr - firmware->addr;
}

static uint32_t vector(const struct firmware *firmware, uint32_t index)
{
    return le32(firmware_bytes(firmware) + index * VECTOR_BYTES);
}

static bool is_run_area_code(uint32_t word)
{
    return (word & 1u) != 0 && word - RUN_ADDR < SLOT_BYTES;
}

/* Bytes at the start that look like a vector table: words that are 0 or code addresses in the run
 * area, up to the last such address. At least the system exceptions. */
static uint32_t table_bytes(const struct firmware *firmware)
{
    uint32_t words = firmware_len(firmware) / VECTOR_BYTES;
    uint32_t count = SYSTEM_VECTORS;

    for (uint32_t i = 1; i < words; i++) {
        uint32_t word = vector(firmware, i);

        if (is_run_area_code(word) && i >= count) {
            count = i + 1;
        } else if (word != 0 && !is_run_area_code(word) && i >= SYSTEM_VECTORS) {
            break;
        }
    }
    return count * VECTOR_BYTES;
}

/* Would the handlers lie inside the program, behind the table, were it placed at addr? A raw binary
 * linked elsewhere nearly always has one that does not. */
static bool handlers_fit(const struct firmware *firmware, uint32_t addr, uint32_t *bad)
{
    uint32_t len = firmware_len(firmware);
    uint32_t table = table_bytes(firmware);

    for (uint32_t i = 1; i < SYSTEM_VECTORS; i++) {
        uint32_t word = vector(firmware, i);
        uint32_t off = (word & ~1u) - addr;

        if ((word != 0 || i == 1) && ((word & 1u) == 0 || off < table || off >= len)) {
            *bad = word;
            return false;
        }
    }
    return true;
}

static enum status refuse_address(const struct firmware *firmware, uint32_t addr)
{
    uint32_t header = firmware->addr - RUN_ADDR;

    if (header > 0 && header <= HEADER_MAX_BYTES && header % HEADER_STEP == 0) {
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

    if (firmware->has_addr && firmware->addr != addr) {
        return refuse_address(firmware, addr);
    }
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
    return STATUS_OK;
}
