/* SPDX-License-Identifier: MIT
 * A program as the linker made it: ELF (32-bit, little-endian, ARM), Intel HEX or raw binary. All
 * three give the same bytes. */
#ifndef TOOLS_FIRMWARE_H
#define TOOLS_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/file.h"

struct firmware {
    const char *path;
    uint8_t *flash;    /* FLASH_BYTES of flash content, 0xFF where the file has nothing;
                          firmware_free gives it back */
    uint8_t *taken;    /* 1 for each byte that a piece has filled */
    uint32_t addr;     /* first byte of the program */
    uint32_t end_addr; /* behind its last one */
    bool has_addr;     /* the file said where it is linked; a raw binary does not */
};

/* Reads a file. raw_addr: where a raw binary is taken to belong. STATUS_FILE, STATUS_INPUT, said. */
enum status firmware_load(const char *path, uint32_t raw_addr, struct firmware *out);
void firmware_free(struct firmware *firmware);

/* Between the pieces of a program: zeros, as `objcopy -O binary` writes them. Without this call: 0xFF,
 * as in erased flash. */
void firmware_fill_gaps(struct firmware *firmware);

/* The program's bytes. */
const uint8_t *firmware_bytes(const struct firmware *firmware);
uint32_t firmware_len(const struct firmware *firmware);

/* For the readers of the formats: puts a piece where it belongs. STATUS_INPUT, said, outside the
 * flash or where a piece lies already. */
enum status firmware_put(struct firmware *firmware, uint32_t addr, const uint8_t *bytes,
                         uint32_t len);
enum status firmware_load_elf(struct firmware *firmware, const struct file_bytes *file);
enum status firmware_load_hex(struct firmware *firmware, const struct file_bytes *file);

/* Refuses a program that is not linked for addr, says the right address and, where another
 * header size would fit, that. STATUS_INPUT, said. */
enum status firmware_check_address(const struct firmware *firmware, uint32_t addr);

#endif
