/* SPDX-License-Identifier: MIT
 * The loader's memory, preprocessed so that config/layout.h is the only place with addresses.
 * In flash, in this order: .boot (runs there), images of .text and .data. In RAM: code in SRAM1,
 * where the instruction cache works and DTCM's bandwidth stays free; all data in DTCM, never
 * cached. The stack grows down to the bottom of DTCM: an overflow faults, it overwrites nothing. */
#include "config/layout.h"

#define STACK_BYTES 0x2000

ENTRY(reset_handler)

MEMORY
{
    FLASH (rx)  : ORIGIN = LOADER_ADDR, LENGTH = LOADER_BYTES
    SRAM1 (rwx) : ORIGIN = SRAM1_ADDR, LENGTH = SRAM1_BYTES
    DTCM (rw)   : ORIGIN = DTCM_ADDR, LENGTH = DTCM_BYTES
}

SECTIONS
{
    .boot :
    {
        KEEP(*(.boot.vectors))
        KEEP(*(.boot.text))
        . = ALIGN(8);
    } > FLASH

    .text : ALIGN(32)
    {
        link_text_start = .;
        *(.text .text.*)
        . = ALIGN(8);
        link_text_end = .;
    } > SRAM1 AT> FLASH
    link_text_load = LOADADDR(.text);

    /* Big buffers (install/pump.h); not cleared. */
    .sram1_bss (NOLOAD) : ALIGN(8)
    {
        *(.sram1_bss)
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

    .data : ALIGN(8)
    {
        link_data_start = .;
        *(.rodata .rodata.*)
        *(.data .data.*)
        . = ALIGN(8);
        link_data_end = .;
    } > DTCM AT> FLASH
    link_data_load = LOADADDR(.data);

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

    /DISCARD/ :
    {
        *(.ARM.exidx* .ARM.extab*)
    }
}
