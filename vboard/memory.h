/* SPDX-License-Identifier: MIT
 * The memories that the CPU executes from: ITCM RAM, flash (both aliases), DTCM, SRAM1, SRAM2
 * (RM0410 2.2). */
#ifndef VBOARD_MEMORY_H
#define VBOARD_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct board;

#define ITCM_BASE         0x00000000u
#define ITCM_BYTES        0x4000u
#define FLASH_ITCM_BASE   0x00200000u
#define FLASH_AXI_BASE    0x08000000u
#define FLASH_ARRAY_BYTES 0x200000u
#define RAM_BASE          0x20000000u
#define RAM_BYTES         0x80000u

struct memory {
    uint8_t *itcm, *ram;
    uint32_t flash_bytes; /* what the part has; the rest of the array is not there */
};

bool memory_open(struct board *b); /* allocates, also the flash array, all blank */
void memory_close(struct board *b);
void memory_power_on(struct board *b); /* RAM drawn from the seed */
/* The bytes at a chip address; NULL unless all of them lie in one memory. */
uint8_t *memory_at(const struct board *b, uint32_t addr, uint32_t bytes);
/* The whole memory that holds addr, with its base and size; NULL if none does. */
uint8_t *memory_around(const struct board *b, uint32_t addr, uint32_t *base, uint32_t *bytes);
bool memory_read_word(const struct board *b, uint32_t addr, uint32_t *word);
bool memory_is_flash(uint32_t addr);

/* The flash file: read at the start (made blank if missing), written back at every end. */
bool memory_load_flash(struct board *b);
bool memory_save_flash(const struct board *b);

#endif
