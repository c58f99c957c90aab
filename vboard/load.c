/* SPDX-License-Identifier: MIT
 * Loads ELF files (program headers at their physical address, function symbols) and raw binaries.
 * Every offset and size of a file is checked before use. */
#include "load.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

#define FILE_BYTES_MAX (64u << 20)

struct content {
    const char *path;
    uint8_t *at;
    size_t bytes;
};

static bool refuse(const struct content *c, const char *why)
{
    fprintf(stderr, "vboard: --load %s: %s\n", c->path, why);
    return false;
}

static bool read_file(struct content *c)
{
    FILE *file = fopen(c->path, "rb");
    long bytes = -1;

    c->at = NULL;
    if (!file) {
        fprintf(stderr, "vboard: cannot read --load %s: %s\n", c->path, strerror(errno));
        return false;
    }
    if (fseek(file, 0, SEEK_END) == 0)
        bytes = ftell(file);
    if (bytes > 0 && bytes <= (long)FILE_BYTES_MAX && fseek(file, 0, SEEK_SET) == 0)
        c->at = malloc((size_t)bytes);
    c->bytes = c->at ? fread(c->at, 1, (size_t)bytes, file) : 0;
    fclose(file);
    if (c->at && c->bytes == (size_t)bytes)
        return true;
    free(c->at);
    return refuse(c, bytes == 0 ? "the file is empty" : "cannot be read");
}

static bool place(struct board *b, const struct content *c, uint32_t addr, size_t off, size_t bytes)
{
    uint8_t *to = bytes <= UINT32_MAX ? memory_at(b, addr, (uint32_t)bytes) : NULL;
    char why[120];

    if (off > c->bytes || bytes > c->bytes - off)
        return refuse(c, "the file is cut short");
    if (!to) {
        snprintf(why, sizeof why, "0x%08x..0x%08llx lies in no memory of the chip", addr,
                 (unsigned long long)addr + bytes - 1);
        return refuse(c, why);
    }
    memcpy(to, c->at + off, bytes);
    cpu_code_changed(b, addr, (uint32_t)bytes);
    return true;
}

static bool load_segments(struct board *b, const struct content *c, const Elf32_Ehdr *head)
{
    bool any = false;

    for (unsigned i = 0; i < head->e_phnum; i++) {
        size_t off = head->e_phoff + (size_t)i * sizeof(Elf32_Phdr);
        Elf32_Phdr segment;

        if (off > c->bytes || sizeof segment > c->bytes - off)
            return refuse(c, "the file is cut short");
        memcpy(&segment, c->at + off, sizeof segment);
        if (segment.p_type != PT_LOAD || segment.p_filesz == 0)
            continue;
        if (!place(b, c, segment.p_paddr, segment.p_offset, segment.p_filesz))
            return false;
        any = true;
    }
    return any || refuse(c, "the file holds nothing to load");
}

static bool section(const struct content *c, const Elf32_Ehdr *head, unsigned i, Elf32_Shdr *s)
{
    size_t off = head->e_shoff + (size_t)i * sizeof *s;

    if (i >= head->e_shnum || off > c->bytes || sizeof *s > c->bytes - off)
        return false;
    memcpy(s, c->at + off, sizeof *s);
    return s->sh_type == SHT_NOBITS ||
           (s->sh_offset <= c->bytes && s->sh_size <= c->bytes - s->sh_offset);
}

static void add_symbol(struct symbols *to, const struct symbol *symbol)
{
    if (to->count == to->room) {
        unsigned room = to->room * 2 + 256;
        struct symbol *bigger = realloc(to->list, room * sizeof *bigger);

        if (!bigger)
            return;
        to->list = bigger;
        to->room = room;
    }
    to->list[to->count++] = *symbol;
}

static void read_symbols(struct board *b, const struct content *c, const Elf32_Shdr *table,
                         const Elf32_Shdr *strings, uint16_t file)
{
    char *names = malloc(strings->sh_size + 1);

    if (!names)
        return;
    memcpy(names, c->at + strings->sh_offset, strings->sh_size);
    names[strings->sh_size] = 0;
    if (!b->symbols.names[file])
        b->symbols.files++;
    free(b->symbols.names[file]);
    b->symbols.names[file] = names;
    for (size_t i = 0; i < table->sh_size / sizeof(Elf32_Sym); i++) {
        Elf32_Sym s;

        memcpy(&s, c->at + table->sh_offset + i * sizeof s, sizeof s);
        if (ELF32_ST_TYPE(s.st_info) != STT_FUNC || s.st_name >= strings->sh_size)
            continue;
        add_symbol(&b->symbols, &(struct symbol){.addr = s.st_value & ~1u,
                                                 .bytes = s.st_size,
                                                 .name = names + s.st_name,
                                                 .file = file});
    }
}

