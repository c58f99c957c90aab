/* SPDX-License-Identifier: MIT
 * What --load names: ELF files (by load address, with symbols) and raw binaries at an address. */
#ifndef VBOARD_LOAD_H
#define VBOARD_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;

struct symbol {
    uint32_t addr, bytes;
    const char *name;
    uint16_t file; /* index of its --load */
};

struct symbols {
    struct symbol *list; /* sorted by address */
    unsigned count, room, files;
    char *names[64]; /* string tables, one per file at most */
};

/* Loads every --load word into memory. False: said on stderr why. */
bool load_all(struct board *b);
void load_close(struct board *b);
/* "name+0x12", or "name+0x12 in file.elf" where several files were loaded; "?" if unknown. */
const char *load_symbol(const struct board *b, uint32_t addr, char *text, size_t room);

#endif
