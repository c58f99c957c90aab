/* SPDX-License-Identifier: MIT
 * ELF files ("ELF Specification" 1.2). The sections that are loaded count, as in objcopy: a segment
 * may begin with padding or with the file's own headers. A stripped file has segments only. */
#include <stddef.h>
#include <string.h>

#include "tools/firmware.h"
#include "util/bytes.h"

#define ELF_HEADER_BYTES  52u
#define ELF_MACHINE_ARM   40u
#define ELF_CLASS_32      1u
#define ELF_LITTLE_ENDIAN 1u
#define SEGMENT_BYTES     32u
#define SEGMENT_LOAD      1u
#define SECTION_BYTES     40u
#define SECTION_NOBITS    8u
#define SECTION_ALLOC     2u
#define TABLE_ENTRIES_MAX 4096u

struct elf {
    struct firmware *firmware;
    const uint8_t *at;
    uint32_t len;
    const uint8_t *segments;
    uint32_t segment_count;
};

static enum status elf_bad(const struct elf *elf, const char *what)
{
    return say_error(STATUS_INPUT, "%s: ELF file is damaged: %s", elf->firmware->path, what);
}

static bool inside(const struct elf *elf, uint32_t off, uint32_t len)
{
    return off <= elf->len && len <= elf->len - off;
}

static enum status put_segment(const struct elf *elf, const uint8_t *segment)
{
    uint32_t off = le32(segment + 4);
    uint32_t len = le32(segment + 16);

    if (le32(segment) != SEGMENT_LOAD)
        return STATUS_OK;
    if (!inside(elf, off, len))
        return elf_bad(elf, "a segment lies behind its end");
    return firmware_put(elf->firmware, le32(segment + 12), elf->at + off, len);
}

/* The segment whose file bytes hold the section; NULL = it is not loaded. */
static const uint8_t *segment_of(const struct elf *elf, uint32_t off, uint32_t len)
{
    for (uint32_t i = 0; i < elf->segment_count; i++) {
        const uint8_t *segment = elf->segments + (size_t)i * SEGMENT_BYTES;
        uint32_t from = le32(segment + 4);
        uint32_t bytes = le32(segment + 16);

        if (le32(segment) == SEGMENT_LOAD && off >= from && off - from <= bytes &&
            len <= bytes - (off - from))
            return segment;
    }
    return NULL;
}

static enum status put_section(const struct elf *elf, const uint8_t *section)
{
    uint32_t off = le32(section + 16);
    uint32_t len = le32(section + 20);

    if ((le32(section + 8) & SECTION_ALLOC) == 0 || le32(section + 4) == SECTION_NOBITS || len == 0)
        return STATUS_OK;
    if (!inside(elf, off, len))
        return elf_bad(elf, "a section lies behind its end");
    const uint8_t *segment = segment_of(elf, off, len);

    if (segment == NULL)
        return elf_bad(elf, "a section is in no segment");
    return firmware_put(elf->firmware, le32(segment + 12) + (off - le32(segment + 4)),
                        elf->at + off, len);
}

static enum status put_all(const struct elf *elf, const uint8_t *table, uint32_t count,
                           uint32_t entry_bytes,
                           enum status (*put)(const struct elf *elf, const uint8_t *entry))
{
    for (uint32_t i = 0; i < count; i++) {
        enum status status = put(elf, table + (size_t)i * entry_bytes);

        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* A table that the header names: its offset, entry size and number of entries. */
static const uint8_t *table_at(const struct elf *elf, uint32_t off, uint32_t entry_bytes,
                               uint32_t expected_bytes, uint32_t count)
{
    if (entry_bytes != expected_bytes || count > TABLE_ENTRIES_MAX ||
        !inside(elf, off, count * entry_bytes))
        return NULL;
    return elf->at + off;
}

enum status firmware_load_elf(struct firmware *firmware, const struct file_bytes *file)
{
    struct elf elf = {.firmware = firmware, .at = file->at, .len = file->len};
    const uint8_t *h = file->at;

    if (file->len < ELF_HEADER_BYTES)
        return elf_bad(&elf, "no complete header");
    if (h[4] != ELF_CLASS_32 || h[5] != ELF_LITTLE_ENDIAN || le16(h + 18) != ELF_MACHINE_ARM) {
        return say_error(STATUS_INPUT, "%s: is not an ELF file for a 32-bit little-endian ARM",
                         firmware->path);
    }
    elf.segment_count = le16(h + 44);
    elf.segments = table_at(&elf, le32(h + 28), le16(h + 42), SEGMENT_BYTES, elf.segment_count);
    if (elf.segment_count == 0) {
        return say_error(STATUS_INPUT, "%s: has no program segments; an object file? Link it first",
                         firmware->path);
    }
    if (elf.segments == NULL)
        return elf_bad(&elf, "its table of segments");
    uint32_t sections = le16(h + 48);

    if (sections == 0)
        return put_all(&elf, elf.segments, elf.segment_count, SEGMENT_BYTES, put_segment);
    const uint8_t *table = table_at(&elf, le32(h + 32), le16(h + 46), SECTION_BYTES, sections);

    if (table == NULL)
        return elf_bad(&elf, "its table of sections");
    return put_all(&elf, table, sections, SECTION_BYTES, put_section);
}
