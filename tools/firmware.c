/* SPDX-License-Identifier: MIT
 * Programs from files; firmware.h. */
#include "tools/firmware.h"

#include <stdlib.h>
#include <string.h>

#include "config/layout.h"

enum status firmware_put(struct firmware *firmware, uint32_t addr, const uint8_t *bytes,
                         uint32_t len)
{
    uint32_t off = addr - FLASH_BASE_ADDR;

    if (len == 0)
        return STATUS_OK;
    if (off >= FLASH_BYTES || len > FLASH_BYTES - off) {
        return say_error(STATUS_INPUT,
                         "%s: %u bytes at 0x%08X lie outside the flash (0x%08X, %u KB); check "
                         "the linker script's load addresses",
                         firmware->path, len, addr, FLASH_BASE_ADDR, FLASH_BYTES / 1024);
    }
    if (memchr(firmware->taken + off, 1, len) != NULL)
        return say_error(STATUS_INPUT, "%s: bytes at 0x%08X are given twice", firmware->path, addr);
    memset(firmware->taken + off, 1, len);
    memcpy(firmware->flash + off, bytes, len);
    if (firmware->end_addr == 0 || addr < firmware->addr)
        firmware->addr = addr;
    if (addr + len > firmware->end_addr)
        firmware->end_addr = addr + len;
    return STATUS_OK;
}

static enum status load_any(struct firmware *firmware, const struct file_bytes *file,
                            uint32_t raw_addr)
{
    enum status status;

    if (file->len == 0)
        return say_error(STATUS_INPUT, "%s: is empty", firmware->path);
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
    if (status == STATUS_OK && firmware->end_addr == 0)
        return say_error(STATUS_INPUT, "%s: holds nothing to load", firmware->path);
    return status;
}

enum status firmware_load(const char *path, uint32_t raw_addr, struct firmware *out)
{
    struct file_bytes file;
    enum status status = file_read(path, FILE_BYTES_MAX, &file);

    *out = (struct firmware){.path = path};
    if (status != STATUS_OK)
        return status;
    out->flash = file_alloc(FLASH_BYTES);
    out->taken = file_alloc(FLASH_BYTES);
    memset(out->flash, 0xFF, FLASH_BYTES);
    memset(out->taken, 0, FLASH_BYTES);
    status = load_any(out, &file, raw_addr);
    file_free(&file);
    if (status != STATUS_OK)
        firmware_free(out);
    return status;
}

void firmware_free(struct firmware *firmware)
{
    free(firmware->flash);
    free(firmware->taken);
    firmware->flash = NULL;
    firmware->taken = NULL;
}

void firmware_fill_gaps(struct firmware *firmware)
{
    for (uint32_t off = firmware->addr - FLASH_BASE_ADDR;
         off < firmware->end_addr - FLASH_BASE_ADDR; off++)
        if (firmware->taken[off] == 0)
            firmware->flash[off] = 0;
}

const uint8_t *firmware_bytes(const struct firmware *firmware)
{
    return firmware->flash + (firmware->addr - FLASH_BASE_ADDR);
}

uint32_t firmware_len(const struct firmware *firmware)
{
    return firmware->end_addr - firmware->addr;
}
