/* SPDX-License-Identifier: MIT
 * The only code that runs from flash: it copies the loader to RAM and jumps there, because every
 * access to the flash of a single-bank STM32F767 stalls while a sector is erased.
 *
 * At 16 MHz (HSI) 64 KB take about 10 ms; the watchdog is fed before, between and after, well
 * within the 349 ms of the hardware watchdog option. The chip fetches the vectors from 0x00200000
 * (BOOT_ADD0's default); the reset vector names the same cells at 0x08000000. */
    .syntax unified
    .cpu cortex-m7
    .thumb

    .equ IWDG_KR, 0x40003000
    .equ IWDG_RELOAD, 0xAAAA

    .section .boot.vectors, "a", %progbits
    .global boot_vectors
boot_vectors:
    .word link_stack_top
    .word reset_handler
    .rept 14                @ NMI to SysTick: nothing is set up yet, so start again
    .word restart
    .endr

    .section .boot.text, "ax", %progbits
    .global reset_handler
    .type reset_handler, %function
    .thumb_func
reset_handler:
    cpsid i
    bl feed
    ldr r0, =link_text_start
    ldr r1, =link_text_end
    ldr r2, =link_text_load
    bl copy
    bl feed
    ldr r0, =link_data_start
    ldr r1, =link_data_end
    ldr r2, =link_data_load
    bl copy
    bl feed
    ldr r0, =link_bss_start
    ldr r1, =link_bss_end
    movs r2, #0
1:  cmp r0, r1
    bhs 2f
    str r2, [r0], #4
    b 1b
2:  bl feed
    dsb
    isb
    ldr r0, =startup_main
    bx r0

@ r0 destination, r1 its end, r2 source; whole words
    .thumb_func
copy:
    cmp r0, r1
    bhs 3f
    ldr r3, [r2], #4
    str r3, [r0], #4
    b copy
3:  bx lr

    .thumb_func
feed:
    ldr r3, =IWDG_KR
    ldr r12, =IWDG_RELOAD
    str r12, [r3]
    bx lr

@ System reset (ARMv7-M B1.5.16): VECTKEY, SYSRESETREQ
    .type restart, %function
    .thumb_func
restart:
    ldr r0, =0xE000ED0C
    ldr r1, =0x05FA0004
    dsb
    str r1, [r0]
    dsb
4:  b 4b
    .ltorg
