/* SPDX-License-Identifier: MIT
 * The loader's memory, preprocessed so that config/layout.h is the only place with addresses.
 *
 * Linked twice. First the program that runs from RAM, alone, so that nothing in it can name
 * anything in flash: code in SRAM1, where the instruction cache works and DTCM's bandwidth stays
 * free; all data in DTCM, never cached. The stack grows down to the bottom of DTCM: an overflow
 * faults, it overwrites nothing. Then, with PACKED, what the flash holds: the boot block (runs
 * there) and the packed program; the program's sections stay in that file without content, for
 * debuggers. */
#include "config/layout.h"

#define STACK_BYTES 0x2000

#ifdef PACKED
#define PROGRAM (NOLOAD)
ENTRY(boot_block_reset)
#else
#define PROGRAM
ENTRY(startup_main)
#endif

MEMORY
{
#ifdef PACKED
    FLASH (rx)  : ORIGIN = LOADER_ADDR, LENGTH = LOADER_BYTES
#endif
    SRAM1 (rwx) : ORIGIN = SRAM1_ADDR, LENGTH = SRAM1_BYTES
    DTCM (rw)   : ORIGIN = DTCM_ADDR, LENGTH = DTCM_BYTES
}

SECTIONS
{
#ifdef PACKED
    .boot :
    {
        KEEP(*(.boot_vectors))
        KEEP(*(.boot_info))
        *boot-block.dir*(.text .text.* .rodata .rodata.*)
        . = ALIGN(4);
        link_packed_start = .;
        KEEP(*(.packed))
        link_packed_end = .;
    } > FLASH
#endif

    .text PROGRAM : ALIGN(32)
    {
        KEEP(*(.text_first))
        *(.text .text.*)
        . = ALIGN(8);
    } > SRAM1

    .stack (NOLOAD) :
    {
        . += STACK_BYTES;
        link_stack_top = .;
    } > DTCM

    .ram_vectors (NOLOAD) :
    {
        *(.ram_vectors)
    } > DTCM

    .data PROGRAM : ALIGN(8)
    {
        link_data_start = .;
        *(.rodata .rodata.*)
        *(.data .data.*)
        . = ALIGN(8);
        link_data_end = .;
    } > DTCM AT> SRAM1
    link_data_load = LOADADDR(.data);

    /* Big buffers (install/pump.h); not cleared. */
    .sram1_bss (link_data_load + SIZEOF(.data)) (NOLOAD) :
    {
        *(.sram1_bss)
    } > SRAM1

    .bss (NOLOAD) : ALIGN(8)
    {
        link_bss_start = .;
        *(.bss .bss.* COMMON)
        . = ALIGN(8);
        link_bss_end = .;
    } > DTCM

    /* Survives a system reset; holds garbage after power-on. */
    .noinit (NOLOAD) : ALIGN(8)
    {
        *(.noinit .noinit.*)
    } > DTCM

#ifdef PACKED
    /* The boot block's, while it works. */
    .unpack_model (NOLOAD) : ALIGN(8)
    {
        *(.unpack_model)
    } > DTCM
#endif

    /DISCARD/ :
    {
        *(.ARM.exidx* .ARM.extab*)
    }
}

ASSERT(startup_main - SRAM1_ADDR <= 1, "the program starts with startup_main")
