/* SPDX-License-Identifier: MIT
 * Programs for tests; sample_program.h. */
#include "tools/sample_program.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "tools/bench.h"

#define VECTORS      126u /* 16 of the core, 110 of an STM32F767 (RM0410 table "vector table") */
#define RESET_OFF    (VECTORS * 4u + 8u)
#define LOOP_OFF     (RESET_OFF + 4u)
#define THUMB_BRANCH 0xE7FEu /* to itself */
#define THUMB_PUSH   0xB510u /* {r4, lr} */
#define THUMB_RETURN 0xBD10u /* pop {r4, pc} */

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value);
    put16(at + 2, value >> 16);
}

void sample_program_make(uint8_t *out, size_t len, uint32_t addr)
{
    uint32_t noise = 12345;

    assert_true(len >= SAMPLE_PROGRAM_MIN_BYTES);
    for (size_t i = 0; i < len; i++) {
        noise = noise * 1103515245u + 12345u;
        out[i] = (uint8_t)(noise >> 16);
    }
    put32(out, 0x20010000);
    put32(out + 4, addr + RESET_OFF + 1);
    for (uint32_t i = 2; i < VECTORS; i++)
        put32(out + i * 4, addr + LOOP_OFF + 1);
    memset(out + (size_t)VECTORS * 4, 0, 8);
    put16(out + RESET_OFF, THUMB_PUSH);
    put16(out + RESET_OFF + 2, THUMB_RETURN);
    put16(out + LOOP_OFF, THUMB_BRANCH);
}

#define ELF_CODE_OFF 0x1000u
#define ELF_SECTIONS 5u

/* One loaded segment that begins with the file's headers, as ld makes it when the code's address
 * leaves room before it. */
static void elf_segment(Elf32_Phdr *segment, size_t len, uint32_t addr)
{
    segment->p_type = PT_LOAD;
    segment->p_offset = 0;
    segment->p_vaddr = segment->p_paddr = addr - ELF_CODE_OFF;
    segment->p_filesz = segment->p_memsz = (uint32_t)(ELF_CODE_OFF + len);
    segment->p_flags = PF_R | PF_X;
    segment->p_align = 0x10000;
}

void sample_program_write_elf(const char *name, const uint8_t *bytes, size_t len, uint32_t addr)
{
    size_t sections_off = ELF_CODE_OFF + ((len + 3) & ~(size_t)3);
    size_t total = sections_off + ELF_SECTIONS * sizeof(Elf32_Shdr);
    uint8_t *file = calloc(1, total);
    Elf32_Ehdr head = {.e_ident = {0x7F, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
                       .e_type = ET_EXEC,
                       .e_machine = EM_ARM,
                       .e_version = EV_CURRENT,
                       .e_entry = addr,
                       .e_phoff = sizeof(Elf32_Ehdr),
                       .e_shoff = (uint32_t)sections_off,
                       .e_ehsize = sizeof(Elf32_Ehdr),
                       .e_phentsize = sizeof(Elf32_Phdr),
                       .e_phnum = 1,
                       .e_shentsize = sizeof(Elf32_Shdr),
                       .e_shnum = ELF_SECTIONS};
    Elf32_Phdr segment = {0};
    Elf32_Shdr sections[ELF_SECTIONS] = {{.sh_type = SHT_NULL},
                                         {.sh_type = SHT_PROGBITS,
                                          .sh_flags = SHF_ALLOC,
                                          .sh_addr = addr,
                                          .sh_offset = ELF_CODE_OFF,
                                          .sh_size = 0x200},
                                         {.sh_type = SHT_PROGBITS,
                                          .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
                                          .sh_addr = addr + 0x200,
                                          .sh_offset = ELF_CODE_OFF + 0x200,
                                          .sh_size = (uint32_t)len - 0x200},
                                         {.sh_type = SHT_NOBITS,
                                          .sh_flags = SHF_ALLOC | SHF_WRITE,
                                          .sh_addr = 0x20000000,
                                          .sh_offset = ELF_CODE_OFF,
                                          .sh_size = 0x4000},
                                         {.sh_type = SHT_PROGBITS, .sh_offset = 0, .sh_size = 40}};

    assert_non_null(file);
    elf_segment(&segment, len, addr);
    memcpy(file, &head, sizeof head);
    memcpy(file + sizeof head, &segment, sizeof segment);
    memcpy(file + ELF_CODE_OFF, bytes, len);
    memcpy(file + sections_off, sections, sizeof sections);
    bench_write(name, file, total);
    free(file);
}

static void hex_line(FILE *out, uint32_t type, uint32_t off, const uint8_t *data, uint32_t len)
{
    uint32_t sum = len + (off >> 8) + off + type;

    fprintf(out, ":%02X%04X%02X", len, off, type);
    for (uint32_t i = 0; i < len; i++) {
        fprintf(out, "%02X", data[i]);
        sum += data[i];
    }
    fprintf(out, "%02X\r\n", (0u - sum) & 0xFF);
}

void sample_program_write_hex(const char *name, const uint8_t *bytes, size_t len, uint32_t addr)
{
    FILE *out = fopen(name, "wb");

    assert_non_null(out);
    for (uint32_t off = 0; off < len;) {
        uint32_t at = addr + off;
        uint32_t row = 32 - at % 32;
        uint8_t upper[2] = {(uint8_t)(at >> 24), (uint8_t)(at >> 16)};

        if (off == 0 || at % 0x10000 == 0)
            hex_line(out, 4, 0, upper, 2);
        row = row < len - off ? row : (uint32_t)(len - off);
        hex_line(out, 0, at & 0xFFFF, bytes + off, row);
        off += row;
    }
    hex_line(out, 5, 0, (const uint8_t[]){8, 4, 2, 1}, 4);
    hex_line(out, 1, 0, NULL, 0);
    assert_int_equal(fclose(out), 0);
}