static bool load_elf(struct board *b, const struct content *c, uint16_t file)
{
    Elf32_Ehdr head;
    Elf32_Shdr table, strings;

    if (c->bytes < sizeof head)
        return refuse(c, "the file is cut short");
    memcpy(&head, c->at, sizeof head);
    if (head.e_ident[EI_CLASS] != ELFCLASS32 || head.e_machine != EM_ARM)
        return refuse(c, "not a 32-bit ARM file");
    if (!load_segments(b, c, &head))
        return false;
    for (unsigned i = 0; i < head.e_shnum; i++)
        if (section(c, &head, i, &table) && table.sh_type == SHT_SYMTAB &&
            section(c, &head, table.sh_link, &strings) && strings.sh_type == SHT_STRTAB)
            read_symbols(b, c, &table, &strings, file);
    return true;
}

/* FILE.bin@ADDR: the address, and the path without it. */
static bool split_address(const char *word, char *path, size_t room, uint32_t *addr)
{
    const char *sign = strrchr(word, '@');
    unsigned long long value;
    char *end;

    if (!sign || (size_t)(sign - word) >= room || sign[1] < '0' || sign[1] > '9')
        return false;
    value = strtoull(sign + 1, &end, 0);
    if (*end || value > UINT32_MAX)
        return false;
    memcpy(path, word, (size_t)(sign - word));
    path[sign - word] = 0;
    *addr = (uint32_t)value;
    return true;
}

static bool load_one(struct board *b, const char *word, uint16_t file)
{
    char path[4096];
    struct content c = {.path = path};
    uint32_t addr = 0;
    bool raw = split_address(word, path, sizeof path, &addr), ok;

    if (!raw)
        c.path = word;
    if (!read_file(&c))
        return false;
    if (raw)
        ok = place(b, &c, addr, 0, c.bytes);
    else if (c.bytes >= SELFMAG && memcmp(c.at, ELFMAG, SELFMAG) == 0)
        ok = load_elf(b, &c, file);
    else
        ok = refuse(&c, "not an ELF file; for a raw binary write FILE.bin@ADDRESS");
    free(c.at);
    return ok;
}

static int by_address(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;

    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    return (int)x->file - (int)y->file;
}

bool load_all(struct board *b)
{
    _Static_assert(sizeof b->symbols.names / sizeof *b->symbols.names == OPTION_LIST_MAX,
                   "one string table per --load");

    for (unsigned i = 0; i < b->options.load_count; i++)
        if (!load_one(b, b->options.load[i], (uint16_t)i))
            return false;
    if (b->symbols.count)
        qsort(b->symbols.list, b->symbols.count, sizeof *b->symbols.list, by_address);
    return true;
}

void load_close(struct board *b)
{
    free(b->symbols.list);
    for (unsigned i = 0; i < OPTION_LIST_MAX; i++)
        free(b->symbols.names[i]);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *load_symbol(const struct board *b, uint32_t addr, char *text, size_t room)
{
    const struct symbols *s = &b->symbols;
    const struct symbol *best = NULL;
    unsigned low = 0, high = s->count;

    if (addr - FLASH_ITCM_BASE < FLASH_ARRAY_BYTES)
        addr += FLASH_AXI_BASE - FLASH_ITCM_BASE; /* linked for the other alias */
    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (s->list[middle].addr <= addr)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0)
        best = &s->list[low - 1];
    if (!best || (best->bytes && addr - best->addr >= best->bytes))
        snprintf(text, room, "?");
    else if (s->files > 1)
        snprintf(text, room, "%s+0x%x in %s", best->name, addr - best->addr,
                 base_name(b->options.load[best->file]));
    else
        snprintf(text, room, "%s+0x%x", best->name, addr - best->addr);
    return text;
}
