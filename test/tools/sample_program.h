/* SPDX-License-Identifier: MIT
 * A small program for tests, and its file formats, made by the test itself: none of this is shared
 * with the packager. */
#ifndef TOOLS_SAMPLE_PROGRAM_H
#define TOOLS_SAMPLE_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#define SAMPLE_PROGRAM_MIN_BYTES 0x240u /* vector table of 126 words, two handlers */

/* len bytes for addr: a vector table whose reset handler lies behind it and whose other handlers
 * are endless loops, then noise. */
void sample_program_make(uint8_t *out, size_t len, uint32_t addr);

/* Writes it as a file. The ELF has what linkers make: a first segment that begins before the code
 * with the file's own headers, an empty .bss, and a section that is not loaded. */
void sample_program_write_elf(const char *name, const uint8_t *bytes, size_t len, uint32_t addr);
void sample_program_write_hex(const char *name, const uint8_t *bytes, size_t len, uint32_t addr);

#endif
